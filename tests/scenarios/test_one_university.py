"""Where home, teaching and verifying university are one, its word is its own alone."""

from demo.story import course, credit, learning, registration, verification
from demo.story.cast import Cast
from demo.story.course import EXAMINATION
from demo.world import World


async def test_a_credit_at_home(world: World, cast: Cast, offered: str) -> None:
    applicant = registration.Applicant("beta", "student", "Sam Beta", "sam.beta", "")
    student = await registration.register(world, cast.teaching_registrar, applicant)
    me = await cast.teacher.get("looks up the own account", "/v1/me")
    local = Cast(
        student=student,
        teacher=cast.teacher,
        home_registrar=cast.teaching_registrar,
        teaching_registrar=cast.teaching_registrar,
        verifying_registrar=cast.teaching_registrar,
        home_teacher=cast.teacher,
        reviewer=cast.teacher,
        reviewer_account=me["account"],
    )
    enrolment = await learning.enrol(world, local, offered)
    await learning.take_parts(world, local, enrolment)
    await learning.receive(student, world, enrolment, EXAMINATION)
    awarded = await credit.play(world, local, learning.Learned(enrolment))
    verified = await verification.play(world, local, awarded)
    found = await student.get("looks", f"/v1/credits/{awarded}")
    assert (found["home"], found["teaching"], found["status"]) == (
        "betaMSP",
        "betaMSP",
        "awarded",
    )
    seen = await cast.teacher.get("looks", f"/v1/verifications/{verified.request}")
    assert seen["verdict"]["decision"]["outcome"] == "valid"


async def test_the_same_pseudonym_towards_the_same_university(
    world: World, cast: Cast, offered: str
) -> None:
    first = await cast.student.write("applies", "/v1/enrolments", {"course": offered})
    other = await course.play(world, cast)
    again = await cast.student.write("applies", "/v1/enrolments", {"course": other})
    assert first["result"]["enrolment"] != again["result"]["enrolment"]
    assert first["result"]["student"] == again["result"]["student"]
    assert [t["function"] for t in again["transactions"]] == ["ApplyForCourse"]


async def test_nobody_is_in_one_course_version_twice(cast: Cast, offered: str) -> None:
    await cast.student.write("applies", "/v1/enrolments", {"course": offered})
    await cast.student.refused(
        "applies", "POST", "/v1/enrolments", body={"course": offered}, code="wrong-state"
    )
