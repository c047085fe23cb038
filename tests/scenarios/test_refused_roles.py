"""Who may not: each attempt is refused for its reason, and the right person's same call goes."""

from datetime import UTC, datetime

import pytest

from demo.story import credit, learning, verification
from demo.story.cast import Cast
from demo.story.course import ESSAY, EXAMINATION, proposal
from demo.world import Person, World


async def test_a_student_does_not_grade(cast: Cast, handed_in: str) -> None:
    path = f"/v1/enrolments/{handed_in}/grades"
    body = {"part": ESSAY, "mark": "100.00", "expected_version": 1}
    await cast.student.refused("grades", "POST", path, body=body, code="not-permitted")
    assert (await cast.teacher.get("reads", path))["entries"] == []
    await cast.teacher.write("grades", path, body)


async def test_a_teacher_does_not_grade_another_teachers_student(
    cast: Cast, handed_in: str, other_teacher: Person
) -> None:
    path = f"/v1/enrolments/{handed_in}/grades"
    body = {"part": ESSAY, "mark": "10.00", "expected_version": 1}
    await other_teacher.refused("grades", "POST", path, body=body, code="not-party")
    await cast.teacher.write("grades", path, body)


async def test_a_teacher_does_not_admit_to_another_teachers_course(
    cast: Cast, offered: str, other_teacher: Person
) -> None:
    applied = await cast.student.write("applies", "/v1/enrolments", {"course": offered})
    path = f"/v1/enrolments/{applied['result']['enrolment']}:learn"
    body = {"admit": True, "expected_version": 1}
    await other_teacher.refused("admits", "POST", path, body=body, code="not-party")
    await cast.teacher.until(
        "looks", path.removesuffix(":learn"), lambda found: found["ready"], what="the key"
    )
    await cast.teacher.write("admits", path, body)


async def test_another_teacher_and_student_see_nothing(
    cast: Cast, handed_in: str, other_teacher: Person, other_student: Person
) -> None:
    for person in (other_teacher, other_student, cast.verifying_registrar):
        for path in ("", "/work", "/work/1/content", "/grades"):
            await person.refused(
                "looks", "GET", f"/v1/enrolments/{handed_in}{path}", code="not-party"
            )
    for person in (cast.teacher, cast.student):
        await person.get("looks", f"/v1/enrolments/{handed_in}/work/1/content")


async def test_a_student_does_not_hand_in_for_another(
    world: World, cast: Cast, admitted: str, other_student: Person
) -> None:
    path = f"/v1/enrolments/{admitted}/work?part={ESSAY}"
    file = world.work[ESSAY]
    await other_student.refused("hands in", "POST", path, file=file, code="not-party")
    await cast.student.upload("hands in", path, file)


async def test_only_a_teacher_proposes_and_only_the_own_registrar_checks(cast: Cast) -> None:
    body = proposal(datetime.now(UTC), proctored=True)
    for person in (cast.student, cast.teaching_registrar):
        await person.refused("proposes", "POST", "/v1/courses", body=body, code="not-permitted")
    proposed = await cast.teacher.write("proposes", "/v1/courses", body)
    path = f"/v1/courses/{proposed['result']['course']}:check"
    check = {"approve": True, "expected_version": 1}
    await cast.teacher.refused("approves", "POST", path, body=check, code="not-permitted")
    await cast.home_registrar.refused("approves", "POST", path, body=check, code="not-party")
    await cast.teaching_registrar.write("approves", path, check)


async def test_only_the_teaching_universitys_registrar_reviews_offline_grades(
    cast: Cast, admitted: str
) -> None:
    await learning.scan(cast, admitted)
    await learning.grade(cast.teacher, admitted, EXAMINATION)
    path = f"/v1/enrolments/{admitted}/grades/1:review"
    body = {"outcome": "approved", "expected_version": 2}
    await cast.teacher.refused("reviews", "POST", path, body=body, code="not-permitted")
    await cast.home_registrar.refused("reviews", "POST", path, body=body, code="not-party")
    await cast.teaching_registrar.write("reviews", path, body)


@pytest.mark.thorough
async def test_only_homes_registrar_checks_and_awards(cast: Cast, graded: str) -> None:
    await credit.apply(cast, graded)
    path = f"/v1/credits/{graded}"
    for person, code in (
        (cast.student, "not-permitted"),
        (cast.teacher, "not-permitted"),
        (cast.teaching_registrar, "not-party"),
        (cast.verifying_registrar, "not-party"),
    ):
        await person.refused("checks", "POST", f"{path}:check", code=code)
        await person.refused(
            "awards",
            "POST",
            f"{path}:award",
            body={"expected_version": 2, "work_version": 4, "grade_version": 5},
            code=code,
        )
    report = await cast.home_registrar.post("checks", f"{path}:check")
    await cast.home_registrar.write(
        "awards",
        f"{path}:award",
        {
            "expected_version": report["credit_version"],
            "work_version": report["work_version"],
            "grade_version": report["grade_version"],
        },
    )


@pytest.mark.thorough
async def test_a_registrar_reads_work_only_at_home_and_after_the_application(
    cast: Cast, graded: str
) -> None:
    path = f"/v1/enrolments/{graded}/work/1/content"
    await cast.home_registrar.refused("reads", "GET", path, code="not-party")
    await credit.apply(cast, graded)
    await cast.teaching_registrar.refused("reads", "GET", path, code="not-party")
    await cast.home_registrar.get("reads", path)


@pytest.mark.thorough
async def test_only_the_holder_answers_and_only_the_reviewer_reviews(
    cast: Cast, awarded: str, other_student: Person
) -> None:
    request = await verification.ask(cast, awarded)
    seen = await verification.find(cast, request)
    answer = {
        "grant": True,
        "request_digest": seen["digest"],
        "credit_version": seen["credit_version"],
    }
    path = f"/v1/requests/{request}:answer"
    await other_student.refused("answers", "POST", path, body=answer, code="not-party")
    assert (await other_student.get("looks", "/v1/requests"))["requests"] == []
    await cast.student.write("answers", path, answer)

    review = f"/v1/verifications/{request}:review"
    report = {"outcome": "valid", "report": "fine"}
    await cast.verifying_registrar.refused(
        "reviews", "POST", review, body=report, code="not-permitted"
    )
    await cast.teacher.refused("reviews", "POST", review, body=report, code="not-party")
    await cast.reviewer.refused(
        "decides",
        "POST",
        f"/v1/verifications/{request}:verdict",
        body=report | {"expected_version": 1},
        code="not-permitted",
    )
    await cast.reviewer.write("reviews", review, report)
    await cast.verifying_registrar.write(
        "decides", f"/v1/verifications/{request}:verdict", report | {"expected_version": 1}
    )


async def test_nobody_does_anything_without_a_token(world: World, offered: str) -> None:
    visitor = world.visitor("beta")
    for method, path in (
        ("GET", "/v1/courses"),
        ("GET", f"/v1/courses/{offered}"),
        ("POST", "/v1/courses"),
        ("GET", "/v1/enrolments"),
        ("GET", "/v1/requests"),
        ("GET", "/v1/verifications"),
        ("GET", "/v1/credits"),
    ):
        body = {} if method == "POST" else None
        await visitor.refused("tries", method, path, body=body, code="not-authenticated")
