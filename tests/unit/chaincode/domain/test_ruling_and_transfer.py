import json

import pytest

from chaincode.domain.errors import NotParty, WrongState
from chaincode.domain.ruling import MAX_RULINGS, Ruling, RulingKind, RulingReason
from chaincode.domain.transfer import (
    MAX_FAULTS,
    MAX_TRANSFERS,
    FaultKind,
    HandoverFault,
    PieceKind,
    Transfer,
    TransferStatus,
)
from tests.support.records import ENROLMENT, NEXT, NOW, REGISTRAR, STUDENT

BY = {"by": REGISTRAR, "at": NOW, "operation": NEXT}


def ruled(
    before: Ruling | None,
    kind: str,
    *,
    authority: str = "ministryMSP",
    authorities: int = 1,
    gives_back: bool = False,
) -> Ruling:
    return Ruling.ruled(
        before,
        key=ENROLMENT.replace("enrolment", "ruling"),
        ruling=RulingKind(kind),
        reason=RulingReason.INVESTIGATION,
        gives_back=gives_back,
        authority=authority,
        authorities=authorities,
        **BY,
    )


def asked(before: Transfer | None, source: str, target: str) -> Transfer:
    return Transfer.requested(
        before,
        key=ENROLMENT.replace("enrolment", "transfer"),
        source=source,
        target=target,
        student=STUDENT.replace("alphaMSP", target),
        **BY,
    )


def test_another_authority_does_not_lift() -> None:
    suspended = ruled(None, "suspend")
    with pytest.raises(NotParty):
        ruled(suspended, "lift", authority="councilMSP")
    assert ruled(suspended, "lift").in_force is None


def test_another_authority_may_revoke_and_lifts_that_alone() -> None:
    suspended = ruled(None, "suspend")
    revoked = ruled(suspended, "revoke", authority="councilMSP")
    assert revoked.in_force == revoked.entries[-1]
    with pytest.raises(NotParty):
        ruled(revoked, "lift")
    lifted = ruled(revoked, "lift", authority="councilMSP")
    assert lifted.in_force == suspended.entries[0], "it would have lifted the other's suspension"
    with pytest.raises(NotParty):
        ruled(lifted, "lift", authority="councilMSP")
    assert ruled(lifted, "lift").in_force is None
    assert ruled(ruled(suspended, "revoke"), "lift").in_force is None


def test_rulings_are_bounded_and_fit_a_document() -> None:
    found = ruled(None, "suspend")
    for place in range(1, MAX_RULINGS):
        found = ruled(found, "lift" if place % 2 else "suspend")
    assert len(found.encode()) < 64 * 1024
    assert Ruling.decode(found.key, found.encode()) == found
    with pytest.raises(WrongState, match="at most 64"):
        ruled(found, "suspend")


def test_no_authority_uses_up_anothers_rulings() -> None:
    found = None
    for place in range(MAX_RULINGS // 2 - 1):
        found = ruled(found, "lift" if place % 2 else "suspend", authorities=2)
    assert found is not None
    assert found.in_force is not None
    with pytest.raises(WrongState) as refused:
        ruled(found, "revoke", authorities=2)
    assert refused.value.facts == {"limit": 32}
    free = ruled(found, "lift", authorities=2)
    assert free.in_force is None
    for kind in ("suspend", "revoke", "lift"):
        with pytest.raises(WrongState):
            ruled(free, kind, authorities=2)
    for place in range(MAX_RULINGS // 2):
        free = ruled(
            free, "lift" if place % 2 else "suspend", authority="councilMSP", authorities=2
        )
    assert len(free.entries) == MAX_RULINGS


def test_of_many_authorities_each_can_suspend_and_lift() -> None:
    found = ruled(None, "suspend", authorities=500)
    assert ruled(found, "lift", authorities=500).in_force is None


def test_transfers_are_bounded_and_fit_a_document() -> None:
    found = asked(None, "alphaMSP", "gammaMSP")
    for _ in range(1, MAX_TRANSFERS):
        found = asked(found, "alphaMSP", "gammaMSP")
    assert [entry.status for entry in found.entries[:-1]] == [TransferStatus.REPLACED] * 31
    assert Transfer.decode(found.key, found.encode()) == found
    with pytest.raises(WrongState, match="at most 32"):
        asked(found, "alphaMSP", "gammaMSP")


def test_the_last_accepted_move_holds_while_another_is_asked_for() -> None:
    first = asked(None, "alphaMSP", "gammaMSP")
    assert first.in_force is None
    first = first.released(member="alphaMSP", **BY).accepted(member="gammaMSP", **BY)
    second = asked(first, "gammaMSP", "betaMSP")
    held = second.in_force
    assert held is not None
    assert held.target == "gammaMSP"
    with pytest.raises(NotParty):
        second.released(member="alphaMSP", **BY)
    with pytest.raises(WrongState):
        asked(second, "gammaMSP", "gammaMSP")


def test_what_every_new_home_can_say_fits_a_document() -> None:
    said = (HandoverFault(piece=PieceKind.MARK, number=128, fault=FaultKind.MISSING),) * MAX_FAULTS
    found: Transfer | None = None
    homes = ("alphaMSP", "gammaMSP")
    for place in range(MAX_TRANSFERS):
        source, target = homes[place % 2], homes[1 - place % 2]
        asked_for = asked(found, source, target).released(member=source, **BY)
        found = asked_for.accepted(member=target, faults=said, **BY)
    assert found is not None
    assert Transfer.decode(found.key, found.encode()) == found


def test_a_transfer_that_was_stored_without_faults_has_none() -> None:
    found = asked(None, "alphaMSP", "gammaMSP")
    older = json.loads(found.encode())
    del older["entries"][0]["faults"]
    assert Transfer.decode(found.key, json.dumps(older).encode()) == found
