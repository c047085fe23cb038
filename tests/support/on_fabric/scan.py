"""Looking for values in bytes, in every form in which they might have been written."""

import base64
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_WINDOW = 8
_AT_ONCE = 1 << 16
"""Windows."""


class Texts:
    """Byte strings that are looked for together, in one pass over whatever is searched."""

    def __init__(self, wanted: Iterable[bytes]) -> None:
        """Take the strings.

        Of the content only every eighth window of eight bytes is looked at. Wherever a string of
        15 bytes or more stands, one of its first eight windows is among them.
        """
        self._short: list[bytes] = []
        self._by_window: dict[int, list[bytes]] = {}
        for text in wanted:
            if len(text) < 2 * _WINDOW - 1:
                self._short.append(text)
                continue
            for start in range(_WINDOW):
                window = int.from_bytes(text[start : start + _WINDOW], sys.byteorder)
                self._by_window.setdefault(window, []).append(text)

    def found_in(self, content: bytes) -> set[bytes]:
        """Those that stand anywhere in the content."""
        windows = memoryview(content)[: len(content) // _WINDOW * _WINDOW].cast("Q")
        likely = {
            text
            for start in range(0, len(windows), _AT_ONCE)
            for window in self._by_window.keys() & set(windows[start : start + _AT_ONCE])
            for text in self._by_window[window]
        }
        return {text for text in (*likely, *self._short) if text in content}


class Sought:
    """Named values, each looked for in all its forms."""

    def __init__(self, values: Mapping[str, Iterable[bytes]]) -> None:
        """Take the values by what they are."""
        self._names: dict[bytes, set[str]] = {}
        for name, secrets in values.items():
            for form in (form for secret in secrets for form in forms(secret)):
                self._names.setdefault(form, set()).add(name)
        self._texts = Texts(self._names)

    def found_in(self, content: bytes) -> list[str]:
        """The names of the secrets of which any form stands in the content."""
        return sorted(
            {name for form in self._texts.found_in(content) for name in self._names[form]}
        )


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


def pieces_of(content: bytes, *, size: int = 32, every: int = 512) -> set[bytes]:
    """Pieces by which a file would be recognised; runs of few values tell nothing."""
    pieces = (content[start : start + size] for start in range(0, len(content) - size, every))
    return {piece for piece in pieces if len(set(piece)) > size // 3}


def files_below(*folders: Path) -> list[Path]:
    """Every regular file."""
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
