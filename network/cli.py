"""`crosscredit network`: start a consortium, look at it, stop it."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from network.config import DEFAULT_FILE, Consortium, load
from network.down import down as stop
from network.hooks import Hooks
from network.interrupt import run_to_end
from network.layout import default_state
from network.progress import ConsoleProgress, Progress, Silence
from network.status import ProcessStatus, logs, problems, status
from network.up import Options, Running, up

_EPILOG = (
    "Exit codes: 0 done; 1 other failure; 2 consortium.toml or an option is wrong; 3 Fabric's "
    "programs are missing, of another version or cannot be built; 4 a port is taken; 5 the state "
    "directory cannot be used; 6 a process ended or a command failed; 7 not healthy; "
    "130 interrupted, and everything that was started is stopped."
)
_UNHEALTHY = 7
_WRONG_OPTION = 2
_MEBIBYTE = 1 << 20
_NUMBERS = frozenset({"pid", "port", "MiB", "blocks"})

File = Annotated[
    Path, typer.Option("--file", help="The consortium.toml.", show_default="the one shipped")
]
Offset = Annotated[
    int,
    typer.Option(
        "--port-offset",
        envvar="CROSSCREDIT_PORT_OFFSET",
        min=0,
        help="Added to every port: several can run at once.",
    ),
]
State = Annotated[
    Path | None,
    typer.Option("--state", help="The state directory.", show_default=".crosscredit/<name>"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Bin = Annotated[
    Path | None,
    typer.Option("--fabric-bin", help="A folder with Fabric's programs.", show_default="found"),
]


def build(hooks: Hooks) -> typer.Typer:
    """Make the `network` commands; `hooks` are run by `up`."""
    app = typer.Typer(
        help="Start the consortium of consortium.toml as plain processes, look at it, stop it.",
        epilog=_EPILOG,
        no_args_is_help=True,
        add_completion=False,
    )

    @app.command("up", epilog=_EPILOG)
    def _up(
        *,
        file: File = DEFAULT_FILE,
        port_offset: Offset = 0,
        state: State = None,
        fabric_bin: Bin = None,
        gateways: Annotated[
            bool, typer.Option("--gateways/--no-gateways", help="Start the members' gateways.")
        ] = True,
        as_json: Json = False,
    ) -> None:
        """Start the consortium and keep it; a kept ledger is used again.

        Example: crosscredit network up --port-offset 1000 --state /tmp/second
        """

        async def start(progress: Progress) -> Running:
            consortium = load(file, port_offset=port_offset)
            options = Options(
                gateways=gateways,
                binaries=fabric_bin,
                constitution=hooks.constitution(consortium),
                found=hooks.found,
                prove=hooks.prove,
            )
            return await up(consortium, state or default_state(consortium), progress, options)

        progress: Progress = Silence() if as_json else ConsoleProgress()
        running = run_to_end(start(progress))
        _show(running.consortium, running.layout.state, as_json=as_json)

    @app.command("down", epilog=_EPILOG)
    def _down(
        *,
        file: File = DEFAULT_FILE,
        port_offset: Offset = 0,
        state: State = None,
        wipe: Annotated[bool, typer.Option(help="Remove ledgers and identities too.")] = False,
    ) -> None:
        """Stop the consortium, also one that a killed command left; the ledger is kept.

        Example: crosscredit network down --wipe
        """

        async def end() -> None:
            consortium = load(file, port_offset=port_offset)
            where = state or default_state(consortium)
            await stop(consortium, where, ConsoleProgress(), wipe=wipe)

        run_to_end(end())

    @app.command("status", epilog=_EPILOG)
    def _status(
        *,
        file: File = DEFAULT_FILE,
        port_offset: Offset = 0,
        state: State = None,
        as_json: Json = False,
    ) -> None:
        """Show every process: number, port, whether it answers, memory, blocks.

        Orderers and peers must have the same blocks. Whatever is the matter is said below, with
        what to do; the exit code is 7 then.

        Example: crosscredit network status --json
        """

        async def read() -> Consortium:
            return load(file, port_offset=port_offset)

        consortium = run_to_end(read())
        healthy = _show(consortium, state or default_state(consortium), as_json=as_json)
        if not healthy:
            raise typer.Exit(_UNHEALTHY)

    @app.command("logs", epilog=_EPILOG)
    def _logs(
        member: Annotated[str, typer.Argument(help="alpha, beta, …")],
        component: Annotated[
            str, typer.Argument(help="ca, orderer, peer, gateway or chaincode-credit")
        ],
        *,
        file: File = DEFAULT_FILE,
        state: State = None,
        lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="0 for all.")] = 50,
    ) -> None:
        """Print the end of a process's log.

        Example: crosscredit network logs beta peer -n 200
        """

        async def find() -> Path:
            consortium = load(file)
            return logs(consortium, state or default_state(consortium), member, component)

        path = run_to_end(find())
        text = path.read_text(encoding="utf-8", errors="replace").splitlines()
        sys.stdout.write("\n".join(text[-lines:] if lines else text) + "\n")

    return app


def _show(consortium: Consortium, state: Path, *, as_json: bool) -> bool:
    found = run_to_end(status(consortium, state))
    if as_json:
        sys.stdout.write(json.dumps([dataclasses.asdict(s) for s in found], indent=2) + "\n")
    else:
        Console().print(_table(consortium, state, found))
        for problem in problems(found):
            sys.stdout.write(f"{problem}\n")
    return all(process.healthy for process in found)


def _table(consortium: Consortium, state: Path, found: list[ProcessStatus]) -> Table:
    table = Table(title=f"{consortium.name} in {state}")
    for title in ("member", "process", "pid", "port", "well", "MiB", "blocks"):
        table.add_column(title, justify="right" if title in _NUMBERS else "left")
    for process in found:
        memory = process.resident_bytes
        table.add_row(
            process.member,
            process.component,
            str(process.pid or "-"),
            str(process.port),
            "yes" if process.healthy else "no",
            str(memory // _MEBIBYTE) if memory is not None else "-",
            _blocks(process),
        )
    total = sum(process.resident_bytes or 0 for process in found)
    table.add_section()
    table.add_row("all", "", "", "", "", str(total // _MEBIBYTE), "")
    return table


def _blocks(process: ProcessStatus) -> str:
    heights = process.blocks
    if len(heights) == 1:
        return ", ".join("?" if height is None else str(height) for height in heights.values())
    return ", ".join(
        f"{channel} {'?' if height is None else height}" for channel, height in heights.items()
    )


app = build(Hooks())
