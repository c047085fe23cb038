"""The demonstration is interrupted at any moment, by anything: nothing of it is left."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from network.config import load
from network.layout import Layout
from network.lifecycle import ChaincodeDefinition
from network.processes.ports import need_free
from network.up import endpoints
from tests.support.consortium import free_port_offset

pytestmark = [pytest.mark.fabric, pytest.mark.usefixtures("fabric")]
ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SECONDS = 240
SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL
INT, TERM, HUP, KILL = SIGNALS

# What `crosscredit demo` does at its end, on a consortium that is there sooner.
_TAKEDOWN = """
import sys
from network.config import load
from network.ephemeral import ephemeral
from network.interrupt import run_to_end
from network.progress import ConsoleProgress
from network.up import Options
async def play():
    options = Options(definitions=[], gateways=False)
    async with ephemeral(load(port_offset=int(sys.argv[1])), ConsoleProgress(), options):
        print("taking it down", flush=True)
run_to_end(play())
"""


@dataclass
class Place:
    """Where every run of this file plays: each start proves that the one before left nothing."""

    offset: int
    temporary: Path

    async def start(self, *command: str | Path, **environment: str) -> "Run":
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=ROOT,
            env=os.environ
            | {"TMPDIR": str(self.temporary), "PYTHONUNBUFFERED": "1"}
            | {"CROSSCREDIT_PORT_OFFSET": str(self.offset)}
            | environment,
            start_new_session=True,
            limit=1 << 20,
        )
        return Run(process)

    def nothing_is_left(self) -> None:
        assert list(self.temporary.iterdir()) == []
        assert processes_with(str(self.temporary)) == []
        consortium = load(port_offset=self.offset)
        definitions = [ChaincodeDefinition.of(consortium, c) for c in consortium.chaincodes]
        need_free(endpoints(Layout.of(consortium, self.temporary), definitions))


@dataclass
class Run:
    """One run in a process group of its own, as a shell starts it."""

    process: asyncio.subprocess.Process
    said: str = ""

    async def until(self, moment: str) -> None:
        """Read what is printed up to the moment."""
        while moment not in self.said:
            line = await self._output.readline()
            assert line, f"ended before it said {moment!r}:\n{self.said}"
            self.said += line.decode()

    def press(self, number: signal.Signals) -> None:
        """Signal the whole group, as a terminal does."""
        os.killpg(self.process.pid, number)

    async def end(self) -> int:
        """Read on until everybody who could still print has ended, the guardian included."""
        self.said += (await self._output.read()).decode()
        return await self.process.wait()

    @property
    def _output(self) -> asyncio.StreamReader:
        assert self.process.stdout is not None
        return self.process.stdout


def processes_with(text: str) -> list[str]:
    """Command lines of the processes that have the text in their arguments or environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (folder / name for name in ("cmdline", "environ"))
            if text.encode() in command.read_bytes() + environment.read_bytes():
                found.append(command.read_bytes().decode(errors="replace"))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """What a script starts in the background ignores SIGINT, and so would what we start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def offset() -> int:
    return free_port_offset()


@pytest.fixture
async def place(offset: int, tmp_path: Path) -> AsyncIterator[Place]:
    temporary = tmp_path / "t"
    temporary.mkdir()
    async with asyncio.timeout(SECONDS):
        yield Place(offset, temporary)
    assert processes_with(str(temporary)) == []


@pytest.mark.parametrize("number", [INT, TERM, HUP])
@pytest.mark.parametrize("module", ["typer", "grpc"])
async def test_during_imports(place: Place, module: str, number: signal.Signals) -> None:
    run = await place.start(BIN / "crosscredit", "demo", PYTHONPROFILEIMPORTTIME="1")
    await run.until(f" {module}\n")
    run.press(number)
    assert await run.end() == 130
    assert "Traceback" not in run.said
    place.nothing_is_left()


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("Issuing every member", KILL),
        ("Issuing every member", TERM),
        ("Founding the consortium", HUP),
        ("Starting the gateways", KILL),
        ("learning ──", INT),
    ],
)
async def test_while_it_starts_and_plays(place: Place, moment: str, number: signal.Signals) -> None:
    run = await place.start(BIN / "crosscredit", "demo")
    await run.until(moment)
    run.press(number)
    assert await run.end() == (-KILL if number is KILL else 130)
    assert "Traceback" not in run.said
    place.nothing_is_left()


async def test_while_it_is_taken_down(place: Place) -> None:
    run = await place.start(sys.executable, "-c", _TAKEDOWN, str(place.offset))
    await run.until("taking it down")
    run.press(INT)
    assert await run.end() == 130
    place.nothing_is_left()


async def test_by_somebody_who_keeps_pressing(place: Place) -> None:
    run = await place.start(BIN / "crosscredit", "demo")
    await run.until("Starting orderers and peers")
    ending = asyncio.ensure_future(run.end())
    while not ending.done():
        with suppress(ProcessLookupError):  # it has ended
            run.press(INT)
        await asyncio.wait([ending], timeout=0.02)
    assert await ending == 130
    assert "Traceback" not in run.said
    place.nothing_is_left()


async def test_make_demo(place: Place) -> None:
    set_up = ["-o", f"{sys.prefix}/.ready", f"VENV={sys.prefix}"]
    run = await place.start("make", *set_up, "demo")
    await run.until("Issuing every member")
    run.press(INT)
    assert await run.end() != 0  # make tells an interruption in its own way
    assert "everything that was started is stopped" in run.said
    assert "Traceback" not in run.said
    place.nothing_is_left()
