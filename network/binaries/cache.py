"""The folder in the user's cache where built programs stand, complete or not there at all."""

import hashlib
import json
import os
from pathlib import Path

from network.binaries.programs import PROGRAMS, Binaries, missing_in

MODULE = Path(__file__).parent.parent / "fabric"
# Each is built by itself, so that Go chooses for fabric-ca the dependencies it was released with.
MODULES = (MODULE, MODULE / "ca")
MENDED = MODULE / "smartbft.toml"
_MANIFEST = "manifest.json"
FABRIC_VERSION = "3.1.1"
FABRIC_CA_VERSION = "1.5.21"


def cache_home() -> Path:
    """Return crosscredit's folder in the user's cache (XDG base directory specification)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return home / "crosscredit"


def cache_folder() -> Path:
    """Return where the programs of exactly the pinned modules, mended so, stand or will."""
    pinned = hashlib.sha256(MENDED.read_bytes())
    for module in MODULES:
        pinned.update((module / "go.mod").read_bytes() + (module / "go.sum").read_bytes())
    digest = pinned.hexdigest()[:16]
    return cache_home() / "fabric" / f"{FABRIC_VERSION}-{digest}"


def write_manifest(folder: Path) -> None:
    """Note the size of every program, before the folder gets its final name."""
    sizes = {name: (folder / name).stat().st_size for name in PROGRAMS}
    (folder / _MANIFEST).write_text(json.dumps(sizes, indent=2) + "\n", encoding="utf-8")


def cached(folder: Path) -> Binaries | None:
    """Return the cached programs; None when the folder is absent or only part of it is there."""
    try:
        sizes = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(sizes, dict) or missing_in(folder):
        return None
    if any((folder / name).stat().st_size != sizes.get(name) for name in PROGRAMS):
        return None
    return Binaries(folder, "cache", FABRIC_VERSION)
