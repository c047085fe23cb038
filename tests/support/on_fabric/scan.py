"""Looking for values in bytes, in every form in which they might have been written."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path


def forms(secret: bytes) -> set[bytes]:
    """A value as it is, in hexadecimal, and in base64 at each alignment."""
    text = secret.hex()
    found = {secret, text.encode(), text.upper().encode()}
    for shift in range(3):
        # What surrounds the value changes the first and last characters alone.
        whole = base64.b64encode(b"\0" * shift + secret)
        inner = whole.rstrip(b"=")[(0, 2, 3)[shift] :][:-1]
        found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def found_in(content: bytes, secrets: Mapping[str, Iterable[bytes]]) -> list[str]:
    """The names of the secrets of which any form stands in the content."""
    return [
        name
        for name, values in secrets.items()
        if any(form in content for value in values for form in forms(value))
    ]


def pieces_of(content: bytes, *, size: int = 32, every: int = 512) -> set[bytes]:
    """Pieces by which a file would be recognised; runs of few values tell nothing."""
    pieces = (content[start : start + size] for start in range(0, len(content) - size, every))
    return {piece for piece in pieces if len(set(piece)) > size // 3}


def any_in(content: bytes, pieces: Iterable[bytes]) -> bool:
    """Whether any of the pieces stands anywhere in the content."""
    return any(piece in content for piece in pieces)


def files_below(*folders: Path) -> list[Path]:
    """Every regular file."""
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
