"""Stopping a consortium by the notes that its start left, whoever started it."""

from pathlib import Path

from network import state
from network.config import Consortium
from network.layout import Layout
from network.processes import supervisor
from network.processes.note import ProcessNote
from network.progress import Progress


def noted(state_dir: Path) -> list[tuple[Path, ProcessNote]]:
    """Read the notes of all processes, running or not; members that the file lost included."""
    paths = sorted((state_dir / "members").glob("*/run/*.json"))
    return [(path, note) for path in paths if (note := ProcessNote.read(path)) is not None]


async def stop_noted(state_dir: Path) -> list[str]:
    """Stop everything, those first that others do not need.

    Returns:
        The components that did not end by themselves and were killed.
    """
    paths = [path for path, _ in noted(state_dir)]
    gateways = [path for path in paths if path.stem == "gateway"]
    killed = await supervisor.stop(gateways)
    return killed + await supervisor.stop(path for path in paths if path not in gateways)


async def kill_noted(state_dir: Path) -> None:
    """End everything at once, for where the directory is removed next."""
    await supervisor.kill(path for path, _ in noted(state_dir))


async def down(
    consortium: Consortium, state_dir: Path, progress: Progress, *, wipe: bool = False
) -> None:
    """Stop a consortium; the ledger is kept unless `wipe` is set.

    Raises:
        StateDirectoryError: another command works on the directory, or it is not ours.
    """
    layout = Layout.of(consortium, state_dir)
    if not layout.state.is_dir():
        progress.note(f"Nothing runs in {layout.state}")
        return
    with state.held(layout):
        alive = [note for _, note in noted(layout.state) if note.alive()]
        if alive:
            with progress.step(f"Stopping {len(alive)} processes"):
                killed = await stop_noted(layout.state)
            for component in killed:
                progress.note(f"{component} did not end by itself and was killed")
        else:
            await stop_noted(layout.state)
            progress.note(f"Nothing runs in {layout.state}")
        if wipe:
            state.wipe(layout)
