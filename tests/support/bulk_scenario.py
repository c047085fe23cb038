"""Grades, corrections and rulings of many students over REST, for the sandbox and for Fabric."""

from dataclasses import dataclass, replace
from typing import Any

from demo.story import corrections as story
from demo.story import learning
from demo.story.cast import Cast
from demo.story.course import ESSAY, EXAMINATION
from demo.world import Answer, Person, World

MANY = 10_000


@dataclass(frozen=True, slots=True)
class Class:
    """A course with three students: one has the credit, one an essay, one nothing yet."""

    cast: Cast
    other_student: Person
    course: str
    awarded: str
    graded: str
    empty: str


async def prepare(
    world: World, cast: Cast, others: tuple[Person, Person], offered: str, awarded: str
) -> Class:
    """Two more students in the course of somebody who has the credit already."""
    essayist, newcomer = (replace(cast, student=student) for student in others)
    graded = await learning.enrol(world, essayist, offered)
    await learning.hand_in(essayist, graded, ESSAY)
    await learning.receive(cast.teacher, world, graded, ESSAY)
    await learning.grade(cast.teacher, graded, ESSAY)
    empty = await learning.enrol(world, newcomer, offered)
    return Class(cast, others[0], offered, awarded, graded, empty)


def grade(enrolment: str, mark: str, *, part: str = ESSAY, reason: str = "appeal") -> Any:
    """One entry of a list of grades."""
    return {"enrolment": enrolment, "part": part, "mark": mark, "reason": reason}


async def plan(person: Person, kind: str, body: Any) -> Answer:
    """Count and list."""
    return await person.post(f"plans {kind}", f"/v1/{kind}:plan", body)


async def items(person: Person, planned: Answer) -> dict[str, Any]:
    """What a plan says, by enrolment, page by page."""
    found: dict[str, Any] = {}
    after: int | None = 0
    while after is not None:
        path = f"/v1/bulk-plans/{planned['id']}/items?after={after}"
        page = await person.get("looks at the plan", path)
        found |= {one["enrolment"]: one for one in page["items"]}
        after = page["next"]
    return found


async def execute(person: Person, planned: Answer) -> Answer:
    """Carry a plan out, and wait for its end."""
    path = f"/v1/bulk-plans/{planned['id']}"
    await person.get("sees the plan again", path)
    answer = await person.post(
        "carries the plan out", f"{path}:execute", {"digest": planned["digest"]}
    )
    assert answer["status"] == "finished"
    return answer


async def refused(person: Person, planned: Answer, code: str, **changed: str) -> Answer:
    """Try to carry a plan out."""
    return await person.refused(
        f"would carry the plan out: {code}",
        "POST",
        f"/v1/bulk-plans/{planned['id']}:execute",
        body={"digest": planned["digest"]} | changed,
        code=code,
    )


async def grades_by_list(found: Class) -> None:
    """Counted and listed without a change; then done once, however often it is asked for."""
    teacher, path = found.cast.teacher, f"/v1/enrolments/{found.awarded}/grades"
    before = await teacher.get("reads the grades", path)
    planned = await plan(
        teacher,
        "grades",
        {
            "grades": [
                grade(found.awarded, "84.00"),
                grade(found.graded, learning.MARKS[ESSAY]),
                grade(found.empty, "50.00", reason="first"),
            ]
        },
    )
    counts = planned["counts"]
    assert (counts["change"], counts["unchanged"], counts["impossible"]) == (1, 1, 1)
    assert (counts["awarded"], counts["hindrances"]) == (1, {"no-work": 1})
    listed = await items(teacher, planned)
    one = listed[found.awarded]
    assert (one["before"], one["after"], one["awarded"]) == ("82.50", "84.00", True)
    assert (one["effect"], one["state"], one["home"]) == ("change", "waiting", "alphaMSP")
    assert listed[found.graded]["effect"] == "unchanged"
    assert listed[found.empty]["hindrance"] == "no-work"
    unchanged = await teacher.get("reads the grades", path)
    assert unchanged["version"] == before["version"]
    done = await execute(teacher, planned)
    assert (done["progress"]["committed"], done["progress"]["refused"]) == (1, 0)
    after = await teacher.get("reads the corrected grade", path)
    assert after["version"] == before["version"] + 1
    assert after["entries"][-1]["mark"] == "84.00"
    again = await execute(teacher, planned)
    assert again["finished_at"] == done["finished_at"]
    assert (await teacher.get("reads the grades", path))["version"] == after["version"]
    listed = await items(teacher, planned)
    assert listed[found.awarded]["state"] == "committed"
    operation = listed[found.awarded]["operation"]
    seen = await teacher.get("looks up the operation", f"/v1/operations/{operation}")
    assert [one["function"] for one in seen["transactions"]] == ["AddGrade"]


async def home_accepts_in_bulk(found: Class) -> None:
    """What waits for home is counted with old and new mark, and accepted as listed."""
    registrar, credit = found.cast.home_registrar, found.awarded
    before = await registrar.get("sees the credit", f"/v1/credits/{credit}")
    await story.correct(found.cast, credit, ESSAY, "90.00")
    planned = await plan(registrar, "corrections", {"course": found.course})
    listed = await items(registrar, planned)
    assert list(listed) == [credit]
    one = listed[credit]
    assert (one["before"], one["after"], one["passes"]) == ("82.50", "84.50", True)
    assert [part["part"] for part in one["corrected"]][-1] == ESSAY
    await execute(registrar, planned)
    after = await registrar.get("sees the corrected credit", f"/v1/credits/{credit}")
    assert (after["version"], after["status"]) == (before["version"] + 1, "awarded")
    assert await story.pending(registrar, credit) is None
    nothing = await plan(registrar, "corrections", {"course": found.course})
    assert nothing["counts"]["items"] == 0
    await refused(registrar, nothing, "wrong-state")


async def an_unreviewed_correction_waits(found: Class) -> None:
    """An offline grade that nobody reviewed is listed with why it cannot be accepted."""
    registrar, credit = found.cast.home_registrar, found.awarded
    teacher = found.cast.teacher
    done = await execute(
        teacher,
        await plan(teacher, "grades", {"grades": [grade(credit, "71.00", part=EXAMINATION)]}),
    )
    assert done["progress"]["committed"] == 1
    planned = await plan(registrar, "corrections", {"credits": [credit]})
    assert planned["counts"]["hindrances"] == {"not-reviewed": 1}
    await learning.review(found.cast.teaching_registrar, credit)
    planned = await plan(registrar, "corrections", {"credits": [credit]})
    assert planned["counts"]["change"] == 1
    await execute(registrar, planned)


async def grades_by_rule(found: Class) -> None:
    """Exact decimals on the steps of the scale; outside the scale only where it is clamped."""
    teacher = found.cast.teacher
    rule = {"part": ESSAY, "factor": "1.0300", "offset": "-1.25", "reason": "clerical-error"}
    planned = await plan(teacher, "grades", {"course": found.course, "rule": rule})
    listed = await items(teacher, planned)
    assert listed.keys() == {found.awarded, found.graded}
    # 82.50 times 1.03 less 1.25 is 83.725: half a point steps make it 83.50.
    assert (listed[found.graded]["before"], listed[found.graded]["after"]) == ("82.50", "83.50")
    later = await plan(
        teacher,
        "grades",
        {"course": found.course, "rule": rule, "first": "2099-01-01T00:00:00Z"},
    )
    assert later["counts"]["items"] == 0
    high = rule | {"factor": "2.0000"}
    outside = await plan(teacher, "grades", {"course": found.course, "rule": high})
    assert outside["counts"]["hindrances"] == {"outside-scale": 2}
    clamped = await plan(
        teacher, "grades", {"course": found.course, "rule": high | {"clamp": True}}
    )
    assert {one["after"] for one in (await items(teacher, clamped)).values()} == {"100.00"}
    done = await execute(teacher, planned)
    assert done["progress"]["committed"] == 2
    grades = await teacher.get("reads the grades", f"/v1/enrolments/{found.graded}/grades")
    assert grades["entries"][-1]["mark"] == "83.50"


async def a_stale_plan_is_a_conflict(found: Class) -> None:
    """A grade that was changed meanwhile is named, and nothing at all is done."""
    teacher = found.cast.teacher
    both = [grade(found.awarded, "60.00"), grade(found.graded, "61.00")]
    planned = await plan(teacher, "grades", {"grades": both})
    await story.correct(found.cast, found.graded, ESSAY, "77.00")
    answer = await refused(teacher, planned, "plan-changed")
    facts = answer.document["facts"]
    assert facts["changed"] == [f"enrolment/{found.graded.replace('~', '/')}"]
    assert (facts["added"], facts["removed"]) == ([], [])
    kept = await teacher.get("reads the grades", f"/v1/enrolments/{found.awarded}/grades")
    assert kept["entries"][-1]["mark"] != "60.00"
    assert {one["state"] for one in (await items(teacher, planned)).values()} == {"waiting"}
    await teacher.refused(
        "waits for nothing",
        "DELETE",
        f"/v1/bulk-plans/{planned['id'][::-1]}",
        code="not-found",
    )


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


async def the_home_of_today_accepts(cast: Cast, credit: str, *, old: Person, home: Person) -> None:
    """After a transfer the list names the new home, which accepts in bulk; the old one cannot."""
    planned = await plan(cast.teacher, "grades", {"grades": [grade(credit, "86.00")]})
    assert (await items(cast.teacher, planned))[credit]["home"] == home.gateway.msp_id
    await execute(cast.teacher, planned)
    named = {"credits": [credit]}
    answer = await old.refused(
        "plans what was its own", "POST", "/v1/corrections:plan", body=named, code="not-party"
    )
    assert answer.document["field"] == "/credits/0"
    me = await cast.teacher.get("looks up the own account", "/v1/me")
    gone = await plan(old, "corrections", {"teacher": me["account"]})
    assert credit not in await items(old, gone)
    accepted = await plan(home, "corrections", named)
    one = (await items(home, accepted))[credit]
    assert (one["effect"], one["passes"]) == ("change", True)
    done = await execute(home, accepted)
    assert (done["progress"]["committed"], done["progress"]["refused"]) == (1, 0)


async def rulings(found: Class, supervisor: Person) -> None:
    """Counted and listed first; carried out as listed, or not at all."""
    cast, credit = found.cast, found.awarded
    body = {"course": found.course, "ruling": "suspend", "reason": "course-irregular"}
    me = await cast.teacher.get("looks up the own account", "/v1/me")
    by_teacher = await plan(
        supervisor,
        "rulings",
        {"teacher": me["account"], "ruling": "suspend", "reason": "teacher-irregular"},
    )
    assert credit in await items(supervisor, by_teacher)
    later = await plan(supervisor, "rulings", body | {"first": "2099-01-01T00:00:00Z"})
    assert later["counts"]["items"] == 0
    planned = await plan(supervisor, "rulings", body)
    assert (planned["counts"]["items"], planned["counts"]["change"]) == (1, 1)
    one = (await items(supervisor, planned))[credit]
    assert (one["rulings_version"], one["ruling"], one["used_by"]) == (None, "suspend", [])
    path = "/v1/rulings:plan"
    for title, person, sent, code in (
        ("would plan", cast.home_registrar, body, "not-permitted"),
        ("selects nothing", supervisor, body | {"course": None}, "invalid-argument"),
        ("gives back", supervisor, body | {"gives_back": True}, "invalid-argument"),
    ):
        await person.refused(title, "POST", path, body=sent, code=code)
    await refused(cast.home_registrar, planned, "not-found")
    await story.rule(supervisor, credit, "suspend", "investigation")
    changed = (await refused(supervisor, planned, "plan-changed")).document["facts"]
    assert (changed["added"], changed["changed"]) == ([], [])
    assert len(changed["removed"]) == 1
    again = await plan(supervisor, "rulings", body)
    assert again["counts"]["hindrances"] == {"ruled-already": 1}
    lift = body | {"ruling": "lift", "reason": "unfounded"}
    done = await execute(supervisor, await plan(supervisor, "rulings", lift))
    assert done["progress"]["committed"] == 1
    seen = await supervisor.get("reads the rulings", f"/v1/credits/{credit}/rulings")
    assert [entry["ruling"] for entry in seen["rulings"]] == ["suspend", "lift"]
