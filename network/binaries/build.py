"""Building Fabric from the pinned Go module, checksums verified by Go against go.sum."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from network.binaries.cache import (
    FABRIC_CA_VERSION,
    FABRIC_VERSION,
    MODULE,
    MODULES,
    cached,
    write_manifest,
)
from network.binaries.mended import mended
from network.binaries.programs import Binaries, missing_in
from network.binaries.toolchain import Toolchain, toolchain
from network.commands import run
from network.disk import need_space
from network.errors import BinariesError, CommandFailedError
from network.progress import Progress, Step

# Modules, compiled packages and programs; measured 1 GB when nothing is cached.
_SPACE = 2 * 1024**3
_BUILD_SECONDS = 1800.0
_LOCK_POLL_SECONDS = 0.5
_GO_SETTINGS = {"CGO_ENABLED": "1", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
_LDFLAGS = (
    "-s -w"
    f" -X github.com/hyperledger/fabric/common/metadata.Version=v{FABRIC_VERSION}"
    f" -X github.com/hyperledger/fabric-ca/lib/metadata.Version=v{FABRIC_CA_VERSION}"
)


async def build(folder: Path, progress: Progress) -> Binaries:
    """Build all programs into `folder`, which appears complete or not at all.

    Two builds of the same folder do not meet: the second waits and takes the first's result.

    Raises:
        BinariesError: no compiler, no modules, no space, or the build failed.
    """
    _make_parent(folder)
    async with _locked(folder, progress):
        if (present := await asyncio.to_thread(cached, folder)) is not None:
            return present
        need_space(folder.parent, _SPACE, "building Fabric")
        tools = await toolchain(progress)
        temporary, source = (folder.with_name(f"{folder.name}.{end}") for end in ("part", "source"))
        await asyncio.to_thread(_fresh, temporary)
        await asyncio.to_thread(_fresh, source)
        try:
            with progress.step("Building Fabric from source (once; minutes, not seconds)") as step:
                await _compile(tools, temporary, source, _Counter(step))
        finally:
            await asyncio.to_thread(shutil.rmtree, source, ignore_errors=True)
        if lacking := missing_in(temporary):
            raise BinariesError(f"the build made no {', '.join(lacking)}")
        write_manifest(temporary)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        temporary.rename(folder)
    return Binaries(folder, "built", FABRIC_VERSION)


async def _compile(tools: Toolchain, target: Path, source: Path, counter: "_Counter") -> None:
    environment = {**_GO_SETTINGS, **tools.environment}
    command: list[str | Path] = [tools.go, "build", "-v", "-trimpath", "-buildvcs=false"]
    command += ["-ldflags", _LDFLAGS, "-o", f"{target}{os.sep}"]
    try:
        modfile = await mended(tools.go, environment, source)
        for module in MODULES:
            named = [f"-modfile={modfile}"] if module == MODULE else []
            await run(
                [*command, *named, "tool"],
                timeout=_BUILD_SECONDS,
                environment=environment,
                folder=module,
                watch=counter.note,
            )
    except CommandFailedError as error:
        raise BinariesError(
            f"Fabric could not be built: {error.output}\n"
            "If a module could not be fetched, check the network and GOPROXY and type the command "
            "again; or name a folder with Fabric's programs in CROSSCREDIT_FABRIC_BIN."
        ) from error


class _Counter:
    def __init__(self, step: Step) -> None:
        self._step = step
        self._modules = 0
        self._packages = 0

    def note(self, line: str) -> None:
        if line.startswith("go: downloading"):
            self._modules += 1
        else:
            self._packages += 1
        self._step.detail(f"{self._modules} modules fetched, {self._packages} packages compiled")


def _make_parent(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BinariesError(
            f"the cache {folder.parent} cannot be made: {error.strerror}"
        ) from error


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


@asynccontextmanager
async def _locked(folder: Path, progress: Progress) -> AsyncIterator[None]:
    lock = FileLock(f"{folder}.lock", thread_local=False)
    told = False
    while True:
        try:
            lock.acquire(blocking=False)
            break
        except Timeout:
            if not told:
                progress.note("Another command is building Fabric; waiting for it")
                told = True
            await asyncio.sleep(_LOCK_POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()
