"""Recognition over REST, one text for the sandbox and for Fabric."""

import asyncio
from dataclasses import dataclass
from typing import Any

from demo.story import recognition as story
from demo.story.cast import Cast
from demo.story.recognition import Decider
from demo.world import Answer, Person, World

MEAN = {
    "grade": "weighted-mean",
    "order": "convert-then-combine",
    "rounding": {"mode": "half-up", "digits": 1},
}


@dataclass(frozen=True)
class Ground:
    """Courses of beta, two universities that recognise them, and their rules."""

    world: World
    cast: Cast
    courses: tuple[str, ...]
    alpha: Decider
    gamma: Decider
    rule: str
    """Of alpha: decides by itself; two courses count for one."""
    confirmed: str
    """Of alpha: always wants a person."""
    gammas: str

    async def earn(self, place: int) -> str:
        """The student is awarded the credit of a course."""
        return await story.earn(self.world, self.cast, self.courses[place])


SINGLES, PAIR = (0, 1, 4, 5), (2, 3)
"""Courses of beta by their places: each of these for a course, these together for another."""


def mappings(courses: tuple[str, ...], to: Decider) -> list[dict[str, Any]]:
    """What counts for what: the pair for the decider's first course, each single for another."""
    pair = [courses[place] for place in PAIR]
    return [
        story.mapping("pair", pair, to.courses[0], combine=MEAN),
        *(
            story.mapping(f"single-{place}", [courses[place]], home)
            for place, home in zip(SINGLES, to.courses[1:], strict=True)
        ),
    ]


async def prepare(world: World, cast: Cast) -> Ground:
    """Six courses at beta; alpha and gamma each with five courses, a programme and rules."""
    courses = tuple([await story.offer(cast.teacher, cast.teaching_registrar) for _ in range(6)])
    teacher = await story.home_teacher(world, cast)
    alpha = await story.decider(cast.home_registrar, teacher, courses=5)
    gamma = await story.decider(cast.verifying_registrar, cast.reviewer, courses=5)
    of_alpha = story.rule(alpha, *mappings(courses, alpha))
    always = of_alpha | {"confirmation": {"always": True}}
    of_gamma = story.rule(gamma, *mappings(courses, gamma))
    return Ground(
        world=world,
        cast=cast,
        courses=courses,
        alpha=alpha,
        gamma=gamma,
        rule=await story.adopt(alpha, cast.teaching_registrar, of_alpha),
        confirmed=await story.adopt(alpha, cast.teaching_registrar, always),
        gammas=await story.adopt(gamma, cast.teaching_registrar, of_gamma),
    )


async def recognised_by_the_rule_alone(ground: Ground, credit: str) -> str:
    """Applied for at home, decided by the rule, converted, redeemed; the decision."""
    student, alpha = ground.cast.student, ground.alpha
    identifier = await story.apply(student, alpha, ground.rule, credit)
    found = await story.settled(student, identifier, "redeemed")
    assert (found["status"], found["holds"], found["waits_for"]) == (
        "standing",
        "recognised",
        None,
    )
    assert (found["rule"], found["credits"][0]["left"]) == (ground.rule, "0.00")
    decision = await student.get("reads why", f"/v1/decisions/{found['decision']}")
    [item] = decision["items"]
    assert item["home"] == alpha.courses[1]
    assert (item["credits"], item["grade"]) == ("6.00", story.GRADE)
    [revision] = decision["revisions"]
    assert (revision["automatic"], revision["trigger"]) == (True, "application")
    assert decision["explanation"]["finding"] == "fulfilled"
    assert _nodes(decision, "minimum-grade")[0]["found"]["grade"] == "82.50"
    return str(found["decision"])


async def told_who_used_it(ground: Ground, credit: str) -> None:
    """Gamma cannot have it too: by whom, when and under which rule, before anything is written."""
    student = ground.cast.student
    refused = await student.refused(
        "asks gamma for the same credit",
        "POST",
        "/v1/recognitions",
        body=story.application(ground.gamma, ground.gammas, credit),
        code="already-redeemed",
    )
    assert refused.status == 409
    facts = refused.document["facts"]
    assert (facts["left"], facts["wanted"]) == ("0.00", "6.00")
    [by] = facts["by"]
    assert by["redeemer"] == "alphaMSP"
    assert by["rule"] == f"rule/{ground.rule.replace('~', '/')}"
    assert by["at"].endswith("Z")


async def two_courses_count_for_one(ground: Ground, *credits_: str) -> str:
    """Neither alone, both together; the decision."""
    student, alpha = ground.cast.student, ground.alpha
    alone = await story.apply(student, alpha, ground.rule, credits_[0])
    refused = await story.decided(student, alone, "standing")
    assert (refused["holds"], refused["items"]) == ("refused", [])
    await _taken_back(student, alone)
    identifier = await story.apply(student, alpha, ground.rule, *credits_)
    found = await story.settled(student, identifier, "redeemed")
    decision = await student.get("reads why", f"/v1/decisions/{found['decision']}")
    [item] = decision["items"]
    assert (item["home"], item["grade"]) == (alpha.courses[0], story.GRADE)
    assert {used["amount"] for used in item["used"]} == {"6.00"}
    assert len(item["used"]) == 2
    return str(found["decision"])


async def withdrawn_before_the_decision(ground: Ground, credit: str) -> None:
    """What waits for a person can be taken back, and the credit is free again."""
    student = ground.cast.student
    identifier = await story.apply(student, ground.alpha, ground.confirmed, credit)
    waiting = await story.decided(student, identifier, "awaiting-confirmation")
    assert waiting["holds"] is None
    held = await student.get("looks", f"/v1/recognitions/{identifier}")
    assert (held["credits"][0]["permission"], held["credits"][0]["left"]) == ("held", "0.00")
    await _taken_back(student, identifier)
    free = await student.get("looks", f"/v1/recognitions/{identifier}")
    assert (free["credits"][0]["permission"], free["credits"][0]["left"]) == ("withdrawn", "6.00")
    ended = await story.decided(student, identifier, "withdrawn")
    assert ended["revisions"][-1]["trigger"] == "withdrawal"
    await _replayed(ground.alpha.registrar, ended["id"], revisions=2)
    await student.refused(
        "takes it back twice",
        "POST",
        f"/v1/recognitions/{identifier}:withdraw",
        code="wrong-state",
    )


async def a_registrar_confirms(ground: Ground, credit: str) -> str:
    """The rule always wants a person: she confirms and redeems; then the degree is granted."""
    student, registrar = ground.cast.student, ground.alpha.registrar
    identifier = await story.apply(student, ground.alpha, ground.confirmed, credit)
    waiting = await story.decided(registrar, identifier, "awaiting-confirmation")
    assert waiting["revisions"][-1]["outcome"] == "needs-person"
    path = f"/v1/decisions/{waiting['id']}"
    body = {
        "expected_version": waiting["version"],
        "outcome": "recognised",
        "reason": "judgement",
    }
    await student.refused(
        "confirms herself", "POST", f"{path}:confirm", body=body, code="not-permitted"
    )
    await ground.gamma.registrar.refused(
        "confirms for alpha", "POST", f"{path}:confirm", body=body, code="not-party"
    )
    stale = body | {"expected_version": waiting["version"] + 1}
    await registrar.refused(
        "confirms another version",
        "POST",
        f"{path}:confirm",
        body=stale,
        code="version-conflict",
    )
    await registrar.write("confirms", f"{path}:confirm", body)
    found = await story.settled(student, identifier, "redeemed")
    assert found["holds"] == "recognised"
    await registrar.refused(
        "confirms again",
        "POST",
        f"{path}:confirm",
        body=body | {"expected_version": waiting["version"] + 1},
        code="wrong-state",
    )
    await registrar.write("grants the degree", f"{path}:grant", {})
    granted = await student.get("looks", f"/v1/recognitions/{identifier}")
    assert granted["credits"][0]["permission"] == "granted"
    return str(waiting["id"])


async def decided_elsewhere(ground: Ground, credit: str) -> str:
    """Gamma decides on alpha's student: she reads there what gamma found, at her own home."""
    student, registrar = ground.cast.student, ground.gamma.registrar
    identifier = await story.apply(student, ground.gamma, ground.gammas, credit)
    found = await story.settled(student, identifier, "redeemed")
    assert (found["home"], found["decider"], found["holds"]) == (
        "alphaMSP",
        "gammaMSP",
        "recognised",
    )
    decision = await student.get("reads why, at home", f"/v1/decisions/{found['decision']}")
    at_gamma = await registrar.get("reads the same", f"/v1/decisions/{found['decision']}")
    for name in ("items", "missing", "explanation", "revisions"):
        assert decision[name] == at_gamma[name]
    [item] = decision["items"]
    assert (item["home"], item["grade"]) == (ground.gamma.courses[3], story.GRADE)
    cannot = await student.get("replays at home", f"/v1/decisions/{found['decision']}/replay")
    assert cannot["identical"] is None
    assert [one["reason"] for one in cannot["revisions"]] == ["nothing-kept"]
    await _replayed(registrar, found["decision"], revisions=1)
    return str(found["decision"])


async def one_of_two_at_once(ground: Ground, credit: str) -> str:
    """Alpha and gamma are asked in the same second: one redeems, the other says who did."""
    student = ground.cast.student
    asked = [
        story.application(ground.alpha, ground.rule, credit),
        story.application(ground.gamma, ground.gammas, credit),
    ]
    answers = await asyncio.gather(
        *(student.post("asks", "/v1/recognitions", body) for body in asked),
        return_exceptions=True,
    )
    identifiers = [one["result"]["application"] for one in answers if isinstance(one, Answer)]
    if len(identifiers) < 2:
        # The ledger let one permission through; the other is asked for again.
        missing = asked[0] if isinstance(answers[0], BaseException) else asked[1]
        identifiers += await _asked_again(student, missing)
    ended = [await _ended(student, one) for one in identifiers]
    holds = sorted(str(one["holds"]) for one in ended)
    redeemed = [one for one in ended if one["credits"][0]["permission"] == "redeemed"]
    assert len(redeemed) == 1
    assert holds in (["recognised"], ["recognised", "refused"])
    for one in ended:
        if one["holds"] == "refused":
            [use] = one["credits"][0]["used"]
            assert use["redeemer"] == redeemed[0]["decider"]
            assert use["rule"] == redeemed[0]["rule"]
            assert use["at"]
            decision = await student.get("reads why", f"/v1/decisions/{one['decision']}")
            [free] = _nodes(decision, "credit-free")
            assert (free["finding"], free["found"]["free"]) == ("failed", "0.00")
    return str(redeemed[0]["decider"])


async def replayed_after_a_newer_version(ground: Ground, *decisions: str) -> None:
    """A newer version asks for more; what was decided stays what it was, code for code."""
    registrar = ground.alpha.registrar
    for decision in decisions:
        await _replayed(registrar, decision, revisions=1)
    newer = story.rule(ground.alpha, *mappings(ground.courses, ground.alpha)) | {
        "demands": [{"kind": "minimum-grade", "grade": "95.00", "better": "higher"}]
    }
    later = await story.adopt(
        ground.alpha, ground.cast.teaching_registrar, newer, previous=ground.rule
    )
    assert later != ground.rule
    before = await registrar.get("looks", f"/v1/rules/{ground.rule}")
    assert not before["in_force_today"]
    for decision in decisions:
        found = await _replayed(registrar, decision, revisions=1)
        assert found["rule"] == ground.rule


async def strangers_are_refused(
    ground: Ground, credit: str, decision: str, other: Person, teacher: Person
) -> None:
    """Another student's credit, other people's applications and decisions."""
    student = ground.cast.student
    body = story.application(ground.alpha, ground.rule, credit)
    await other.refused(
        "asks with somebody else's credit", "POST", "/v1/recognitions", body=body, code="not-party"
    )
    await teacher.refused("asks", "POST", "/v1/recognitions", body=body, code="not-permitted")
    seen = await student.get("looks", f"/v1/decisions/{decision}")
    application = seen["application"]
    await other.refused("looks", "GET", f"/v1/recognitions/{application}", code="not-party")
    # At a gateway that has no part in it nobody can tell it from one that never was.
    await teacher.refused("looks", "GET", f"/v1/recognitions/{application}", code="not-found")
    for person in (other, teacher):
        await person.refused("looks", "GET", f"/v1/decisions/{decision}", code="not-party")
        await person.refused("replays", "GET", f"/v1/decisions/{decision}/replay", code="not-party")
    await other.refused(
        "takes it back", "POST", f"/v1/recognitions/{application}:withdraw", code="not-party"
    )
    for action in ("grant", "redeem"):
        await ground.gamma.registrar.refused(
            f"would {action} for alpha",
            "POST",
            f"/v1/decisions/{decision}:{action}",
            code="not-party",
        )
    await ground.gamma.registrar.refused(
        "looks at what alpha decided", "GET", f"/v1/decisions/{decision}", code="not-party"
    )
    listed = await ground.alpha.registrar.get("lists", "/v1/decisions")
    assert decision in [one["id"] for one in listed["decisions"]]
    mine = await other.get("lists", "/v1/recognitions")
    assert mine["applications"] == []


async def in_chinese(ground: Ground, decision: str) -> None:
    """The same codes, and sentences in the language that is asked for."""
    student = ground.cast.student
    path = f"/v1/decisions/{decision}"
    english = (await student.get("reads", path)).document
    chinese = (
        await student.gateway.client.get(
            path, headers=student.authorization | {"Accept-Language": "zh-CN"}
        )
    ).json()
    assert chinese["explanation"]["sentence"] != english["explanation"]["sentence"]
    assert [node["code"] for node in _walk(chinese["explanation"])] == [
        node["code"] for node in _walk(english["explanation"])
    ]


async def _taken_back(student: Person, identifier: str) -> None:
    await student.write("takes it back", f"/v1/recognitions/{identifier}:withdraw", {})


async def _replayed(registrar: Person, decision: str, *, revisions: int) -> Answer:
    found = await registrar.get("replays", f"/v1/decisions/{decision}/replay")
    assert found["identical"] is True
    assert [one["identical"] for one in found["revisions"]] == [True] * revisions
    assert [one["differences"] for one in found["revisions"]] == [[]] * revisions
    return found


async def _asked_again(student: Person, body: dict[str, Any]) -> list[str]:
    try:
        applied = await student.write("asks again", "/v1/recognitions", body)
    except Exception:  # noqa: BLE001 - by now the other may have redeemed it
        await student.refused(
            "asks again", "POST", "/v1/recognitions", body=body, code="already-redeemed"
        )
        return []
    return [applied["result"]["application"]]


async def _ended(student: Person, identifier: str) -> Answer:
    return await student.until(
        "sees the end",
        f"/v1/recognitions/{identifier}",
        lambda found: (
            found["status"] == "standing"
            and found["credits"][0]["permission"] in {"redeemed", "permitted", "released"}
        ),
        what="an application that has ended",
    )


def _nodes(decision: Answer, code: str) -> list[dict[str, Any]]:
    return [node for node in _walk(decision["explanation"]) if node["code"] == code]


def _walk(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(one for child in node["children"] for one in _walk(child))]
