"""A learning platform and an employer, members with machines of their own, on rules and credits.

They have gateways and peers, and can certify anybody; accounts for people they get none. Every
attempt is refused exactly, and the same call by those whose it is lands.
"""

from typing import Any

import pytest

from chaincode.domain.constitution import Member, MemberKind
from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.decision import Decision, DecisionOutcome, DecisionStatus
from chaincode.domain.keys import Kind, counterpart, record_key
from chaincode.domain.record import Record
from chaincode.domain.redemption import Redemption, RedemptionStatus
from chaincode.domain.rules.ballot import Ballot
from tests.support import world as worlds
from tests.support.agreement_stage import Stage
from tests.support.certificates import MSP_IDS, make_authorities
from tests.support.correcting import accept, acceptance, correct
from tests.support.deciding import DECISION, confirm, confirming, record, recording, revising
from tests.support.records import NEXT
from tests.support.redeeming import (
    decided,
    entry,
    permission,
    permit,
    redeeming,
    rule_on,
    ruling,
    set_stage,
    statuses,
    transferring,
)
from tests.support.rules import (
    ballot_document,
    ballot_of,
    close,
    propose,
    rule_document,
    vote,
    vote_document,
)
from tests.support.snapshots import copy_of
from tests.support.world import (
    CONSTITUTION,
    HOME,
    PARTIES,
    TEACHING,
    VERIFYING,
    Invalid,
    Refused,
    World,
)

FAILURE = "ENDORSEMENT_POLICY_FAILURE"
_OF_STAFF = {"role", "attestations"}
GUESTS = {"mooc": MemberKind.PLATFORM, "firm": MemberKind.EMPLOYER}
WIDER = CONSTITUTION.model_copy(
    update={
        "members": tuple(
            sorted(
                (
                    *CONSTITUTION.members,
                    *(Member(msp_id=f"{name}MSP", kind=kind) for name, kind in GUESTS.items()),
                ),
                key=lambda member: member.msp_id,
            )
        )
    }
)


async def _founded() -> World:
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(worlds, "CONSTITUTION", WIDER)
        found = World(make_authorities((*MSP_IDS, *(f"{name}MSP" for name in GUESTS))))
        await found.found()
    for name in GUESTS:
        found.people[f"registrar@{name}"] = found.certify(f"{name}MSP", "registrar")
    return found


async def _awarded() -> World:
    found = await copy_of(_founded)
    await found.advance(after="AwardCredit")
    await set_stage(found)
    return found


async def _agreeing() -> Stage:
    return await Stage.built(await copy_of(_founded))


@pytest.fixture
async def stage() -> World:
    """A credit that was awarded, in a consortium with a platform and an employer."""
    return await copy_of(_awarded)


async def refused(
    world: World, by: str, function: str, document: dict[str, Any], **more: Any
) -> Refused:
    with pytest.raises(Refused) as found:
        await world.submit(world.people[by], function, document, **more)
    return found.value


async def forged(world: World, written: Record, guest: str) -> None:
    """The guest's peer counts in no majority: with two universities' it is still too few."""
    with pytest.raises(Invalid, match=FAILURE):
        await world.overwrite(written, by=(TEACHING, VERIFYING, f"{guest}MSP"))


@pytest.mark.parametrize("guest", GUESTS)
@pytest.mark.parametrize("role", ["registrar", "teacher", "student", "supervisor"])
async def test_they_register_nobody(stage: World, guest: str, role: str) -> None:
    kind = {"kind": GUESTS[guest].value}
    person = stage.certify(f"{guest}MSP", role)
    document = stage.registration(person, role)
    by = "registrar" if role in {"teacher", "student"} else "operator"
    error = await refused(stage, f"{by}@{guest}", "RegisterAccount", document)
    if by == "operator":
        assert (error.code, error.facts) == ("not-permitted", kind)
    else:
        assert error.code == "account-inactive"
    pseudonym = {name: one for name, one in document.items() if name not in _OF_STAFF}
    error = await refused(stage, f"gateway@{guest}", "RegisterPseudonym", pseudonym)
    assert (error.code, error.facts) == ("not-permitted", kind)
    await stage.pseudonym(VERIFYING)


@pytest.mark.parametrize("guest", GUESTS)
async def test_they_make_and_vote_on_no_rule(stage: World, guest: str) -> None:
    by, msp_id = f"registrar@{guest}", f"{guest}MSP"
    home = record_key(Kind.COURSE, HOME, "2" * 32, 1)
    both = rule_document() | {
        "scope": {"kind": "bilateral", "members": sorted((HOME, msp_id))},
        "deciders": [HOME],
        "mappings": [
            {
                "id": "m",
                "host": [{"course": record_key(Kind.COURSE, msp_id, "1" * 32, 1)}],
                "home": [{"course": home, "credits": "6.00"}],
                "conversion": "none",
            }
        ],
    }
    with pytest.raises(Refused, match="not-permitted") as found:
        await propose(stage, both, by="registrar@alpha")
    assert found.value.facts == {"kind": GUESTS[guest].value}
    with pytest.raises(Refused, match="account-inactive"):
        await propose(stage, both, by=by)
    rule = await propose(stage)
    for function, written in (
        ("VoteOnRule", vote_document(stage, rule)),
        ("CloseBallot", ballot_document(stage, rule)),
        ("WithdrawRule", ballot_document(stage, rule)),
    ):
        assert (await refused(stage, by, function, written)).code == "account-inactive"
        assert (await refused(stage, f"gateway@{guest}", function, written)).code == "not-permitted"
    ballot = stage.record(Ballot, counterpart(rule, Kind.BALLOT))
    await forged(stage, ballot.next(NEXT, threshold=1), guest)
    await vote(stage, rule, "registrar@beta")
    await close(stage, rule)
    assert ballot_of(stage, rule)["status"] == "adopted"


@pytest.mark.parametrize("guest", GUESTS)
async def test_they_answer_no_agreement(guest: str) -> None:
    stage = await copy_of(_agreeing)
    await stage.propose()
    for function, document in (
        ("ApproveAgreement", stage.approval()),
        ("ProposeAgreementChange", stage.change()),
        ("WithdrawAgreementProposal", stage.seen()),
    ):
        for by, code in (("registrar", "account-inactive"), ("gateway", "not-permitted")):
            person = stage.world.people[f"{by}@{guest}"]
            assert (await stage.refused(person, function, document)).code == code
    assert await stage.forged(stage.agreement.next(NEXT), HOME, f"{guest}MSP") == FAILURE
    await stage.approve("host", "home")
    assert stage.statuses() == ["in-force"]


@pytest.mark.parametrize("guest", GUESTS)
async def test_they_redeem_and_decide_nothing(stage: World, guest: str) -> None:
    msp_id = f"{guest}MSP"
    named = permission(stage, redeemer=VERIFYING) | {
        "redeemer": msp_id,
        "programme": record_key(Kind.PROGRAMME, msp_id, "1" * 32, 1),
    }
    error = await refused(stage, "student", "PermitRedemption", named)
    assert (error.code, error.facts) == ("not-permitted", {"kind": GUESTS[guest].value})
    await permit(stage)
    gateway, registrar = f"gateway@{guest}", f"registrar@{guest}"
    for function, document in (
        ("HoldCredit", decided(stage)),
        ("RedeemCredit", redeeming(stage)),
        ("ReleaseRedemption", entry(stage)),
    ):
        error = await refused(stage, gateway, function, document)
        assert (error.code, error.field) == ("not-party", "number")
        assert (await refused(stage, registrar, function, document)).code == "account-inactive"
    error = await refused(stage, registrar, "GrantDegree", decided(stage))
    assert error.code == "account-inactive"
    error = await refused(stage, gateway, "RecordDecision", recording(stage))
    assert error.code == "not-permitted"
    await record(stage, "refused", automatic=False)
    error = await refused(stage, gateway, "ReviseDecision", revising(stage))
    assert (error.code, error.field) == ("not-party", "decision")
    error = await refused(stage, registrar, "ConfirmDecision", confirming(stage, "refused"))
    assert error.code == "account-inactive"
    use = stage.record(Redemption, stage.slot(Kind.REDEMPTION))
    held = use.entries[0].model_copy(update={"status": RedemptionStatus.HELD})
    await forged(stage, use.next(NEXT, entries=(held,)), guest)
    found = stage.record(Decision, DECISION)
    recognised = {"status": DecisionStatus.STANDING, "holds": DecisionOutcome.RECOGNISED}
    await forged(stage, found.next(NEXT, **recognised), guest)
    await confirm(stage, "refused")
    gamma = stage.people["registrar@gamma"]
    await stage.submit(gamma, "HoldCredit", decided(stage))
    await stage.submit(gamma, "RedeemCredit", redeeming(stage))
    assert statuses(stage) == ["redeemed"]


@pytest.mark.parametrize("guest", GUESTS)
async def test_they_are_nobodys_home_and_correct_nothing(stage: World, guest: str) -> None:
    move = transferring(stage) | {
        "student": record_key(Kind.ACCOUNT, f"{guest}MSP", "1" * 32),
    }
    error = await refused(stage, "student", "RequestTransfer", move)
    assert (error.code, error.facts) == ("not-permitted", {"kind": GUESTS[guest].value})
    number = await correct(stage, 9_000)
    arguments, private = acceptance(stage, {"essay": (number, 9_000)})
    stage.people["moved@gamma"] = await stage.pseudonym(VERIFYING)
    student = stage.people["student"]
    await stage.submit(student, "RequestTransfer", transferring(stage, "moved@gamma"))
    stage.people["risen"] = stage.certify(f"{guest}MSP", "supervisor")
    for by, function, document, more in (
        ("registrar", "AcceptCorrection", arguments, {"private": private, "endorsers": PARTIES}),
        ("registrar", "ReleaseStudent", transferring(stage), {}),
        ("registrar", "AcceptTransfer", transferring(stage), {}),
        ("risen", "RuleOnCredit", ruling(stage), {}),
    ):
        name = by if by == "risen" else f"{by}@{guest}"
        error = await refused(stage, name, function, document, **more)
        assert error.code == "account-inactive", function
    credit = stage.record(Credit, stage.slot(Kind.CREDIT))
    await forged(stage, credit.next(NEXT, status=CreditStatus.FAILED), guest)
    await accept(stage, {"essay": (number, 9_000)})
    await stage.submit(stage.people["registrar@alpha"], "ReleaseStudent", transferring(stage))
    await stage.submit(stage.people["registrar@gamma"], "AcceptTransfer", transferring(stage))
    await rule_on(stage, "suspend")
