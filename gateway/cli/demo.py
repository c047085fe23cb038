"""`crosscredit demo`: start, play the story, try the attacks, take everything down."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from demo.attacks.attempt import AttackSucceeded
from demo.attacks.catalogue import attempts
from demo.presenter import Presenter
from demo.stage import staged, work_files
from demo.story.learning import WorkDiffers
from demo.story.whole import play
from demo.world import StoryBroken
from gateway.cli.consortium import HOOKS
from network.config import DEFAULT_FILE, load
from network.ephemeral import ephemeral
from network.interrupt import run_to_end
from network.progress import ConsoleProgress
from network.up import Options

_EXAMPLES = Path("examples/work")
_BROKEN = 1


def demo(
    *,
    file: Annotated[Path, typer.Option("--file", help="The consortium.toml.")] = DEFAULT_FILE,
    port_offset: Annotated[
        int, typer.Option("--port-offset", min=0, help="Added to every port.")
    ] = 0,
    fabric_bin: Annotated[
        Path | None, typer.Option("--fabric-bin", help="A folder with Fabric's programs.")
    ] = None,
    examples: Annotated[
        Path, typer.Option(help="The folder with the work that is handed in.")
    ] = _EXAMPLES,
) -> None:
    """Play the life of one credit on a real consortium, and everything that must fail.

    Starts four members in a temporary folder and leaves nothing behind. Exit codes: 0 all as it
    must be; 1 the story broke, or an attack succeeded; the others as `crosscredit network up`.

    Example: crosscredit demo --port-offset 1000
    """
    console = Console()
    try:
        run_to_end(_demo(console, file, port_offset, fabric_bin, examples))
    except (StoryBroken, WorkDiffers, AttackSucceeded) as error:
        console.print(f"[bold red]{escape(str(error))}")
        raise typer.Exit(_BROKEN) from error


async def _demo(
    console: Console, file: Path, port_offset: int, fabric_bin: Path | None, examples: Path
) -> None:
    begun = time.monotonic()
    work = await asyncio.to_thread(work_files, examples)
    consortium = load(file, port_offset=port_offset)
    options = Options(
        binaries=fabric_bin,
        constitution=HOOKS.constitution(consortium),
        found=HOOKS.found,
        prove=HOOKS.prove,
    )
    presenter = Presenter(console)
    async with ephemeral(consortium, ConsoleProgress(), options) as running:
        async with staged(running, work, presenter) as world:
            played = await play(world)
            presenter.attacks()
            async for attempt in attempts(running, world, played):
                presenter.attempt(attempt)
        presenter.closing_table()
    console.print(
        f"\nAll as it must be, in {time.monotonic() - begun:.0f} s. Everything is taken down."
    )
