"""One-time codes by which a person takes an account over. Pure: time comes in, records go out.

A code has 80 random bits in Crockford's base 32, which tells no 0 from O and no 1 from I or L, in
four groups: it is read from paper and typed. 80 bits cannot be guessed, neither online nor behind
a stolen digest within the days that a code lives. So wrong codes are not counted: whoever knows a
login could else spend a person's code for good.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from gateway.custody.errors import ActivationExpired, ActivationRefused, ActivationSpent

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS: Final = 16
_GROUP: Final = 4
_MISREAD: Final = str.maketrans("OIL", "011", "- ")


@dataclass(frozen=True, slots=True)
class Activation:
    """What is stored about a code. Every change of it must be stored before anything else."""

    account: str
    digest: str = field(repr=False)
    expires: datetime
    used: bool = False


class WrongCode(ActivationRefused):
    """The code is not the one."""

    code = "activation-wrong-code"


def issue_code(account: str, *, expires: datetime) -> tuple[str, Activation]:
    """Draw a code for an account: the text for the person, and the record for the database."""
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))
    text = "-".join(plain[start : start + _GROUP] for start in range(0, _CHARACTERS, _GROUP))
    return text, Activation(account, _digest(account, plain), expires)


def redeem_code(activation: Activation, typed: str, *, now: datetime) -> Activation:
    """Spend a code: the used record, to be stored in the transaction that activates the account.

    Raises:
        ActivationSpent: used before.
        ActivationExpired: too late.
        WrongCode: another code.
    """
    if activation.used:
        raise ActivationSpent("the code was used before")
    if now >= activation.expires:
        raise ActivationExpired("the code has expired: ask for a new one")
    plain = typed.upper().translate(_MISREAD)
    if not hmac.compare_digest(activation.digest, _digest(activation.account, plain)):
        raise WrongCode("the code is wrong")
    return replace(activation, used=True)


def _digest(account: str, plain: str) -> str:
    return hashlib.sha256(f"{account}\x00{plain}".encode(errors="replace")).hexdigest()
