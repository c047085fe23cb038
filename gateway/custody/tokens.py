"""Opaque access tokens: given once, stored as SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

_BYTES: Final = 32
_MAX_TEXT: Final = 256


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token at the one moment when both forms are known."""

    text: str = field(repr=False)
    """What the client gets: 256 random bits, base64url."""
    digest: str
    """What is stored: 64 hexadecimal digits. 256 random bits need no salt and no slow hash."""


def new_token() -> NewToken:
    """Draw a token."""
    text = secrets.token_urlsafe(_BYTES)
    return NewToken(text, token_digest(text))


def token_digest(text: str) -> str:
    """The form under which a presented token is looked up; an absurdly long one finds nothing."""
    return hashlib.sha256(text[:_MAX_TEXT].encode(errors="replace")).hexdigest()
