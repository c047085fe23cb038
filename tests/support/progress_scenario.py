"""Study plans and progress over REST, one text for the sandbox and for Fabric."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story import recognition, registration
from demo.story.cast import Cast
from demo.story.recognition import Decider
from demo.world import Person, World

COURSES = 3
ABSENT = "0" * 32
HOME_TEACHER = registration.Applicant("alpha", "teacher", "Sun Wei", "sun.wei", "diploma")
PROGRAMME = {
    "title": "Informatics",
    "total": "18.00",
    "groups": [
        {"id": "major", "title": "Major", "at_least": "6.00"},
        {"id": "free", "title": "Free"},
    ],
    "minimums": [{"id": "accredited", "traits": ["accredited"], "at_least": "6.00"}],
    "limits": [{"id": "per-term", "within": "term", "at_most": "9.00"}],
}
CAP = {
    "kind": "share-cap",
    "unit": "courses",
    "of": {"by": "each-host"},
    "within": "term",
    "at_most": "50.00",
}


@dataclass(frozen=True)
class Ground:
    """Courses of beta, what they count for at alpha under a cap, and a term of alpha."""

    world: World
    cast: Cast
    courses: tuple[str, ...]
    alpha: Decider
    rule: str
    term: str
    others: str
    """A term of beta."""

    async def earn(self, place: int) -> str:
        """The student is awarded the credit of a course."""
        return await recognition.earn(self.world, self.cast, self.courses[place])

    def plan(self, courses: int, *credits_: str, **fields: Any) -> dict[str, Any]:
        """The student takes so many courses of the term, these credits among them."""
        return {
            "terms": [{"term": self.term, "courses": courses, "credits": f"{courses * 6}.00"}],
            "credits": [{"credit": one, "term": self.term} | fields for one in credits_],
        }


async def prepare(world: World, cast: Cast) -> Ground:
    """Three courses, a programme with limits, and a rule by which half a term may be taken away."""
    courses = tuple(
        [await recognition.offer(cast.teacher, cast.teaching_registrar) for _ in range(COURSES)]
    )
    registrar = cast.home_registrar
    teacher = await registration.register(world, registrar, HOME_TEACHER)
    own = tuple([await recognition.offer(teacher, registrar) for _ in range(COURSES)])
    published = await registrar.write("publishes a programme", "/v1/programmes", PROGRAMME)
    alpha = Decider("alphaMSP", registrar, own, str(published["result"]["programme"]))
    document = recognition.rule(
        alpha,
        *(
            recognition.mapping(f"single-{place}", [host], home)
            for place, (host, home) in enumerate(zip(courses, own, strict=True))
        ),
        demands=[CAP],
    )
    return Ground(
        world=world,
        cast=cast,
        courses=courses,
        alpha=alpha,
        rule=await recognition.adopt(alpha, cast.teaching_registrar, document),
        term=await _term(registrar),
        others=await _term(cast.teaching_registrar),
    )


async def a_plan_is_decided_on(ground: Ground, credit: str, other: Person) -> str:
    """Without a plan the cap cannot be checked; stated, it is, and the credit is redeemed."""
    student, registrar = ground.cast.student, ground.alpha.registrar
    identifier = await recognition.apply(student, ground.alpha, ground.rule, credit)
    waiting = await recognition.decided(registrar, identifier, "awaiting-confirmation")
    assert waiting["revisions"][-1]["outcome"] == "could-not-check"
    path = f"/v1/recognitions/{identifier}"
    await _plans_are_refused(ground, path, credit, other)
    plan = ground.plan(4, credit, groups=["major"], traits=["accredited"])
    stated = await registrar.post("states the study plan", f"{path}:plan", plan)
    assert stated["status"] == "standing"
    found = await recognition.settled(student, identifier, "redeemed")
    assert found["holds"] == "recognised"
    decision = await student.get("reads why", f"/v1/decisions/{found['decision']}")
    assert [one["trigger"] for one in decision["revisions"]] == ["application", "review"]
    [cap] = _nodes(decision["explanation"], "share-cap")
    assert cap["finding"] == "fulfilled"
    replayed = await registrar.get("replays", f"/v1/decisions/{found['decision']}/replay")
    assert replayed["identical"] is True
    await registrar.post("states the same again", f"{path}:plan", plan)
    again = await student.get("looks", f"/v1/decisions/{found['decision']}")
    assert again["version"] == decision["version"]
    shown = await student.get("reads the plan", f"{path}/plan")
    assert shown["terms"] == plan["terms"]
    await other.refused("reads the plan", "GET", f"{path}/plan", code="not-party")
    return identifier


async def too_much_is_refused(ground: Ground, credit: str) -> str:
    """Half of one course is none: the same rule refuses, and a better plan is decided anew."""
    student, registrar = ground.cast.student, ground.alpha.registrar
    identifier = await recognition.apply(student, ground.alpha, ground.rule, credit)
    await recognition.decided(registrar, identifier, "awaiting-confirmation")
    path = f"/v1/recognitions/{identifier}"
    stated = await registrar.post("states one course", f"{path}:plan", ground.plan(1, credit))
    assert (stated["status"], stated["holds"]) == ("standing", "refused")
    reopened = await registrar.post(
        "states eight", f"{path}:plan", ground.plan(8, credit, groups=["major"])
    )
    assert reopened["status"] == "reopened"
    await recognition.confirm(registrar, reopened["decision"], "recognised", "as-computed")
    await recognition.settled(student, identifier, "redeemed")
    return identifier


async def progress_is_derived(ground: Ground, identifier: str, spare: str, other: Person) -> None:
    """Two credits are redeemed and one is open: what counts, what is missing, what is dropped."""
    student, registrar = ground.cast.student, ground.alpha.registrar
    path = f"/v1/progress?programme={ground.alpha.programme}"
    found = await student.get("asks how far she is", path)
    now = found["now"]
    assert (found["total"], now["presented"], now["counted"]) == ("18.00", "12.00", "9.00")
    assert now["fulfilled"] is False
    missing = {(one["kind"], one["id"]): one["missing"] for one in now["requirements"]}
    assert missing == {
        ("total", None): "9.00",
        ("group", "major"): "0.00",
        ("group", "free"): "0.00",
        ("minimum", "accredited"): "0.00",
    }
    [limit] = now["limits"]
    assert (limit["id"], limit["of"], limit["presented"]) == ("per-term", ground.term, "12.00")
    assert [one["use"] for one in now["credits"]] == ["redeemed", "redeemed"]
    assert sorted(one["dropped"] for one in now["credits"]) == ["0.00", "3.00"]
    [dropped] = [one for one in now["credits"] if one["dropped"] == "3.00"]
    assert dropped["drops"] == [{"reason": "limit", "limit": "per-term", "of": ground.term}]
    assert dropped["uses"] == [{"group": "major", "amount": "3.00"}]
    opened = [one for one in found["with_open"]["credits"] if one["use"] == "open"]
    assert spare in [one["credits"][0] for one in opened]
    [mine] = [one for one in opened if one["credits"] == [spare]]
    assert (mine["presented"], mine["groups_known"], mine["term_known"]) == ("6.00", False, False)
    assert found["set_aside"] == []
    seen = await registrar.get("asks how far she is", f"{path}&application={identifier}")
    assert seen["now"] == now
    await _progress_is_refused(ground, path, identifier, other)


async def a_ruling_sets_aside(ground: Ground, credit: str, supervisor: Person) -> None:
    """What is suspended counts no more, without anything being stored about it."""
    student = ground.cast.student
    path = f"/v1/progress?programme={ground.alpha.programme}"
    slot = await student.get("looks", f"/v1/credits/{credit}")
    body = {"ruling": "suspend", "reason": "investigation", "credit_version": slot["version"]}
    await supervisor.write("suspends", f"/v1/credits/{credit}:rule", body)
    found = await student.until(
        "asks how far she is",
        path,
        lambda seen: bool(seen["set_aside"]),
        what="a credit that is set aside",
    )
    [aside] = found["set_aside"]
    assert (aside["credits"], aside["amount"]) == ([credit], "6.00")
    assert found["now"]["counted"] == "6.00"


async def _progress_is_refused(ground: Ground, path: str, identifier: str, other: Person) -> None:
    registrar, student = ground.alpha.registrar, ground.cast.student
    empty = await other.get("asks how far he is", path)
    assert empty["now"]["counted"] == "0.00"
    named = f"{path}&application={identifier}"
    for person, where, code in (
        (registrar, path, "invalid-argument"),
        (student, named, "invalid-argument"),
        (ground.cast.verifying_registrar, named, "not-found"),
        (ground.cast.teacher, path, "not-permitted"),
        (student, f"/v1/progress?programme=alphaMSP~{ABSENT}~1", "record-not-found"),
    ):
        await person.refused("asks for progress", "GET", where, code=code)


async def _plans_are_refused(ground: Ground, path: str, credit: str, other: Person) -> None:
    plan = ground.plan(4, credit)
    for person, code in (
        (ground.cast.student, "not-permitted"),
        (other, "not-permitted"),
        (ground.cast.verifying_registrar, "not-found"),
    ):
        await person.refused("states a plan", "POST", f"{path}:plan", body=plan, code=code)
    registrar = ground.alpha.registrar
    [term] = plan["terms"]
    for title, body in (
        ("names a credit of another application", ground.plan(4, f"betaMSP~{ABSENT}")),
        ("names beta's term", {"terms": [term | {"term": ground.others}]}),
        ("says nothing of the term", {"credits": plan["credits"]}),
        ("names a term twice", {"terms": [term, term]}),
        ("takes more than all", plan | {"degree": {"courses": 3, "credits": "180.00"}}),
        ("counts in floats", {"terms": [term | {"credits": 24.0}]}),
    ):
        await registrar.refused(title, "POST", f"{path}:plan", body=body, code="invalid-argument")


async def _term(registrar: Person) -> str:
    today = datetime.now(UTC).date()
    published = await registrar.write(
        "publishes a term",
        "/v1/terms",
        {
            "title": "Term",
            "academic_year": str(today.year),
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=150)).isoformat(),
            "time_zone": "UTC",
            "change_weeks": 5,
            "answer_weeks": 2,
            "transcript_weeks": 5,
            "recognition_weeks": 5,
        },
    )
    return str(published["result"]["term"])


def _nodes(node: dict[str, Any], code: str) -> list[dict[str, Any]]:
    found = [one for child in node["children"] for one in _nodes(child, code)]
    return [node, *found] if node["code"] == code else found
