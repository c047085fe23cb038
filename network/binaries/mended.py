"""Fabric's consensus library with its known faults mended: what the build takes instead of it.

The library is fetched and its checksum verified by Go; a copy is changed as `smartbft.toml` says.
"""

import asyncio
import json
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from network.binaries.cache import MENDED, MODULE
from network.commands import run
from network.errors import BinariesError

_FETCH_SECONDS = 900.0


async def mended(go: Path, environment: Mapping[str, str], folder: Path) -> Path:
    """Write the changed library into `folder`, and beside it a go.mod that names it.

    Args:
        go: the go command.
        environment: its variables.
        folder: is made; it has to stand until the build has ended.

    Returns:
        The file for `go build -modfile`; its checksums are beside it.

    Raises:
        BinariesError: the library is not the one that the changes were made for.
        CommandFailedError: it could not be fetched.
    """
    plan = tomllib.loads(MENDED.read_text(encoding="utf-8"))
    printed = await run(
        [go, "mod", "download", "-json", plan["module"]],
        timeout=_FETCH_SECONDS,
        environment=environment,
        folder=MODULE,
    )
    fetched = Path(json.loads(printed[printed.index("{") :])["Dir"])
    return await asyncio.to_thread(_write, plan, fetched, folder)


def _write(plan: Mapping[str, Any], fetched: Path, folder: Path) -> Path:
    library = folder / "library"
    # Files in Go's cache are read-only: contents are copied, not modes.
    shutil.copytree(fetched, library, copy_function=shutil.copyfile)
    for path in (library, *library.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    source = library / plan["file"]
    source.write_text(changed(source.read_text(encoding="utf-8"), plan), encoding="utf-8")
    wanted = (MODULE / "go.mod").read_text(encoding="utf-8")
    place = json.dumps(str(library.absolute()))
    named = folder / "fabric.mod"
    named.write_text(f"{wanted}\nreplace {plan['module']} => {place}\n", encoding="utf-8")
    shutil.copyfile(MODULE / "go.sum", named.with_suffix(".sum"))
    return named


def changed(source: str, plan: Mapping[str, Any]) -> str:
    """Make every change of a plan.

    Raises:
        BinariesError: what is to be changed does not stand there exactly once.
    """
    for change in plan["changes"]:
        if source.count(change["old"]) != 1:
            raise BinariesError(
                f"{plan['file']} of {plan['module']} is not the one that {MENDED.name} was "
                f"written for: it should hold exactly once: {change['old'].strip()}"
            )
        source = source.replace(change["old"], change["new"])
    return source
