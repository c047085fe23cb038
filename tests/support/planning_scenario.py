"""What is asked before anything is decided, one text for the sandbox and for Fabric."""

from dataclasses import dataclass
from typing import Any

from demo.story import recognition as story
from demo.story.cast import Cast
from demo.story.recognition import Decider
from demo.world import Answer, Person, World


@dataclass(frozen=True)
class Planned:
    """A course of beta that gamma recognises, and a credit that the student has for it."""

    world: World
    cast: Cast
    course: str
    gamma: Decider
    rule: str
    credit: str

    def document(self, **fields: Any) -> dict[str, Any]:
        """What the rule says, with something else about it."""
        mapping = story.mapping("one", [self.course], self.gamma.courses[0])
        return story.rule(self.gamma, mapping) | fields


async def prepare(world: World, cast: Cast) -> Planned:
    """Gamma's rule is in force, and the student has earned the credit."""
    course = await story.offer(cast.teacher, cast.teaching_registrar)
    gamma = await story.decider(cast.verifying_registrar, cast.reviewer)
    planned = Planned(world, cast, course, gamma, "", "")
    rule = await story.adopt(gamma, cast.teaching_registrar, planned.document())
    credit = await story.earn(world, cast, course)
    return Planned(world, cast, course, gamma, rule, credit)


async def what_would_count(planned: Planned, stranger: Person) -> None:
    """A plan, and the credit that was earned: the same answer as the decision will give."""
    student, path = planned.cast.student, f"/v1/rules/{planned.rule}:evaluate"
    plan = await student.post("plans", path, {"plan": [{"course": planned.course}]})
    assert (plan["outcome"], plan["items"]) == ("could-not-check", [])
    hoped = {"plan": [{"course": planned.course, "mark": "82.50"}]}
    assert (await student.post("hopes for 82.50", path, hoped))["outcome"] == "recognised"
    own = await student.post("asks with her own credit", path, {"credits": [planned.credit]})
    assert (own["outcome"], own["decider"]) == ("recognised", "gammaMSP")
    [item] = own["items"]
    assert (item["home"], item["grade"]) == (planned.gamma.courses[0], story.GRADE)
    assert own["assumed"] == ["nothing-counted-before"]
    await stranger.refused(
        "asks with somebody else's credit",
        "POST",
        path,
        body={"credits": [planned.credit]},
        code="not-party",
    )
    await planned.cast.home_registrar.refused(
        "asks with a student's credit",
        "POST",
        path,
        body={"credits": [planned.credit]},
        code="not-permitted",
    )
    listed = await planned.gamma.registrar.get(
        "asks what counts", f"/v1/equivalences?course={planned.gamma.courses[0]}"
    )
    assert [one["rule"] for one in listed["equivalences"]] == [planned.rule]


async def past_cases(planned: Planned) -> None:
    """Once decided, a stricter version would have decided differently, a milder one not."""
    student, gamma = planned.cast.student, planned.gamma
    application = await story.apply(student, gamma, planned.rule, planned.credit)
    found = await story.settled(student, application, "redeemed")
    strict = [{"kind": "minimum-grade", "grade": "95.00", "better": "higher"}]
    stricter = await _lint(planned, planned.document(demands=strict))
    assert stricter["against"] == planned.rule
    assert [change["path"] for change in stricter["changes"]] == [
        ["demands", "minimum-grade", "grade"]
    ]
    assert (stricter["past"]["considered"], stricter["past"]["different"]) == (1, 1)
    [case] = stricter["past"]["decisions"]
    assert (case["decision"], case["rule"]) == (found["decision"], planned.rule)
    assert (case["outcome_before"], case["outcome_after"]) == ("recognised", "refused")
    assert [item["home"] for item in case["items_before"]] == [gamma.courses[0]]
    assert case["items_after"] == []
    said = {(line["code"], line["finding"]) for line in case["said_after"]}
    assert ("minimum-grade", "failed") in said
    milder = [{"kind": "minimum-grade", "grade": "70.00", "better": "higher"}]
    same = await _lint(planned, planned.document(demands=milder))
    assert (same["past"]["considered"], same["past"]["different"]) == (1, 0)
    later = planned.document(
        demands=strict, valid={"first": "2998-01-01", "time_zone": "Asia/Shanghai"}
    )
    assert (await _lint(planned, later))["past"]["different"] == 1


async def _lint(planned: Planned, document: dict[str, Any]) -> Answer:
    series = planned.rule.rpartition("~")[0]
    return await planned.gamma.registrar.post(
        "lints a next version", f"/v1/rules:lint?series={series}", document
    )
