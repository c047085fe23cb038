"""`crosscredit demo`: start, play the story, try the attacks, take everything down."""

import asyncio
import os
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from crosscredit.consortium import HOOKS
from demo.attacks.attempt import AttackSucceeded
from demo.attacks.catalogue import attempts, people
from demo.presenter import Presenter
from demo.stage import staged
from demo.story.counting import NotReplayed
from demo.story.learning import WorkDiffers
from demo.story.whole import play
from demo.work import WorkFile, work_files
from demo.world import StoryBroken
from network.binaries import find, named_folder
from network.config import DEFAULT_FILE, load
from network.ephemeral import ephemeral
from network.errors import BinariesError, NetworkError
from network.interrupt import run_to_end
from network.progress import ConsoleProgress
from network.up import Options

_EXAMPLES = Path("examples/work")
_BROKEN = 1
EXIT_CODES = (
    "0 all as it must be; 1 the story broke, an attack succeeded, or another failure; "
    "2 consortium.toml or an option is wrong; 3 Fabric's programs are missing, of another version "
    "or cannot be built; 4 a port is taken; 5 the state directory cannot be used; 6 a process "
    "ended or a command failed; 7 not healthy; 130 interrupted, and everything that was started "
    "is stopped."
)
"""For the help; beside 1 and 130 these are the codes of `network.errors`."""

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold secrets
)


@app.command(epilog=f"Exit codes: {EXIT_CODES}")
def demo(
    *,
    file: Annotated[Path, typer.Option("--file", help="The consortium.toml.")] = DEFAULT_FILE,
    port_offset: Annotated[
        int,
        typer.Option(
            "--port-offset", envvar="CROSSCREDIT_PORT_OFFSET", min=0, help="Added to every port."
        ),
    ] = 0,
    fabric_bin: Annotated[
        Path | None, typer.Option("--fabric-bin", help="A folder with Fabric's programs.")
    ] = None,
    examples: Annotated[
        Path, typer.Option(help="The folder with the work that is handed in.")
    ] = _EXAMPLES,
) -> None:
    """Play the life of one credit on a real consortium, and everything that must fail.

    Starts four members in a temporary folder and leaves nothing behind.

    Example: crosscredit demo --port-offset 1000
    """
    console = Console()
    stage = Stage(console, file, port_offset, fabric_bin, examples)
    try:
        run_to_end(stage.play())
    except (StoryBroken, WorkDiffers, NotReplayed, AttackSucceeded) as error:
        console.print(f"[bold red]{escape(str(error))}")
        raise typer.Exit(_BROKEN) from error


@dataclass(frozen=True, slots=True)
class Stage:
    """What the command line asked for."""

    console: Console
    file: Path
    port_offset: int
    fabric_bin: Path | None
    examples: Path

    async def play(self) -> None:
        """Play on Fabric; where it cannot be had, say why and play on the sandbox."""
        begun = time.monotonic()
        work = await self._work()
        try:
            binaries = await find(ConsoleProgress(), self.fabric_bin)
        except BinariesError as error:
            if named_folder(self.fabric_bin) is not None or fabric_required():
                raise
            await self._on_sandbox(work, error)
            return
        await self._on_fabric(work, binaries.folder)
        seconds = time.monotonic() - begun
        self.console.print(f"\nAll as it must be, in {seconds:.0f} s. Everything is taken down.")

    async def _work(self) -> dict[str, WorkFile]:
        try:
            return await asyncio.to_thread(work_files, self.examples)
        except OSError as error:
            raise NetworkError(
                f"The work to hand in cannot be read: {error}. Run this in a clone of the "
                "repository, or name the folder: --examples"
            ) from error

    async def _on_fabric(self, work: dict[str, WorkFile], binaries: Path) -> None:
        consortium = load(self.file, port_offset=self.port_offset)
        options = Options(
            binaries=binaries,
            constitution=HOOKS.constitution(consortium),
            found=HOOKS.found,
            prove=HOOKS.prove,
        )
        presenter = Presenter(self.console)
        # It takes a second to load and is needed when the consortium answers.
        loading = asyncio.create_task(asyncio.to_thread(import_module, "crosscredit.founding"))
        async with ephemeral(consortium, ConsoleProgress(), options) as running:
            await loading
            async with staged(running, work, presenter) as world:
                played = await play(world)
                presenter.attacks()
                async for attempt in attempts(running, world, played):
                    presenter.attempt(attempt)
            presenter.closing_table()

    async def _on_sandbox(self, work: dict[str, WorkFile], reason: BinariesError) -> None:
        from demo.sandbox_stage import sandboxed  # noqa: PLC0415 - brings whole gateways with it

        warning = "[bold yellow]This is the sandbox: one process, no ledger, nothing is proven."
        self.console.print(f"[bold yellow]Fabric cannot be had: {escape(str(reason))}")
        self.console.print(warning)
        presenter = Presenter(self.console)
        async with sandboxed(work, presenter) as world:
            played = await play(world)
            presenter.attacks()
            async for attempt in people(world, played):
                presenter.attempt(attempt)
            presenter.closing_table()
        self.console.print(warning)


def fabric_required() -> bool:
    """Whether the sandbox must not stand in for Fabric: in CI, or where somebody said so."""
    return bool(os.environ.get("CI")) or os.environ.get("CROSSCREDIT_FABRIC") == "required"
