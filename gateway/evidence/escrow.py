"""The university's evidence key, held so that its administrators open work together.

Shamir's scheme over GF(2^8): with threshold k, any k shares give the seed back and k - 1 tell
nothing about it. XOR would need a separate split for every pair of administrators; this needs one
share each. The field is that of AES; its few lines are held to the field's laws by tests over all
pairs of elements. Shares are not authenticated by the scheme: the combined key is compared with
the public key that the university published, so a false share shows.
"""

import base64
import functools
import operator
import secrets
from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Final

from pydantic import Field

from chaincode.domain.values import Digest, Value
from gateway.evidence.errors import (
    EscrowIncomplete,
    EscrowInvalid,
    EscrowMismatch,
    EscrowShareRefused,
    SealingKeyInvalid,
    WrapRefused,
)
from gateway.evidence.gf256 import invert, multiply
from gateway.evidence.keys import SEED_BYTES, SealingPrivateKey, SealingPublicKey
from gateway.evidence.opening import WrapText
from gateway.evidence.suite import hpke_open, hpke_seal

_INFO: Final = b"crosscredit/evidence-escrow/v1\x00"
_ADMINISTRATORS_LIMIT: Final = 255


class EscrowPlace(Value):
    """Which share of which split, and whose."""

    evidence_key: Digest
    """Key id of the evidence key that was split."""
    split: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """Random id of the split: shares of two splits do not combine."""
    threshold: Annotated[int, Field(ge=2, le=_ADMINISTRATORS_LIMIT)]
    point: Annotated[int, Field(ge=1, le=_ADMINISTRATORS_LIMIT)]
    """Where the polynomials were evaluated."""
    administrator: Digest
    """Key id of the administrator whose key opens the share."""


class EscrowShare(EscrowPlace):
    """One administrator's sealed share; nothing of it is secret."""

    sealed: WrapText


class OpenShare:
    """One share, opened. Shows nothing of its value."""

    __slots__ = ("share", "value")

    def __init__(self, share: EscrowShare, value: bytes) -> None:
        self.share = share
        self.value = value

    def __repr__(self) -> str:
        return f"OpenShare(point={self.share.point}, split={self.share.split})"

    def __reduce__(self) -> str:
        raise TypeError("an opened share is not pickled")


def split_key(
    private: SealingPrivateKey,
    administrators: Sequence[SealingPublicKey],
    *,
    threshold: int = 2,
) -> tuple[EscrowShare, ...]:
    """Split a key so that `threshold` of the administrators open it together.

    Raises:
        EscrowInvalid: the threshold is below 2, or the administrators are too few, too many, or
            one of them stands there twice.
    """
    if len(set(administrators)) != len(administrators):
        raise EscrowInvalid("an administrator has one share")
    if not 2 <= threshold <= len(administrators) <= _ADMINISTRATORS_LIMIT:  # noqa: PLR2004 # one alone is no escrow
        raise EscrowInvalid(
            f"a threshold of {threshold} does not fit {len(administrators)} administrators"
        )
    columns = [bytes([byte]) + secrets.token_bytes(threshold - 1) for byte in private.export_seed()]
    split = secrets.token_hex(16)
    return tuple(
        _seal_share(
            EscrowPlace(
                evidence_key=private.public.key_id,
                split=split,
                threshold=threshold,
                point=point,
                administrator=administrator.key_id,
            ),
            administrator,
            bytes(_evaluate(column, point) for column in columns),
        )
        for point, administrator in enumerate(administrators, start=1)
    )


def open_share(share: EscrowShare, administrator: SealingPrivateKey) -> OpenShare:
    """Open one's own share.

    Raises:
        EscrowShareRefused: another administrator's, or altered.
    """
    if share.administrator != administrator.public.key_id:
        raise EscrowShareRefused(f"the share is for {share.administrator}: its holder opens it")
    sealed = base64.urlsafe_b64decode(share.sealed + "=" * (-len(share.sealed) % 4))
    try:
        value = hpke_open(administrator, info=_info(share), sealed=sealed)
    except WrapRefused as error:
        raise EscrowShareRefused("the share was altered") from error
    if len(value) != SEED_BYTES:
        raise EscrowShareRefused(f"a share has {SEED_BYTES} bytes, this one {len(value)}")
    return OpenShare(share, value)


def combine_shares(
    shares: Sequence[OpenShare], *, evidence_key: SealingPublicKey
) -> SealingPrivateKey:
    """Give the evidence key back, and prove that it is the published one.

    Raises:
        EscrowShareRefused: a share belongs to another key or another split.
        EscrowIncomplete: fewer different administrators than the threshold.
        EscrowMismatch: a share was false.
    """
    if not shares:
        raise EscrowIncomplete("no administrator opened a share")
    first = shares[0].share
    for opened in shares:
        share = opened.share
        if share.evidence_key != evidence_key.key_id or share.split != first.split:
            raise EscrowShareRefused("the shares are not of one split of this evidence key")
    values = {opened.share.point: opened.value for opened in shares}
    if len(values) < first.threshold:
        raise EscrowIncomplete(f"{first.threshold} administrators open it, {len(values)} did")
    weights = _weights(values)
    seed = bytes(
        _sum(multiply(value[place], weights[point]) for point, value in values.items())
        for place in range(SEED_BYTES)
    )
    try:
        private = SealingPrivateKey(seed)
    except SealingKeyInvalid as error:
        raise EscrowMismatch("the shares do not combine to a key") from error
    if private.public != evidence_key:
        raise EscrowMismatch("the shares combine to another key: one of them is false")
    return private


def _seal_share(place: EscrowPlace, administrator: SealingPublicKey, value: bytes) -> EscrowShare:
    sealed = hpke_seal(administrator, info=_info(place), plaintext=value)
    text = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
    return EscrowShare(**place.model_dump(), sealed=text)


def _info(place: EscrowPlace) -> bytes:
    return (
        _INFO
        + bytes.fromhex(place.evidence_key)
        + bytes.fromhex(place.split)
        + bytes([place.threshold, place.point])
        + bytes.fromhex(place.administrator)
    )


def _evaluate(coefficients: bytes, point: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = multiply(value, point) ^ coefficient
    return value


def _weights(points: Collection[int]) -> dict[int, int]:
    """Lagrange's weight of each point for the value at zero. Subtraction is XOR."""
    weights = {}
    for point in points:
        weight = 1
        for other in points:
            if other != point:
                weight = multiply(weight, multiply(other, invert(other ^ point)))
        weights[point] = weight
    return weights


def _sum(terms: Iterable[int]) -> int:
    return functools.reduce(operator.xor, terms, 0)
