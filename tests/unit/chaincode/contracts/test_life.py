"""The life of a credit, told in stories."""

from typing import Any

import pytest

from chaincode.domain.commitment import grade_commitment
from chaincode.domain.course import Course
from chaincode.domain.keys import Kind, sibling
from tests.support.life import (
    FINAL,
    FUNCTIONS,
    LIFE,
    MARKS,
    Document,
    opened_evidence,
)
from tests.support.records import opened_grade
from tests.support.world import HOME, PARTIES, TEACHING, Refused, World


def _opened(**changes: Any) -> Document:
    """The evidence with something changed in the examination's grade or work."""
    evidence = opened_evidence()
    for name, change in changes.items():
        evidence[name][1] |= change
    return evidence


async def test_the_whole_life(world: World) -> None:
    await world.advance()
    credit = world.stored(world.slot(Kind.CREDIT))
    assert credit["status"] == "awarded"
    assert credit["award"]["credits"] == 600
    assert credit["award"]["by"] == world.people["registrar@alpha"].account
    assert (credit["award"]["work_version"], credit["award"]["grade_version"]) == (3, 4)
    verdict = world.stored(sibling(world.request, Kind.VERDICT))
    assert verdict["decision"]["by"] == world.people["registrar@gamma"].account
    assert verdict["review"]["by"] == world.people["teacher@gamma"].account
    assert world.stored(sibling(world.request, Kind.CONSENT))["status"] == "withdrawn"
    assert world.stored(world.enrolment)["student"] == world.people["student"].account
    for msp_id, peer in world.sandbox.consortium.peers.items():
        state = {key: found.value for key, found in peer.ledger.world.items()}
        home = world.sandbox.consortium.peers[HOME].ledger.world.items()
        assert state == {key: found.value for key, found in home}, msp_id


async def test_every_answer_and_event_names_what_was_written(world: World) -> None:
    for step in LIFE:
        answer = await world.step(step)
        event = world.last.event
        assert event is not None
        assert event.event_name == FUNCTIONS.get(step, step)
        written = {entry["key"]: entry["version"] for entry in answer["written"]}
        assert written, step
        for key, version in written.items():
            stored = world.stored(key)
            assert stored["version"] == version
            assert stored["operation"] == answer["operation"]


@pytest.mark.parametrize("admit", [True, False])
async def test_who_was_not_admitted_goes_no_further(world: World, *, admit: bool) -> None:
    await world.advance(before="LearnCourse")
    with pytest.raises(Refused) as refused:
        await world.step("UploadEssay")
    assert refused.value.code == "wrong-state"
    change = {} if admit else {"admit": False, "reason": "course-full"}
    await world.step("LearnCourse", change=change)
    for step in ("UploadEssay", "ApplyForCredit", "GradeEssay"):
        if admit:
            continue
        with pytest.raises(Refused) as refused:
            await world.step(step)
        assert refused.value.code == "wrong-state"
        assert refused.value.facts == {"status": "refused"}
    if admit:
        await world.step("UploadEssay")


async def test_a_refused_course_takes_no_students(world: World) -> None:
    await world.step("ProposeCourse")
    await world.step("CheckCourse", change={"approve": False, "reason": "too thin"})
    with pytest.raises(Refused) as refused:
        await world.step("ApplyForCourse")
    assert refused.value.code == "wrong-state"


@pytest.mark.parametrize(("seconds", "open_"), [(300, True), (301, False)])
async def test_the_windows_end_has_the_margin(world: World, *, seconds: int, open_: bool) -> None:
    await world.advance(before="UploadEssay")
    world.sandbox.clock.advance(days=90, seconds=seconds)
    if open_:
        await world.step("UploadEssay")
        return
    with pytest.raises(Refused) as refused:
        await world.step("UploadEssay")
    assert refused.value.code == "outside-window"
    await world.step("UploadExam")
    assert world.stored(world.slot(Kind.WORK))["entries"][0]["part"] == "exam"


async def test_a_window_that_has_not_opened(world: World) -> None:
    window = {"opens": "2026-09-02T08:05:01Z", "closes": "2026-12-01T00:00:00Z"}
    await world.step("ProposeCourse", change={"window": window})
    await world.step("CheckCourse")
    world.sandbox.clock.advance(days=1)
    with pytest.raises(Refused) as refused:
        await world.step("ApplyForCourse")
    assert refused.value.code == "outside-window"
    world.sandbox.clock.advance(seconds=1)
    await world.step("ApplyForCourse")


async def test_ungraded_parts_are_named(world: World) -> None:
    await world.advance(before="GradeExam")
    with pytest.raises(Refused) as refused:
        await world.step("ApplyForCredit")
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"missing": ["exam"]})


async def test_an_offline_grade_without_review_is_not_awarded(world: World) -> None:
    await world.advance(before="ReviewGrade")
    with pytest.raises(Refused) as refused:
        await world.step("ApplyForCredit")
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"missing": ["exam"]})
    await world.step("ReviewGrade")
    await world.step("ApplyForCredit")
    await world.step("AwardCredit")


async def test_a_correction_after_the_application_needs_the_students_word(world: World) -> None:
    await world.advance(after="ApplyForCredit")
    await world.step("GradeEssay")
    evidence = opened_evidence()
    evidence["grades"][0] = opened_grade(3, MARKS["essay"]).model_dump(mode="json")
    with pytest.raises(Refused) as refused:
        await world.step("AwardCredit", private_change={"grades": evidence["grades"]})
    assert (refused.value.code, refused.value.field) == ("stale-reference", "grade_version")
    await world.step("ApplyForCredit")
    await world.step("AwardCredit", private_change={"grades": evidence["grades"]})


async def test_a_third_members_peer_keeps_nothing_private(world: World) -> None:
    await world.advance(before="GradeEssay")
    with pytest.raises(Refused) as refused:
        await world.step("GradeEssay", endorsers=["alphaMSP", "betaMSP", "gammaMSP"])
    assert refused.value.code == "private-input-forbidden"
    await world.step("GradeEssay")


async def test_the_papers_of_an_offline_part_are_the_teachers(world: World) -> None:
    await world.advance(before="UploadExam")
    with pytest.raises(Refused) as refused:
        await world.step("UploadExam", by="student")
    assert (refused.value.code, refused.value.field) == ("not-party", "part")
    await world.step("UploadExam")


async def test_who_graded_does_not_review_under_another_hat(world: World) -> None:
    await world.advance(before="ReviewGrade")
    with pytest.raises(Refused) as refused:
        await world.step("ReviewGrade", by="teacher")
    assert refused.value.code == "not-permitted"
    await world.step("ReviewGrade", change={"outcome": "returned"})
    with pytest.raises(Refused) as refused:
        await world.step("ReviewGrade")
    assert refused.value.code == "wrong-state"


async def test_below_the_pass_mark_there_is_no_credit(world: World) -> None:
    await world.advance(before="GradeExam")
    failing = {"mark": 1_000, "salt": opened_grade(2).salt}
    commitment = grade_commitment(
        enrolment=world.enrolment,
        part="exam",
        number=2,
        mark=1_000,
        salt=bytes.fromhex(failing["salt"]),
    )
    await world.step("GradeExam", change={"commitment": commitment}, private_change=failing)
    await world.step("ReviewGrade")
    await world.step("ApplyForCredit")
    with pytest.raises(Refused) as refused:
        await world.step("AwardCredit", private_change=_opened(grades=failing))
    assert refused.value.facts["checks"] == [{"code": "pass-mark-reached", "outcome": "invalid"}]


@pytest.mark.parametrize("step", ["UploadEssay", "UploadExam", "ReviewGrade"])
async def test_after_the_award_work_and_reviewed_grades_stand(world: World, step: str) -> None:
    await world.advance(after="AwardCredit")
    with pytest.raises(Refused) as refused:
        await world.step(step)
    assert refused.value.code == "wrong-state"


async def test_a_credit_that_is_not_awarded_cannot_be_verified(world: World) -> None:
    await world.advance(before="AwardCredit")
    with pytest.raises(Refused) as refused:
        await world.step("RequestVerification")
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"status": "applied"})


async def test_without_an_answer_there_is_no_review(world: World) -> None:
    await world.advance(before="AnswerRequest")
    with pytest.raises(Refused) as refused:
        await world.step("ReviewVerification")
    assert refused.value.code == "consent-missing"
    await world.step("AnswerRequest", change={"grant": False})
    with pytest.raises(Refused) as refused:
        await world.step("ReviewVerification")
    assert refused.value.code == "consent-missing"


async def test_a_verdict_is_not_better_than_its_review(world: World) -> None:
    await world.advance(before="ReviewVerification")
    await world.step("ReviewVerification", change={"outcome": "could-not-check"})
    with pytest.raises(Refused) as refused:
        await world.step("RecordVerdict")
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "outcome")
    await world.step("RecordVerdict", change={"outcome": "invalid"})


async def test_work_replayed_from_another_enrolment_is_found_out(world: World) -> None:
    await world.advance(before="UploadEssay")
    stolen = "7" * 64
    await world.step("UploadEssay", change={"commitment": stolen})
    for step in LIFE[LIFE.index("UploadExam") : LIFE.index("AwardCredit")]:
        await world.step(step)
    with pytest.raises(Refused) as refused:
        await world.step("AwardCredit")
    assert refused.value.facts["checks"] == [
        {"code": "work-commitment", "outcome": "invalid", "part": "essay"}
    ]


async def test_a_slot_holds_as_many_as_the_constitution_says(world: World) -> None:
    await world.advance(before="UploadEssay")
    for _ in range(64):
        await world.step("UploadEssay")
    with pytest.raises(Refused) as refused:
        await world.step("UploadEssay")
    assert refused.value.code == "wrong-state"


async def test_a_student_at_home_needs_one_university(world: World) -> None:
    world.people["student"] = await world.pseudonym(TEACHING)
    for step in LIFE[: LIFE.index("AwardCredit")]:
        private = step in {"LearnCourse", "GradeEssay", "GradeExam"}
        await world.step(step, **({"endorsers": [TEACHING]} if private else {}))
    assert world.stored(world.enrolment)["home"] == TEACHING
    with pytest.raises(Refused) as refused:
        await world.step("AwardCredit", endorsers=[TEACHING])
    assert refused.value.code == "not-party"
    await world.step("AwardCredit", by="registrar@beta", endorsers=[TEACHING])


async def test_a_check_answers_each_question_to_whoever_holds_the_evidence(world: World) -> None:
    await world.advance(after="ReviewGrade")
    evidence = opened_evidence()
    asked = {"enrolment": world.enrolment}
    for name in ("registrar@alpha", "registrar@gamma", "teacher", "student", "supervisor@ministry"):
        answer = await world.evaluate(world.people[name], "CheckStudent", asked, private=evidence)
        assert (answer["outcome"], answer["mark"]) == ("valid", FINAL)
        assert len(answer["checks"]) == 15
    evidence["grades"][0]["mark"] += 1
    answer = await world.evaluate(world.people["student"], "CheckStudent", asked, private=evidence)
    assert (answer["outcome"], answer["mark"]) == ("invalid", None)


async def test_a_course_of_another_members_teacher_takes_no_students(world: World) -> None:
    await world.advance(before="ApplyForCourse")
    course = world.record(Course, world.course)
    content = course.content.model_copy(update={"teacher": world.people["teacher@gamma"].account})
    forged = course.next("0" * 32, content=content, digest=content.digest())
    await world.overwrite(forged, by=(TEACHING,))
    with pytest.raises(Refused) as refused:
        await world.step("ApplyForCourse")
    assert (refused.value.code, refused.value.field) == ("not-party", "course")


async def test_a_stale_endorsement_lands_once(world: World) -> None:
    await world.advance(before="UploadEssay")
    student = world.people["student"]
    consortium = world.sandbox.consortium
    prepared = []
    for _ in range(2):
        arguments, _ = world.documents("UploadEssay")
        proposal = world.propose(student, "WorkUpload", arguments)
        signed = proposal.signed(student.identity.sign(proposal.message))
        prepared.append(await consortium.endorse(signed, at=HOME, endorsers=PARTIES))
    codes = []
    for one in prepared:
        await consortium.submit(one.signed(student.identity.sign(one.payload)))
        codes.append((await consortium.commit_status(one.transaction_id, at=HOME)).code_name)
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]
    assert len(world.stored(world.slot(Kind.WORK))["entries"]) == 1
