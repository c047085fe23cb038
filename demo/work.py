"""The work of the story: real files, handed in and compared byte for byte."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

_FILES = {
    "homework-essay": ("essay.pdf", "application/pdf"),
    "homework-program": ("program.zip", "application/zip"),
    "examination": ("examination-page.png", "image/png"),
}


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A real file that is handed in."""

    part: str
    name: str
    media_type: str
    content: bytes = field(repr=False)
    path: str
    """Where a reader finds it, for the curl lines that are printed."""

    @property
    def sha256(self) -> str:
        """Digest of the content, 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def work_files(folder: Path) -> dict[str, WorkFile]:
    """The files that the story hands in, by part.

    Raises:
        OSError: one is missing.
    """
    return {
        part: WorkFile(part, name, media_type, (folder / name).read_bytes(), f"{folder}/{name}")
        for part, (name, media_type) in _FILES.items()
    }
