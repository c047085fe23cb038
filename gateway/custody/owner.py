"""Proof, inside one process, that the owner of a key has just authenticated."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gateway.custody.errors import NotTheOwner, OwnerProofExpired

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Owner:
    """A capability: whoever has it acts for `account` until `until`. Never stored, never sent."""

    account: str
    until: datetime
    proof: bytes = field(repr=False)


class OwnerGate:
    """Makes and checks `Owner` proofs under a key that lives as long as the process.

    Bootstrap gives it to the authentication service, which admits, and to `ManagedKeys`, which
    requires. So code that merely handles account ids cannot open anybody's key.
    """

    __slots__ = ("_clock", "_key")

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Take the clock: aware times."""
        self._clock = clock
        self._key = secrets.token_bytes(_KEY_BYTES)

    def admit(self, account: str, *, until: datetime) -> Owner:
        """Vouch for an account whose owner authenticated in this request."""
        return Owner(account, until, self._proof(account, until))

    def require(self, owner: Owner, account: str) -> None:
        """Let the owner of `account` through.

        Raises:
            NotTheOwner: another account, or a proof that this gate did not make.
            OwnerProofExpired: the proof ran out.
        """
        if not hmac.compare_digest(owner.proof, self._proof(owner.account, owner.until)):
            raise NotTheOwner("the proof was not made by this process's authentication")
        if owner.account != account:
            raise NotTheOwner("the key belongs to another account than the one authenticated")
        if self._clock() >= owner.until:
            raise OwnerProofExpired("the owner's proof has expired: authenticate again")

    def _proof(self, account: str, until: datetime) -> bytes:
        statement = f"{until.timestamp()!r}\x00{account}".encode()
        return hmac.new(self._key, statement, hashlib.sha256).digest()
