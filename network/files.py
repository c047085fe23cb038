"""Writing small files so that they are whole or not there, and private from their first byte."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def private_folder(folder: Path) -> Path:
    """Make a folder, and those above it that are missing, for its owner only."""
    if not folder.is_dir():
        if not folder.parent.is_dir():
            private_folder(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder


@contextmanager
def private_files() -> Iterator[None]:
    """Let every file that this process makes meanwhile be for its owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def write_private(path: Path, content: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Write a file for its owner only, by way of a temporary name."""
    private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.chmod(mode)
    temporary.replace(path)


def write_yaml(path: Path, document: Mapping[str, Any]) -> None:
    """Write settings as YAML, without anchors, for their owner only."""
    write_private(path, yaml.dump(dict(document), Dumper=_Plain, sort_keys=False).encode())


def copy_private(source: Path, target: Path) -> None:
    """Copy a file's content for the owner only."""
    write_private(target, source.read_bytes())


def remove_tree(folder: Path) -> None:
    """Remove a folder and everything in it; one that is not there is no error."""
    shutil.rmtree(folder, ignore_errors=True)


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True
