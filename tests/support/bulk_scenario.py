"""Grades, corrections and rulings of many students over REST, for the sandbox and for Fabric."""

from dataclasses import dataclass, replace
from typing import Any

from demo.story import corrections as story
from demo.story import learning
from demo.story.cast import Cast
from demo.story.course import ESSAY, EXAMINATION
from demo.world import Answer, Person, World


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
