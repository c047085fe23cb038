"""Passphrases: argon2id (RFC 9106), off the event loop, a few at a time."""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from argon2.profiles import RFC_9106_LOW_MEMORY

from gateway.custody.errors import PassphraseUnfit, PassphraseWrong

MIN_CHARACTERS: Final = 12
MAX_BYTES: Final = 1024


class Passphrases:
    """Hashes and verifies. Each run takes 64 MiB, so `concurrency` bounds what a flood costs."""

    __slots__ = ("_hasher", "_nobody", "_slots")

    def __init__(self, *, hasher: PasswordHasher | None = None, concurrency: int = 2) -> None:
        """Use RFC 9106's second recommendation (t=3, 64 MiB, p=4) unless another is given."""
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._slots = asyncio.Semaphore(concurrency)
        self._nobody = _of_nobody(self._hasher)

    async def hash(self, passphrase: str) -> str:
        """Hash a new passphrase to argon2's own text form, parameters and salt included.

        Raises:
            PassphraseUnfit: fewer than 12 characters, or more than 1024 bytes.
        """
        self.require_fit(passphrase)
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, _normal(passphrase))

    def require_fit(self, passphrase: str) -> None:
        """Refuse at once what `hash` would refuse.

        Raises:
            PassphraseUnfit: fewer than 12 characters, or more than 1024 bytes.
        """
        text = _normal(passphrase)
        if len(text) < MIN_CHARACTERS or len(text.encode()) > MAX_BYTES:
            raise PassphraseUnfit(
                f"a passphrase has at least {MIN_CHARACTERS} characters and at most "
                f"{MAX_BYTES} bytes"
            )

    async def verify(self, stored: str | None, passphrase: str) -> None:
        """Check a passphrase; with `stored` None the same time passes and the same error comes.

        Raises:
            PassphraseWrong: it is not the one, or there is no such account.
        """
        text = _normal(passphrase)
        if len(text.encode()) > MAX_BYTES:
            raise PassphraseWrong("account and passphrase do not belong together")
        async with self._slots:
            try:
                await asyncio.to_thread(self._hasher.verify, stored or self._nobody, text)
            except (VerificationError, InvalidHashError):
                stored = None
        if stored is None:
            raise PassphraseWrong("account and passphrase do not belong together")

    def wants_new_hash(self, stored: str) -> bool:
        """Whether a stored hash has weaker parameters than those in use: hash again at login."""
        return self._hasher.check_needs_rehash(stored)


def _of_nobody(hasher: PasswordHasher) -> str:
    """A hash that no passphrase has; to verify one against it takes as long as any other."""
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def _normal(passphrase: str) -> str:
    # The same keys typed on two systems may arrive composed or decomposed (RFC 8265, section 4.2).
    return unicodedata.normalize("NFC", passphrase)
