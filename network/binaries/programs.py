import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from network.errors import BinariesError

PROGRAMS = (
    "peer",
    "orderer",
    "osnadmin",
    "configtxgen",
    "configtxlator",
    "ledgerutil",
    "fabric-ca-server",
)
FABRIC_SERIES = "3.1"
FABRIC_CA_SERIES = "1.5"
# What says its version, and how; osnadmin and ledgerutil cannot be asked.
_ASK = {
    "peer": ("version", FABRIC_SERIES),
    "orderer": ("version", FABRIC_SERIES),
    "configtxgen": ("-version", FABRIC_SERIES),
    "configtxlator": ("version", FABRIC_SERIES),
    "fabric-ca-server": ("version", FABRIC_CA_SERIES),
}
_VERSION = re.compile(r"^\s*Version:\s*(\S+)\s*$", re.MULTILINE)
_ANSWER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds all of Fabric's programs, and how it was found."""

    folder: Path
    source: str
    version: str

    def path(self, program: str) -> Path:
        """Return the path of one of `PROGRAMS`."""
        return self.folder / program


def version_in(output: str) -> str | None:
    """Return the version that a program printed, without a leading v; None when it says none."""
    found = _VERSION.search(output)
    return found.group(1).removeprefix("v") if found else None


def fits(version: str, series: str) -> bool:
    """Whether a version is a release of a series: 3.1.5 is of 3.1, 3.10.0 and 3.1.5-rc are not."""
    return re.fullmatch(re.escape(series) + r"\.\d+", version) is not None


def missing_in(folder: Path) -> tuple[str, ...]:
    """Return which programs a folder lacks."""
    return tuple(name for name in PROGRAMS if not _runnable(folder / name))


async def examine(folder: Path, source: str) -> Binaries:
    """Check that a folder holds every program in a version that fits.

    Raises:
        BinariesError: it does not; the message says which program and why.
    """
    if lacking := missing_in(folder):
        raise BinariesError(f"{folder} lacks {', '.join(lacking)}")
    versions = await asyncio.gather(*(_ask(folder, program) for program in _ASK))
    for (program, (_, series)), version in zip(_ASK.items(), versions, strict=True):
        if version is None:
            raise BinariesError(
                f"{folder / program} does not say its version; {series}.x is needed"
            )
        if not fits(version, series):
            raise BinariesError(f"{folder / program} is version {version}; {series}.x is needed")
    return Binaries(folder, source, str(versions[0]))


async def _ask(folder: Path, program: str) -> str | None:
    try:
        process = await asyncio.create_subprocess_exec(
            folder / program,
            _ASK[program][0],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        raise BinariesError(f"{folder / program} does not run: {error.strerror}") from error
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            output, _ = await process.communicate()
    except BaseException as error:
        process.kill()
        await process.wait()
        if isinstance(error, TimeoutError):
            raise BinariesError(
                f"{folder / program} did not say its version within {_ANSWER_SECONDS:g} s; on a "
                "busy machine, try again when it is less so"
            ) from error
        raise
    return version_in(output.decode(errors="replace"))


def _runnable(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0 and bool(path.stat().st_mode & 0o100)
