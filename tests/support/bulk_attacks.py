"""What nobody may plan in bulk, and what makes no plan, over REST."""

from demo.story.course import ESSAY
from demo.world import Person
from tests.support.bulk_scenario import Class, execute, grade, plan, refused

MANY = 10_000


async def strangers_are_refused(found: Class, other_teacher: Person) -> None:
    """Another teacher, another home, a student, and somebody else's plan."""
    cast, teacher = found.cast, found.cast.teacher
    listed = {"grades": [grade(found.graded, "10.00")]}
    rule = {"rule": {"part": ESSAY, "offset": "1.00", "reason": "appeal"}}
    for title, body, field in (
        ("plans a colleague's student", listed, "/grades/0/enrolment"),
        ("plans a colleague's course", rule | {"course": found.course}, "/course"),
    ):
        answer = await other_teacher.refused(
            title, "POST", "/v1/grades:plan", body=body, code="not-party"
        )
        assert answer.document["field"] == field
    me = await teacher.get("looks up the own account", "/v1/me")
    answer = await other_teacher.refused(
        "plans for a colleague",
        "POST",
        "/v1/grades:plan",
        body=rule | {"teacher": me["account"]},
        code="not-party",
    )
    assert answer.document["field"] == "/teacher"
    own = await plan(other_teacher, "grades", rule | {"first": "2020-01-01T00:00:00Z"})
    assert own["counts"]["items"] == 0
    for person in (cast.student, cast.home_registrar, cast.teaching_registrar):
        await person.refused(
            "would plan grades", "POST", "/v1/grades:plan", body=listed, code="not-permitted"
        )
    for person in (cast.student, teacher):
        await person.refused(
            "would plan acceptances",
            "POST",
            "/v1/corrections:plan",
            body={"course": found.course},
            code="not-permitted",
        )
    for person in (cast.teaching_registrar, cast.verifying_registrar):
        answer = await person.refused(
            "would accept for another home",
            "POST",
            "/v1/corrections:plan",
            body={"credits": [found.awarded]},
            code="not-party",
        )
        assert answer.document["field"] == "/credits/0"
        selected = await plan(person, "corrections", {"course": found.course})
        assert selected["counts"]["items"] == 0
    planned = await plan(teacher, "grades", listed)
    for person, code in (
        (other_teacher, "not-found"),
        (cast.teaching_registrar, "not-found"),
        (cast.home_registrar, "not-found"),
        (cast.student, "not-permitted"),
    ):
        await refused(person, planned, code)
        await person.refused(
            "would look", "GET", f"/v1/bulk-plans/{planned['id']}/items", code=code
        )
        await person.refused(
            "would discard it", "DELETE", f"/v1/bulk-plans/{planned['id']}", code=code
        )
    answer = await refused(teacher, planned, "invalid-argument", digest="0" * 64)
    assert answer.document["field"] == "/digest"
    await execute(teacher, planned)
    await teacher.refused(
        "discards what is done", "DELETE", f"/v1/bulk-plans/{planned['id']}", code="wrong-state"
    )


async def bad_input_names_its_place(found: Class) -> None:
    """Each fault with the path to it; nothing is planned."""
    teacher = found.cast.teacher
    good = grade(found.graded, "12.00")
    nobody = f"betaMSP~{'0' * 32}"
    rule = {"part": ESSAY, "offset": "1.00", "reason": "appeal"}
    for body, field, code in (
        ({"grades": [good | {"colour": 1}]}, "/grades/0/colour", "invalid-argument"),
        ({"grades": [good] * MANY}, "/grades", "invalid-argument"),
        ({"grades": []}, "/grades", "invalid-argument"),
        ({"grades": [good, good]}, "/grades/1/enrolment", "invalid-argument"),
        ({"grades": [good | {"mark": "100.50"}]}, "/grades/0/mark", "invalid-argument"),
        ({"grades": [good | {"mark": "12.30"}]}, "/grades/0/mark", "invalid-argument"),
        ({"grades": [good | {"mark": 12}]}, "/grades/0/mark", "invalid-argument"),
        ({"grades": [good | {"mark": "-1.00"}]}, "/grades/0/mark", "invalid-argument"),
        ({"grades": [good | {"part": "poem"}]}, "/grades/0/part", "invalid-argument"),
        ({"grades": [good | {"reason": "mood"}]}, "/grades/0/reason", "invalid-argument"),
        ({"grades": [good | {"enrolment": nobody}]}, "/grades/0/enrolment", "record-not-found"),
        ({"grades": [good], "rule": rule}, "/grades", "invalid-argument"),
        ({"grades": [good], "course": found.course}, "/course", "invalid-argument"),
        ({}, "/grades", "invalid-argument"),
        ({"rule": rule}, "/course", "invalid-argument"),
        (
            {"rule": rule | {"part": "poem"}, "course": found.course},
            "/rule/part",
            "invalid-argument",
        ),
        (
            {"rule": rule | {"reason": "first"}, "course": found.course},
            "/rule/reason",
            "invalid-argument",
        ),
        (
            {"rule": rule | {"factor": "1.05"}, "course": found.course},
            "/rule/factor",
            "invalid-argument",
        ),
        (
            {"rule": rule | {"factor": 1.05}, "course": found.course},
            "/rule/factor",
            "invalid-argument",
        ),
        (
            {"rule": rule | {"offset": "1.005"}, "course": found.course},
            "/rule/offset",
            "invalid-argument",
        ),
        (
            {
                "rule": rule,
                "first": "2026-02-01T00:00:00Z",
                "last": "2026-01-01T00:00:00Z",
            },
            "/last",
            "invalid-argument",
        ),
    ):
        answer = await teacher.refused(
            f"a fault at {field}", "POST", "/v1/grades:plan", body=body, code=code
        )
        assert answer.document["field"] == field, body
    registrar = found.cast.home_registrar
    for body, field in (
        ({"credits": [found.awarded] * 2}, "/credits/1"),
        ({"credits": [nobody] * MANY}, "/credits"),
        ({"credits": [found.graded]}, "/credits/0"),
        ({"credits": [found.awarded], "course": found.course}, "/course"),
        ({}, "/course"),
    ):
        answer = await registrar.refused(
            f"a fault at {field}",
            "POST",
            "/v1/corrections:plan",
            body=body,
            code="invalid-argument",
        )
        assert answer.document["field"] == field, body
    answer = await registrar.refused(
        "accepts what is nowhere",
        "POST",
        "/v1/corrections:plan",
        body={"credits": [nobody]},
        code="record-not-found",
    )
    assert answer.document["field"] == "/credits/0"
