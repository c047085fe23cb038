"""From what peers said to what a use case can do about it."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from gateway.services.errors import (
    LedgerConflict,
    LedgerInvalid,
    LedgerRefused,
    LedgerUnavailable,
    ServiceError,
)

_CHAINCODE = re.compile(r"chaincode response \d+, (\{.*\})", re.DOTALL)
_CODE = re.compile(r"[a-z][a-z-]{0,63}", re.ASCII)
_LONGEST_REFUSAL: Final = 1 << 18
_MISMATCH = "ProposalResponsePayloads do not match"
_PASSING = (
    "connection error",
    "failed to find any endorsing peers",
    "no combination of peers can be derived",
    "no peer combination",
    "no peers available",
    "not installed on sufficient peers",
    "the peer cannot be reached",
    "too many requests",
)
_PASSING_CODES = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"})


class Said(NamedTuple):
    """What one member's peer answered instead of an endorsement."""

    msp_id: str
    message: str


def refused_by_contract(message: str) -> LedgerRefused | None:
    """The contract's own refusal in a peer's message; None where it is something else.

    The peer may be another member's: whatever is not of a refusal's form is none.
    """
    found = _CHAINCODE.search(message)
    if found is None:
        return None
    try:
        document = canonical.decode(found[1].encode(), limit=_LONGEST_REFUSAL)
    except (InvalidArgument, UnicodeEncodeError):
        return None
    code, detail = document.get("code"), document.get("detail")
    field, facts = document.get("field"), document.get("facts")
    if (
        isinstance(code, str)
        and _CODE.fullmatch(code)
        and isinstance(detail, str)
        and isinstance(field, str | None)
        and isinstance(facts, dict | None)
    ):
        return LedgerRefused(code, detail, field=field, facts=facts)
    return None


def explain(code: str, message: str, said: Sequence[Said], *, own: str) -> ServiceError:
    """What a failed evaluation or endorsement means.

    A refusal counts when this member's own peer gave it. Where only others refuse, they may not
    have committed the last block yet, so the same call is tried again for a while.

    Args:
        code: the gRPC status by name.
        message: the gateway service's words.
        said: each refusing peer.
        own: this member's MSP id.
    """
    refusals = [(item.msp_id, refused_by_contract(item.message)) for item in said]
    for msp_id, refusal in refusals:
        if refusal is not None and msp_id == own:
            return refusal
    for msp_id, refusal in refusals:
        if refusal is not None:
            detail = (
                f"members' peers do not agree yet: that of {msp_id} refuses what the own one "
                f"endorses ({refusal.refusal}: {refusal.detail})"
            )
            return LedgerConflict(detail, refusal=refusal)
    words = " ".join([message, *(item.message for item in said)])
    if _MISMATCH in words:
        return LedgerConflict("members' peers answered differently")
    if code in _PASSING_CODES or any(text in words for text in _PASSING):
        return LedgerUnavailable("not enough peers can be reached now: try again")
    return LedgerInvalid("the peers refused the proposal", facts={"status": code})
