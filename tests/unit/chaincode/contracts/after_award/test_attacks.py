"""A member with all its keys and its own peer, a teacher, a student, an outsider: on used credits.

Each attack is refused exactly, and the same change by those who may make it lands.
"""

from typing import Any

import pytest

from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.decision import Decision, DecisionOutcome, DecisionStatus
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.keys import Kind
from chaincode.domain.record import Record
from chaincode.domain.redemption import Redemption, RedemptionStatus
from chaincode.domain.ruling import Ruling, RulingKind, RulingReason
from chaincode.domain.transfer import Transfer
from chaincode.ledger.memory.proposal import propose
from chaincode.ledger.policy import all_peers_of
from tests.support.certificates import MSP_IDS
from tests.support.correcting import accept, acceptance, correct
from tests.support.deciding import DECISION, confirm, record
from tests.support.records import NEXT
from tests.support.redeeming import (
    advance_to,
    decided,
    entry,
    permission,
    permit,
    rule_on,
    ruling,
    statuses,
    transfer,
    transferring,
)
from tests.support.sandbox import CHANNEL
from tests.support.world import (
    CHAINCODE,
    HOME,
    PARTIES,
    TEACHING,
    VERIFYING,
    Invalid,
    Refused,
    World,
)

FAILURE = "ENDORSEMENT_POLICY_FAILURE"
ALONE = [(msp_id,) for msp_id in MSP_IDS]
TOO_FEW = [*ALONE, PARTIES, (VERIFYING, "ministryMSP")]


async def attempt(world: World, forged: Record, by: tuple[str, ...], **more: Any) -> None:
    """The forgery fails, and the state is as it was at every member."""
    peers = world.sandbox.consortium.peers
    before = {msp_id: dict(peer.ledger.world.items()) for msp_id, peer in peers.items()}
    with pytest.raises(Invalid, match=FAILURE):
        await world.overwrite(forged, by=by, **more)
    for msp_id, peer in peers.items():
        assert dict(peer.ledger.world.items()) == before[msp_id]


async def refused(world: World, by: str, function: str, document: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as found:
        await world.submit(world.people[by], function, document)
    return found.value


def forged_use(world: World, status: RedemptionStatus) -> Redemption:
    """The first redemption in a state that its redeemer, or its rival, would like."""
    found = world.record(Redemption, world.slot(Kind.REDEMPTION))
    first = found.entries[0].model_copy(update={"status": status})
    return found.next(NEXT, entries=(first, *found.entries[1:]))


@pytest.mark.parametrize("by", TOO_FEW, ids="+".join)
@pytest.mark.parametrize(
    "status", [RedemptionStatus.GRANTED, RedemptionStatus.RELEASED, RedemptionStatus.PERMITTED]
)
async def test_no_minority_moves_a_redemption(
    stage: World, by: tuple[str, ...], status: RedemptionStatus
) -> None:
    await advance_to(stage, "held")
    await attempt(stage, forged_use(stage, status), by)
    await stage.submit(stage.people["registrar@gamma"], "ReleaseRedemption", entry(stage))


@pytest.mark.parametrize("by", TOO_FEW, ids="+".join)
async def test_no_minority_makes_a_permission_appear(stage: World, by: tuple[str, ...]) -> None:
    await permit(stage)
    forged = stage.record(Redemption, stage.slot(Kind.REDEMPTION))
    await stage.submit(stage.people["student"], "WithdrawPermission", entry(stage))
    fresh = forged.model_copy(update={"key": f"redemption/{TEACHING}/{'9' * 32}"})
    await attempt(stage, fresh, by)
    await attempt(stage, forged_use(stage, RedemptionStatus.HELD), by)
    with pytest.raises(Invalid, match=FAILURE):
        await stage.forge({stage.slot(Kind.REDEMPTION): b""}, by=by)


@pytest.mark.parametrize("by", TOO_FEW, ids="+".join)
async def test_no_minority_rules_or_lifts(stage: World, by: tuple[str, ...]) -> None:
    await rule_on(stage, "suspend")
    found = stage.record(Ruling, stage.slot(Kind.RULING))
    lifted = Ruling.ruled(
        found,
        key=found.key,
        ruling=RulingKind.LIFT,
        reason=RulingReason.UNFOUNDED,
        gives_back=False,
        authority="ministryMSP",
        authorities=1,
        by=stage.people["supervisor@ministry"].account,
        at=stage.sandbox.clock(),
        operation=NEXT,
    )
    await attempt(stage, lifted, by)
    with pytest.raises(Invalid, match=FAILURE):
        await stage.forge({found.key: b""}, by=by)
    await rule_on(stage, "lift", reason="unfounded")


@pytest.mark.parametrize("by", TOO_FEW, ids="+".join)
async def test_no_minority_moves_a_student(stage: World, by: tuple[str, ...]) -> None:
    stage.people["moved@gamma"] = await stage.pseudonym(VERIFYING)
    student = stage.people["student"]
    await stage.submit(student, "RequestTransfer", transferring(stage, "moved@gamma"))
    found = stage.record(Transfer, stage.slot(Kind.TRANSFER))
    more: dict[str, Any] = {"by": student.account, "at": stage.sandbox.clock(), "operation": NEXT}
    await attempt(stage, found.released(member=HOME, **more), by)
    await stage.submit(stage.people["registrar@alpha"], "ReleaseStudent", transferring(stage))


@pytest.mark.parametrize("by", TOO_FEW, ids="+".join)
async def test_no_minority_rewrites_a_decision(stage: World, by: tuple[str, ...]) -> None:
    await record(stage, "refused", automatic=False)
    found = stage.record(Decision, DECISION)
    forged = found.next(NEXT, status=DecisionStatus.STANDING, holds=DecisionOutcome.RECOGNISED)
    await attempt(stage, forged, by)
    await confirm(stage, "refused")


@pytest.mark.parametrize("by", [*ALONE, (HOME, VERIFYING, "ministryMSP")], ids="+".join)
async def test_a_correction_is_accepted_by_both_pairs_peers_alone(
    stage: World, by: tuple[str, ...]
) -> None:
    """Home cannot better, nor the host worsen, what was awarded: not with all keys of the one."""
    number = await correct(stage, 9_900)
    credit = stage.record(Credit, stage.slot(Kind.CREDIT))
    assert credit.award is not None
    better = credit.award.model_copy(update={"grade_version": 5, "result_commitment": "0" * 64})
    await attempt(stage, credit.next(NEXT, award=better), by)
    await attempt(stage, credit.next(NEXT, status=CreditStatus.FAILED), by)
    await accept(stage, {"essay": (number, 9_900)})


async def test_after_a_transfer_the_slots_keep_their_pair(stage: World) -> None:
    """The new home rules by the contract; its peer alone, or with the host's, moves no slot."""
    await transfer(stage)
    credit = stage.record(Credit, stage.slot(Kind.CREDIT))
    for by in ((VERIFYING,), (TEACHING, VERIFYING), (TEACHING, VERIFYING, "ministryMSP")):
        await attempt(stage, credit.next(NEXT, status=CreditStatus.FAILED), by)
    assert stage.policy(credit.key) == all_peers_of(PARTIES)
    assert stage.record(Enrolment, stage.enrolment).home == HOME


async def test_a_teacher_cannot_let_a_correction_count_herself(stage: World) -> None:
    number = await correct(stage, 10_000)
    arguments, private = acceptance(stage, {"essay": (number, 10_000)})
    with pytest.raises(Refused) as found:
        await stage.submit(
            stage.people["teacher"],
            "AcceptCorrection",
            arguments,
            private=private,
            endorsers=PARTIES,
        )
    assert found.value.code == "not-permitted"
    with pytest.raises(Refused) as found:
        await correct(stage, 9_000, by="teacher2")
    assert found.value.code == "not-party"
    await accept(stage, {"essay": (number, 10_000)})


async def test_two_permissions_of_one_student_end_in_one_use(stage: World) -> None:
    await permit(stage, redeemer=HOME)
    await permit(stage, redeemer=VERIFYING)
    await stage.submit(stage.people["registrar@alpha"], "HoldCredit", decided(stage, 1))
    error = await refused(stage, "registrar@gamma", "HoldCredit", decided(stage, 2))
    assert (error.code, error.facts["by"][0]["redeemer"]) == ("already-redeemed", HOME)
    await stage.submit(stage.people["student"], "WithdrawPermission", entry(stage, 1))
    await stage.submit(stage.people["registrar@gamma"], "HoldCredit", decided(stage, 2))
    assert statuses(stage) == ["withdrawn", "held"]


@pytest.mark.parametrize(
    ("by", "function"),
    [
        ("student2", "PermitRedemption"),
        ("student2", "WithdrawPermission"),
        ("registrar@gamma", "PermitRedemption"),
        ("student", "HoldCredit"),
        ("student", "GrantDegree"),
        ("gateway@gamma", "GrantDegree"),
        ("teacher@gamma", "RedeemCredit"),
        ("operator@gamma", "HoldCredit"),
        ("supervisor@ministry", "ReleaseRedemption"),
    ],
)
async def test_nobody_acts_for_another(stage: World, by: str, function: str) -> None:
    await permit(stage)
    document = {
        "PermitRedemption": permission(stage, redeemer=HOME),
        "WithdrawPermission": entry(stage),
        "ReleaseRedemption": entry(stage),
        "RedeemCredit": decided(stage, decision_commitment="0" * 64),
    }.get(function, decided(stage))
    error = await refused(stage, by, function, document)
    assert error.code == ("not-party" if by == "student2" else "not-permitted")
    await stage.submit(stage.people["registrar@gamma"], "HoldCredit", decided(stage))


async def test_a_permission_signed_once_is_not_played_again(stage: World) -> None:
    """The redeemer keeps the student's signed envelope, and sends it after the withdrawal."""
    student, consortium = stage.people["student"], stage.sandbox.consortium
    proposal = stage.propose(student, "PermitRedemption", permission(stage))
    signed = proposal.signed(student.identity.sign(proposal.message))
    prepared = await consortium.endorse(signed, at=HOME)
    envelope = prepared.signed(student.identity.sign(prepared.payload))
    await consortium.submit(envelope)
    assert (await consortium.commit_status(prepared.transaction_id, at=HOME)).is_valid
    await stage.submit(student, "WithdrawPermission", entry(stage))
    before = stage.stored(stage.slot(Kind.REDEMPTION))
    await consortium.submit(envelope)
    await consortium.cut_block()
    assert stage.last.code_name == "DUPLICATE_TXID"
    assert stage.stored(stage.slot(Kind.REDEMPTION)) == before


async def test_a_permission_of_an_outsider_or_a_stolen_name_is_none(stage: World) -> None:
    student = stage.people["student"]
    for msp_id, code in ((HOME, "account-inactive"), (VERIFYING, "account-inactive")):
        stage.people["twin"] = stage.certify(msp_id, "student", name=student.identifier)
        error = await refused(stage, "twin", "PermitRedemption", permission(stage))
        assert error.code == code
    await permit(stage)


async def test_a_signature_over_another_document_is_none(stage: World) -> None:
    """The student's proposal with the redeemer exchanged, and the old signature."""
    student, consortium = stage.people["student"], stage.sandbox.consortium
    seen = stage.propose(student, "PermitRedemption", permission(stage))
    signature = student.identity.sign(seen.message)
    other = propose(
        channel_id=CHANNEL,
        chaincode=CHAINCODE,
        creator=student.identity.serialized,
        arguments=[b"PermitRedemption", b"{}"],
        timestamp=stage.sandbox.clock(),
        nonce=b"n" * 24,
        transient={},
    )
    with pytest.raises(Exception, match="access denied"):
        await consortium.endorse(other.signed(signature), at=HOME)
    await permit(stage)


async def test_a_ruling_and_a_degree_at_once_end_as_one(stage: World) -> None:
    """Endorsed over the same state, the second one conflicts: everybody reads the closed list."""
    await advance_to(stage, "redeemed")
    people, consortium = stage.people, stage.sandbox.consortium
    prepared = []
    for by, function, document in (
        (people["supervisor@ministry"], "RuleOnCredit", ruling(stage, "revoke", gives_back=True)),
        (people["registrar@gamma"], "GrantDegree", decided(stage)),
    ):
        proposal = stage.propose(by, function, document)
        signed = proposal.signed(by.identity.sign(proposal.message))
        prepared.append((by, await consortium.endorse(signed, at=by.msp_id)))
    codes = []
    for by, one in prepared:
        await consortium.submit(one.signed(by.identity.sign(one.payload)))
        status = await consortium.commit_status(one.transaction_id, at=by.msp_id)
        codes.append(status.code_name)
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]
    assert statuses(stage) == ["given-back"]
