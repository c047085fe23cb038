"""A member with all its keys and its own peer, past our code: what it cannot do alone.

Each forgery is refused as Fabric refuses it; the same change by those who may make it lands.
"""

from datetime import timedelta
from typing import Any

import pytest

from chaincode.contracts.router import Router
from chaincode.domain.account import Account
from chaincode.domain.constitution import Constitution
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.grade import Grade, GradeReason
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.record import Record
from chaincode.domain.verification import Consent, Verdict, VerificationRequest
from chaincode.ledger.policy import all_peers_of
from tests.support.certificates import MSP_IDS
from tests.support.life import opened_evidence
from tests.support.records import NEXT, PARTS, opened_grade
from tests.support.world import (
    CONSTITUTION,
    HOME,
    MINISTRY,
    PARTIES,
    TEACHING,
    VERIFYING,
    Invalid,
    NoContractAnswer,
    Refused,
    World,
)

FAILURE = "ENDORSEMENT_POLICY_FAILURE"
ALONE = [(msp_id,) for msp_id in MSP_IDS]
NOT_BOTH = [
    *ALONE,
    (TEACHING, VERIFYING, MINISTRY),
    (HOME, VERIFYING, MINISTRY),
    (VERIFYING, MINISTRY),
]


async def attempt(world: World, record: Record, by: tuple[str, ...], **more: Any) -> None:
    """The forgery fails, and the state is as it was at every member."""
    before = {
        msp_id: dict(peer.ledger.world.items())
        for msp_id, peer in world.sandbox.consortium.peers.items()
    }
    with pytest.raises(Invalid, match=FAILURE):
        await world.overwrite(record, by=by, **more)
    for msp_id, peer in world.sandbox.consortium.peers.items():
        assert dict(peer.ledger.world.items()) == before[msp_id]


def better_mark(world: World, *, corrected: bool) -> Grade:
    """The grade slot with a better mark: written over, or as a correction."""
    grade = world.record(Grade, world.slot(Kind.GRADE))
    opened = opened_grade(9, 10_000)
    if corrected:
        return grade.graded(
            part=PARTS[0],
            work_number=1,
            commitment=opened.salt,
            reason=GradeReason.CLERICAL_ERROR,
            by=world.people["teacher"].account,
            at=world.sandbox.clock(),
            limit=64,
            operation=NEXT,
        )
    entry = grade.entries[0].model_copy(update={"commitment": opened.salt})
    return grade.next(NEXT, entries=(entry, *grade.entries[1:]))


@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
@pytest.mark.parametrize("corrected", [False, True])
async def test_a_grade_is_not_rewritten_without_both(
    world: World, by: tuple[str, ...], *, corrected: bool
) -> None:
    await world.advance(after="GradeEssay")
    forged = better_mark(world, corrected=corrected)
    await attempt(world, forged, by)
    teacher = world.people["teacher"]
    if TEACHING in by:
        await attempt(world, forged, by, signer=teacher)
    await world.overwrite(forged, by=PARTIES)
    assert world.record(Grade, forged.key) == forged


@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
async def test_a_first_grade_is_not_written_without_both(world: World, by: tuple[str, ...]) -> None:
    await world.advance(before="GradeEssay")
    grade = world.record(Grade, world.slot(Kind.GRADE))
    forged = grade.graded(
        part=PARTS[0],
        work_number=1,
        commitment="0" * 64,
        reason=GradeReason.FIRST,
        by=world.people["teacher"].account,
        at=world.sandbox.clock(),
        limit=64,
        operation=NEXT,
    )
    await attempt(world, forged, by)
    await world.step("GradeEssay")


@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
@pytest.mark.parametrize("kind", [Kind.ENROLMENT, Kind.WORK, Kind.GRADE, Kind.CREDIT])
async def test_no_slot_loses_its_policy_or_its_value(
    world: World, kind: Kind, by: tuple[str, ...]
) -> None:
    await world.advance(after="GradeEssay")
    key = world.slot(kind)
    policy, value = world.policy(key), world.stored(key)
    for forged in (all_peers_of((TEACHING,)), all_peers_of((HOME,)), all_peers_of(by)):
        with pytest.raises(Invalid, match=FAILURE):
            await world.forge({}, policies={key: forged}, by=by)
        with pytest.raises(Invalid, match=FAILURE):
            await world.forge({key: b'{"forged":1}'}, policies={key: forged}, by=by)
    with pytest.raises(Invalid, match=FAILURE):
        await world.forge({key: b""}, by=by)
    assert (world.policy(key), world.stored(key)) == (policy, value)


@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
async def test_home_does_not_award_without_the_teaching_university(
    world: World, by: tuple[str, ...]
) -> None:
    await world.advance(before="ApplyForCredit")
    credit = world.record(Credit, world.slot(Kind.CREDIT))
    await attempt(world, credit.next(NEXT, status=CreditStatus.AWARDED), by)
    for step in ("ApplyForCredit", "AwardCredit"):
        await world.step(step)
    assert world.stored(credit.key)["status"] == "awarded"


@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
async def test_nobody_is_admitted_or_moved_without_both(world: World, by: tuple[str, ...]) -> None:
    await world.advance(before="LearnCourse")
    enrolment = world.record(Enrolment, world.enrolment)
    await attempt(
        world,
        enrolment.learned(admit=True, reason=None, at=world.sandbox.clock(), operation=NEXT),
        by,
    )
    await attempt(world, enrolment.next(NEXT, home=VERIFYING), by)
    await attempt(world, enrolment.next(NEXT, teacher=world.people["teacher2"].account), by)
    await world.step("LearnCourse")


@pytest.mark.parametrize("owner", [HOME, TEACHING, VERIFYING])
@pytest.mark.parametrize(
    "by", [*ALONE, (TEACHING, VERIFYING, MINISTRY), (HOME, VERIFYING, MINISTRY)], ids="+".join
)
async def test_an_account_is_its_members_alone(
    world: World, owner: str, by: tuple[str, ...]
) -> None:
    person = {HOME: "student", TEACHING: "teacher", VERIFYING: "teacher@gamma"}[owner]
    account = world.record(Account, world.people[person].account)
    forged = account.next(NEXT, key_digest="0" * 64)
    if owner in by:
        await world.overwrite(forged, by=by)
        assert world.stored(account.key)["key_digest"] == "0" * 64
        return
    await attempt(world, forged, by)
    with pytest.raises(Invalid, match=FAILURE):
        await world.forge({account.key: b""}, by=by)


@pytest.mark.parametrize("by", [(HOME,), (VERIFYING,), (HOME, VERIFYING, MINISTRY)], ids="+".join)
async def test_a_course_is_its_universitys_alone(world: World, by: tuple[str, ...]) -> None:
    await world.advance(after="ApplyForCourse")
    course = world.record(Course, world.course)
    await attempt(
        world, course.next(NEXT, content=course.content.model_copy(update={"credits": 3_000})), by
    )


@pytest.mark.parametrize("redigested", [False, True])
async def test_a_course_rewritten_by_its_own_university_shows(
    world: World, *, redigested: bool
) -> None:
    await world.advance(before="AwardCredit")
    course = world.record(Course, world.course)
    content = course.content.model_copy(update={"credits": 3_000})
    digest = content.digest() if redigested else course.digest
    await world.overwrite(course.next(NEXT, content=content, digest=digest), by=(TEACHING,))
    with pytest.raises(Refused) as refused:
        await world.step("AwardCredit")
    assert refused.value.code == "stale-reference"
    with pytest.raises(Refused, match="stale-reference"):
        await world.evaluate(
            world.people["student"],
            "CheckStudent",
            {"enrolment": world.enrolment},
            private=opened_evidence(),
        )
    back = world.record(Course, world.course).next(
        NEXT, content=course.content, digest=course.digest
    )
    await world.overwrite(back, by=(TEACHING,))
    await world.step("AwardCredit")


@pytest.mark.parametrize("by", [*ALONE, PARTIES, (VERIFYING, MINISTRY)], ids="+".join)
async def test_no_minority_changes_the_constitution(world: World, by: tuple[str, ...]) -> None:
    constitution = world.record(Constitution, "constitution")
    members = (constitution.content.members[0],)
    content = constitution.content.model_copy(
        update={"members": members, "majority": 1, "alliances": ()}
    )
    await attempt(world, constitution.next(NEXT, content=content), by)


async def test_a_constitution_forged_by_a_majority_is_refused_by_each_honest_member(
    world: World,
) -> None:
    constitution = world.record(Constitution, "constitution")
    parameters = constitution.content.parameters.model_copy(update={"deadline_margin_seconds": 0})
    content = constitution.content.model_copy(update={"parameters": parameters})
    await world.overwrite(
        constitution.next(NEXT, content=content), by=(TEACHING, VERIFYING, MINISTRY)
    )
    with pytest.raises(Refused) as refused:
        await world.step("ProposeCourse")
    assert refused.value.code == "constitution-unexpected"


@pytest.mark.parametrize("by", ALONE, ids="+".join)
async def test_nobody_alone_makes_a_record_appear(world: World, by: tuple[str, ...]) -> None:
    await world.advance(after="RequestVerification")
    request = world.request
    consent = Consent.model_validate(
        {
            "key": sibling(request, Kind.CONSENT),
            "version": 1,
            "operation": NEXT,
            "request": request,
            "request_digest": "0" * 64,
            "credit_version": 3,
            "by": world.people["student"].account,
            "status": "granted",
            "at": world.sandbox.clock(),
        },
        strict=False,
    )
    await attempt(world, consent, by)
    account = world.record(Account, world.people["teacher"].account)
    ghost = account.model_copy(update={"key": f"account/{by[0]}/{'0' * 32}"})
    await attempt(world, ghost, by)
    await world.step("AnswerRequest")
    withdrawn = world.record(Consent, consent.key)
    await attempt(world, withdrawn.next(NEXT, credit_version=1), by)


@pytest.mark.parametrize("by", ALONE, ids="+".join)
async def test_a_verdict_is_not_rewritten_alone(world: World, by: tuple[str, ...]) -> None:
    await world.advance(after="RecordVerdict")
    verdict = world.record(Verdict, sibling(world.request, Kind.VERDICT))
    await attempt(world, verdict.next(NEXT, decision=None), by)


async def test_a_request_stretched_after_consent_is_worth_nothing(world: World) -> None:
    await world.advance(after="AnswerRequest")
    request = world.record(VerificationRequest, world.request)
    longer = request.model_copy(update={"expires_at": request.expires_at + timedelta(days=365)})
    await world.overwrite(longer, by=(VERIFYING,))
    with pytest.raises(Refused) as refused:
        await world.step("ReviewVerification")
    assert refused.value.code == "consent-missing"
    await world.overwrite(request, by=(VERIFYING,))
    await world.step("ReviewVerification")


@pytest.mark.parametrize("target", [HOME, VERIFYING])
async def test_nobody_writes_into_anothers_collection(world: World, target: str) -> None:
    await world.advance(after="GradeEssay")
    place = f"{world.slot(Kind.GRADE)}/1"
    with pytest.raises(Invalid, match=FAILURE):
        await world.forge({}, private={f"values-{target}": {place: b"forged"}}, by=(TEACHING,))
    for msp_id in PARTIES:
        answer = await world.evaluate(
            world.people[f"gateway@{msp_id.removesuffix('MSP')}"],
            "ReadSealedGrade",
            {"enrolment": world.enrolment, "number": 1},
        )
        assert bytes.fromhex(answer["sealed"]) != b"forged"


async def test_a_member_with_altered_code_endorses_nothing_that_others_do(world: World) -> None:
    """Beta's peer leaves out a check: its answer matches no honest one."""
    await world.advance(before="GradeEssay")
    beta = world.sandbox.consortium.peers[TEACHING]
    honest = Router(CONSTITUTION.digest(), member=TEACHING)

    async def altered(stub: Any) -> Any:
        reply = await honest(stub)
        key = world.slot(Kind.GRADE)
        await stub.put_state(key, better.encode())
        return type(reply)(200, "", reply.payload or b"{}")

    better = world.record(Grade, world.slot(Kind.GRADE)).next(NEXT)
    beta.handler = altered
    with pytest.raises(NoContractAnswer, match="do not match"):
        await world.step("GradeEssay")
    with pytest.raises(Refused) as refused:
        await world.step("GradeEssay", private_change={"mark": 1})
    assert refused.value.code == "commitment-mismatch"
    beta.handler = honest
    await world.step("GradeEssay")


async def test_a_dishonest_university_cannot_grade_through_the_contract_without_the_teachers_key(
    world: World,
) -> None:
    await world.advance(before="GradeEssay")
    twin = world.certify(TEACHING, "teacher", name=world.people["teacher"].identifier)
    world.people["twin"] = twin
    with pytest.raises(Refused) as refused:
        await world.step("GradeEssay", by="twin")
    assert refused.value.code == "account-inactive"
    account = world.record(Account, twin.account)
    await world.overwrite(account.next(NEXT, key_digest=twin.key_digest), by=(TEACHING,))
    await world.step("GradeEssay", by="twin")
    assert world.version(account.key) == account.version + 1, "the change of key stays visible"
