"""Too early, too late, on the wrong version, or outside the rules."""

from datetime import UTC, datetime

import pytest

from demo.story import credit, learning, verification
from demo.story.cast import Cast
from demo.story.course import ESSAY, EXAMINATION, PROGRAM, proposal
from demo.work import WorkFile
from demo.world import World
from gateway.sandbox import SandboxWorld

pytestmark = pytest.mark.thorough


async def test_a_course_is_checked_once_and_on_the_version_seen(cast: Cast) -> None:
    body = proposal(datetime.now(UTC), proctored=True)
    proposed = await cast.teacher.write("proposes", "/v1/courses", body)
    path = f"/v1/courses/{proposed['result']['course']}:check"
    registrar = cast.teaching_registrar
    stale = {"approve": True, "expected_version": 2}
    await registrar.refused("checks", "POST", path, body=stale, code="version-conflict")
    silent = {"approve": False, "expected_version": 1}
    found = await registrar.refused("checks", "POST", path, body=silent, code="invalid-argument")
    assert found["field"] == "/reason"
    await registrar.write("checks", path, {"approve": True, "expected_version": 1})
    again = {"approve": True, "expected_version": 2}
    await registrar.refused("checks", "POST", path, body=again, code="wrong-state")


async def test_nobody_applies_for_an_unapproved_or_another_content(
    cast: Cast, offered: str
) -> None:
    refused = offered[:-1] + "1"
    student = cast.student
    before = len((await student.get("lists", "/v1/enrolments"))["enrolments"])
    await student.refused(
        "applies", "POST", "/v1/enrolments", body={"course": refused}, code="wrong-state"
    )
    await student.refused(
        "applies",
        "POST",
        "/v1/enrolments",
        body={"course": offered, "course_digest": "0" * 64},
        code="stale-reference",
    )
    missing = f"betaMSP~{'0' * 32}~1"
    await student.refused(
        "applies", "POST", "/v1/enrolments", body={"course": missing}, code="record-not-found"
    )
    assert len((await student.get("lists", "/v1/enrolments"))["enrolments"]) == before
    await student.write("applies", "/v1/enrolments", {"course": offered})
    assert len((await student.get("lists", "/v1/enrolments"))["enrolments"]) == before + 1


async def test_nothing_is_handed_in_before_admission(
    world: World, cast: Cast, offered: str
) -> None:
    applied = await cast.student.write("applies", "/v1/enrolments", {"course": offered})
    enrolment = applied["result"]["enrolment"]
    path = f"/v1/enrolments/{enrolment}/work?part={ESSAY}"
    file = world.work[ESSAY]
    await cast.student.refused("hands in", "POST", path, file=file, code="wrong-state")


async def test_each_part_is_handed_in_by_whom_it_belongs_to(
    world: World, cast: Cast, admitted: str
) -> None:
    path = f"/v1/enrolments/{admitted}/work?part="
    essay, page = world.work[ESSAY], world.work[EXAMINATION]
    student, teacher = cast.student, cast.teacher
    await student.refused("scans", "POST", path + EXAMINATION, file=page, code="not-party")
    await teacher.refused("hands in", "POST", path + ESSAY, file=essay, code="not-party")
    found = await student.refused(
        "hands in", "POST", path + "no-such-part", file=essay, code="invalid-argument"
    )
    assert found["field"] == "/part"
    await student.upload("hands in", path + ESSAY, essay)
    await teacher.upload("scans", path + EXAMINATION, page)


async def test_refused_work_is_not_kept(
    world: World, cast: Cast, admitted: str, sandbox: SandboxWorld
) -> None:
    def kept() -> set[str]:
        files = (sandbox.state / "alpha" / "work").rglob("*")
        return {file.name for file in files if file.is_file()}

    before = kept()
    path = f"/v1/enrolments/{admitted}/work?part={ESSAY}"
    stale = f"{path}&expected_version=7"
    file = world.work[ESSAY]
    await cast.student.refused("hands in", "POST", stale, file=file, code="version-conflict")
    assert kept() == before
    await cast.student.upload("hands in", f"{path}&expected_version=1", file)
    assert len(kept() - before) == 1


async def test_an_empty_file_is_no_work(cast: Cast, admitted: str) -> None:
    empty = WorkFile(ESSAY, "empty.txt", "text/plain", b"", "")
    await cast.student.refused(
        "hands in",
        "POST",
        f"/v1/enrolments/{admitted}/work?part={ESSAY}",
        file=empty,
        code="invalid-argument",
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"part": "no-such-part"}, "invalid-argument", "/part"),
        ({"mark": "100.50"}, "invalid-argument", "/mark"),
        ({"mark": "82.25"}, "invalid-argument", "/mark"),
        ({"expected_version": 2}, "version-conflict", "/expected_version"),
        ({"work_number": 2}, "stale-reference", "/work_number"),
        ({"part": PROGRAM}, "wrong-state", None),
        ({"reason": "appeal"}, "invalid-argument", "/reason"),
    ],
)
async def test_a_grade_outside_the_rules(
    cast: Cast, handed_in: str, change: dict[str, object], code: str, field: str | None
) -> None:
    path = f"/v1/enrolments/{handed_in}/grades"
    body = {"part": ESSAY, "mark": "82.50", "expected_version": 1, "work_number": 1}
    found = await cast.teacher.refused("grades", "POST", path, body=body | change, code=code)
    assert found.document.get("field") == field
    assert (await cast.teacher.get("reads", path))["entries"] == []
    await cast.teacher.write("grades", path, body)


async def test_a_correction_needs_its_reason_and_replaces_the_grade(
    cast: Cast, handed_in: str
) -> None:
    path = f"/v1/enrolments/{handed_in}/grades"
    await cast.teacher.write(
        "grades", path, {"part": ESSAY, "mark": "10.00", "expected_version": 1}
    )
    again = {"part": ESSAY, "mark": "82.50", "expected_version": 2}
    await cast.teacher.refused("grades", "POST", path, body=again, code="invalid-argument")
    await cast.teacher.write("corrects", path, again | {"reason": "clerical-error"})
    entries = (await cast.student.get("reads", path))["entries"]
    assert [(entry["mark"], entry["matches"]) for entry in entries] == [
        ("10.00", True),
        ("82.50", True),
    ]


async def test_no_credit_before_every_part_is_graded(cast: Cast, handed_in: str) -> None:
    path = f"/v1/credits/{handed_in}"
    found = await cast.student.refused(
        "applies",
        "POST",
        f"{path}:apply",
        body={"expected_version": 1, "grade_version": 1},
        code="wrong-state",
    )
    assert found["facts"]["missing"] == [ESSAY, PROGRAM, EXAMINATION]
    await cast.home_registrar.refused("checks", "POST", f"{path}:check", code="wrong-state")


async def test_an_award_is_for_what_was_checked(cast: Cast, graded: str) -> None:
    await credit.apply(cast, graded)
    path, registrar = f"/v1/credits/{graded}", cast.home_registrar
    report = await registrar.post("checks", f"{path}:check")
    await cast.teacher.write(
        "corrects",
        f"/v1/enrolments/{graded}/grades",
        {
            "part": ESSAY,
            "mark": "60.00",
            "expected_version": report["grade_version"],
            "reason": "clerical-error",
        },
    )
    body = {
        "expected_version": report["credit_version"],
        "work_version": report["work_version"],
        "grade_version": report["grade_version"],
    }
    found = await registrar.refused(
        "awards", "POST", f"{path}:award", body=body, code="version-conflict"
    )
    assert found["field"] == "/grade_version"
    report = await registrar.post("checks anew", f"{path}:check")
    assert report["outcome"] == "valid"
    corrected = body | {"grade_version": report["grade_version"]}
    # The student applied on other grades: what is awarded is what the student has seen.
    await registrar.refused(
        "awards", "POST", f"{path}:award", body=corrected, code="stale-reference"
    )
    await credit.apply(cast, graded)
    report = await registrar.post("checks anew", f"{path}:check")
    await registrar.write(
        "awards", f"{path}:award", corrected | {"expected_version": report["credit_version"]}
    )


async def test_no_credit_on_grades_that_were_not_seen_or_not_reviewed(
    world: World, cast: Cast, admitted: str
) -> None:
    await grade_all(world, cast, admitted, examination="100.00", outcome="returned")
    path = f"/v1/credits/{admitted}:apply"
    body = {"expected_version": 1, "grade_version": 5}
    stale = body | {"grade_version": 4}
    found = await cast.student.refused("applies", "POST", path, body=stale, code="version-conflict")
    assert found["field"] == "/grade_version"
    found = await cast.student.refused("applies", "POST", path, body=body, code="wrong-state")
    assert found["facts"]["missing"] == [EXAMINATION]


async def test_what_does_not_pass_is_not_awarded(world: World, cast: Cast, admitted: str) -> None:
    await grade_all(world, cast, admitted, examination="0.00", outcome="approved")
    await learning.receive(cast.student, world, admitted, EXAMINATION)
    await credit.apply(cast, admitted)
    report = await cast.home_registrar.post("checks", f"/v1/credits/{admitted}:check")
    assert (report["outcome"], report["mark"]) == ("invalid", "59.50")
    failed = [check for check in report["checks"] if check["outcome"] != "valid"]
    assert [check["code"] for check in failed] == ["pass-mark-reached"]
    await cast.home_registrar.refused(
        "awards",
        "POST",
        f"/v1/credits/{admitted}:award",
        body={
            "expected_version": report["credit_version"],
            "work_version": report["work_version"],
            "grade_version": report["grade_version"],
        },
        code="check-failed",
    )


async def grade_all(
    world: World, cast: Cast, enrolment: str, *, examination: str, outcome: str
) -> None:
    """Hand in and grade every part: 100.00 and 98.50 at home, then the examination."""
    for part in (ESSAY, PROGRAM):
        await learning.hand_in(cast, enrolment, part)
        await learning.receive(cast.teacher, world, enrolment, part)
    await learning.scan(cast, enrolment)
    path = f"/v1/enrolments/{enrolment}/grades"
    marks = {ESSAY: "100.00", PROGRAM: "98.50", EXAMINATION: examination}
    for version, (part, mark) in enumerate(marks.items(), start=1):
        body = {"part": part, "mark": mark, "expected_version": version}
        await cast.teacher.write("grades", path, body)
    await cast.teaching_registrar.write(
        "reviews", f"{path}/3:review", {"outcome": outcome, "expected_version": 4}
    )


async def test_what_was_awarded_stands(world: World, cast: Cast, awarded: str) -> None:
    """A grade corrected after the award is recorded, and the award is as it was."""
    before = await cast.student.get("reads", f"/v1/credits/{awarded}")
    grade = {
        "part": ESSAY,
        "mark": "100.00",
        "expected_version": 5,
        "reason": "appeal",
        "work_number": 1,
    }
    path = f"/v1/enrolments/{awarded}/grades"
    first = grade | {"reason": "first"}
    await cast.teacher.refused("corrects", "POST", path, body=first, code="invalid-argument")
    await cast.teacher.write("corrects", path, grade)
    after = await cast.student.get("reads", f"/v1/credits/{awarded}")
    assert (after["award"], after["status"]) == (before["award"], "awarded")
    await cast.student.refused(
        "hands in again",
        "POST",
        f"/v1/enrolments/{awarded}/work?part={ESSAY}",
        file=world.work[ESSAY],
        code="wrong-state",
    )


async def test_gamma_sees_nothing_without_consent_and_nothing_more_after_it(
    world: World, cast: Cast, awarded: str
) -> None:
    request = await verification.ask(cast, awarded)
    path = f"/v1/verifications/{request}"
    registrar, reviewer = cast.verifying_registrar, cast.reviewer
    for tried in ("/evidence", "/work/1/content"):
        await registrar.refused("looks", "GET", path + tried, code="consent-missing")
    report = {"outcome": "valid", "report": "unseen"}
    await reviewer.refused("reviews", "POST", f"{path}:review", body=report, code="consent-missing")
    await verification.consent(cast, request)
    await verification.look_at_evidence(world, cast, request)
    await cast.student.write(
        "withdraws", f"/v1/requests/{request}:withdraw", {"expected_version": 1}
    )
    for tried in ("/evidence", "/work/1/content"):
        await registrar.refused("looks", "GET", path + tried, code="consent-missing")
    await reviewer.refused("reviews", "POST", f"{path}:review", body=report, code="consent-missing")


async def test_a_refused_request_shows_nothing(cast: Cast, awarded: str) -> None:
    request = await verification.ask(cast, awarded)
    await verification.consent(cast, request, grant=False)
    await cast.verifying_registrar.refused(
        "looks", "GET", f"/v1/verifications/{request}/evidence", code="consent-missing"
    )


async def test_consent_is_to_the_request_as_seen(cast: Cast, awarded: str) -> None:
    request = await verification.ask(cast, awarded)
    path = f"/v1/requests/{request}:answer"
    seen = await verification.find(cast, request)
    body = {"grant": True, "request_digest": "0" * 64, "credit_version": seen["credit_version"]}
    await cast.student.refused("answers", "POST", path, body=body, code="stale-reference")
    body |= {"request_digest": seen["digest"]}
    stale = body | {"credit_version": seen["credit_version"] + 1}
    await cast.student.refused("answers", "POST", path, body=stale, code="version-conflict")
    await cast.student.write("answers", path, body)


async def test_only_a_teacher_of_the_member_is_asked_to_review(cast: Cast, awarded: str) -> None:
    me = await cast.teacher.get("looks up the own account", "/v1/me")
    found = await cast.verifying_registrar.refused(
        "asks",
        "POST",
        "/v1/verifications",
        body={
            "credit": awarded,
            "purpose": "recognition",
            "expires_at": "2099-01-01T00:00:00Z",
            "reviewer": me["account"],
        },
        code="invalid-argument",
    )
    assert found["field"] == "/reviewer"
    await verification.ask(cast, awarded)
