"""What comes between two steps of a decider: the steps are taken by hand, one by one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from chaincode.contracts import learning
from chaincode.domain import attendance
from chaincode.domain.attendance import attendance_key
from demo.story import agreement as agreeing
from demo.story import corrections, registration
from demo.story import recognition as story
from demo.world import Answer
from gateway.model.recognition import RecognitionApplication
from gateway.sandbox import SandboxWorld
from gateway.services.recognition import applications
from gateway.services.recognition.worker import RecognitionWorker
from tests.support import recognition_scenario as scenario
from tests.support.recognition_scenario import Ground
from tests.support.story import Told, sandbox_world, world_of

pytestmark = pytest.mark.thorough


@dataclass
class Clock:
    """The sandbox's time, that a test moves."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Stage:
    """Deciders that wait for a test's word."""

    sandbox: SandboxWorld
    ground: Ground
    clock: Clock
    workers: dict[str, RecognitionWorker] = field(default_factory=dict)

    async def settle(self, name: str = "alpha", *, steps: int = 20) -> None:
        """Take so many steps at one decider, or all there are."""
        for _ in range(steps):
            if not await self.workers[name].settle_open():
                return

    async def look(self, application: str) -> Answer:
        return await self.ground.cast.student.get("looks", f"/v1/recognitions/{application}")

    async def permission(self, application: str) -> tuple[str, str]:
        """The status of the first permission, and what is left of the credit."""
        [first, *_] = (await self.look(application))["credits"]
        return first["permission"], first["left"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: Any) -> AsyncIterator[Stage]:
    clock = Clock()
    state = tmp_path_factory.mktemp("steps")
    async with (
        sandbox_world(state, clock=clock) as sandbox,
        world_of(sandbox, Told()) as world,
    ):
        ground = await scenario.prepare(world, await registration.play(world))
        found = Stage(sandbox, ground, clock)
        for name, gateway in sandbox.gateways.items():
            for one in gateway.background:
                await one.stop()
                if isinstance(one, RecognitionWorker):
                    found.workers[name] = one
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def credit(stage: Stage) -> str:
    return await stage.ground.earn(0)


async def test_two_deciders_reserve_in_the_same_moment(stage: Stage, credit: str) -> None:
    ground, student = stage.ground, stage.ground.cast.student
    here = await story.apply(student, ground.alpha, ground.rule, credit)
    there = await story.apply(student, ground.gamma, ground.gammas, credit)
    await ground.gamma.registrar.until(
        "sees the application arrive",
        "/v1/recognitions",
        lambda found: there in [one["id"] for one in found["applications"]],
        what="the application at gamma",
    )
    assert (await stage.permission(here))[0] == (await stage.permission(there))[0] == "permitted"
    for _ in range(20):
        moved = await asyncio.gather(*(w.settle_open() for w in stage.workers.values()))
        if not any(moved):
            break
    permissions = {(await stage.permission(one))[0] for one in (here, there)}
    assert permissions == {"redeemed", "permitted"}
    for one in (here, there):
        found = await stage.look(one)
        if found["credits"][0]["permission"] == "redeemed":
            continue
        # At home the student learns the reasons when gamma's message has come.
        refused = await story.decided(student, one, "standing")
        assert refused["holds"] == "refused"
        [use] = found["credits"][0]["used"]
        assert use["redeemer"] != found["decider"]


async def test_taken_back_between_decision_and_redemption(stage: Stage) -> None:
    ground, student = stage.ground, stage.ground.cast.student
    earned = [await ground.earn(place) for place in scenario.PAIR]
    application = await story.apply(student, ground.alpha, ground.rule, *earned)
    await stage.settle(steps=2)
    seen = await stage.look(application)
    assert (seen["status"], seen["credits"][0]["permission"]) == ("standing", "held")
    await student.write("takes it back", f"/v1/recognitions/{application}:withdraw", {})
    await stage.settle()
    seen = await stage.look(application)
    assert (seen["status"], seen["waits_for"]) == ("withdrawn", None)
    assert [one["permission"] for one in seen["credits"]] == ["withdrawn"] * 2
    assert [one["left"] for one in seen["credits"]] == ["6.00"] * 2
    replay = await student.get("replays", f"/v1/decisions/{seen['decision']}/replay")
    assert [one["identical"] for one in replay["revisions"]] == [True, True]
    # What ended is not counted: the same credits replace the same course now.
    again = await story.apply(student, ground.alpha, ground.rule, *earned)
    await stage.settle()
    assert (await stage.look(again))["holds"] == "recognised"


async def test_a_person_confirms_what_follows_from_the_facts_now(stage: Stage) -> None:
    ground, student = stage.ground, stage.ground.cast.student
    registrar = ground.alpha.registrar
    supervisor = await registration.enter_staff(
        ground.world, "ministry", "supervisor-1", actor="the supervisor"
    )
    earned = await ground.earn(1)
    application = await story.apply(student, ground.alpha, ground.confirmed, earned)
    await stage.settle()
    waiting = await story.decided(registrar, application, "awaiting-confirmation")
    await corrections.rule(supervisor, earned, "suspend", "investigation")
    path = f"/v1/decisions/{waiting['id']}"
    body = {"expected_version": waiting["version"], "outcome": "recognised", "reason": "judgement"}
    refused = await registrar.refused(
        "confirms", "POST", f"{path}:confirm", body=body, code="facts-moved"
    )
    assert refused.document["facts"] == {"before": "needs-person", "now": "refused"}
    now = await registrar.get("looks again", path)
    assert now["revisions"][-1]["outcome"] == "refused"
    assert [one["trigger"] for one in now["revisions"]] == ["application", "review"]
    await registrar.refused(
        "recognises what the rule refuses",
        "POST",
        f"{path}:confirm",
        body=body | {"expected_version": now["version"]},
        code="invalid-argument",
    )
    await story.confirm(registrar, waiting["id"], "refused", "as-computed")
    await stage.settle()
    assert await stage.permission(application) == ("released", "0.00")
    await corrections.rule(supervisor, earned, "lift", "unfounded")
    assert await stage.permission(application) == ("released", "6.00")


async def test_a_permission_that_ends_first(stage: Stage) -> None:
    ground, student = stage.ground, stage.ground.cast.student
    earned = await ground.earn(4)
    ends = (stage.clock() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    late = await story.apply(student, ground.alpha, ground.rule, earned, expires_at=ends)
    stage.clock.ahead = timedelta(hours=2)
    await stage.settle()
    seen = await stage.look(late)
    assert (seen["decision"], seen["waits_for"]) == (None, "outside-window")
    assert await stage.permission(late) == ("permitted", "6.00")
    await student.write("takes it back", f"/v1/recognitions/{late}:withdraw", {})

    ends = (stage.clock() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    held = await story.apply(student, ground.alpha, ground.rule, earned, expires_at=ends)
    await stage.settle(steps=2)
    assert await stage.permission(held) == ("held", "0.00")
    stage.clock.ahead = timedelta(hours=4)
    await stage.settle()
    seen = await stage.look(held)
    assert (seen["status"], seen["credits"][0]["permission"]) == ("withdrawn", "released")
    assert seen["credits"][0]["left"] == "6.00"


async def agreed(stage: Stage, host: int, *home: int) -> str:
    """Student, host and home agree on a course of beta for courses of alpha."""
    ground, cast = stage.ground, stage.ground.cast
    term = await cast.teaching_registrar.write(
        "publishes a term", "/v1/terms", agreeing.term(stage.clock() - timedelta(days=7))
    )
    proposed = await cast.student.write(
        "proposes",
        "/v1/agreements",
        {
            "programme": ground.alpha.programme,
            "term": term["result"]["term"],
            "rules": ground.rule.rpartition("~")[0],
            "table_a": [{"course": ground.courses[host]}],
            "table_b": [
                {"course": ground.alpha.courses[place], "credits": "6.00"} for place in home
            ],
        },
    )
    identifier: str = proposed["result"]["agreement"]
    await agreeing.arrived(cast, identifier)
    for registrar in (cast.home_registrar, cast.teaching_registrar):
        await agreeing.approve(registrar, identifier)
    return identifier


async def test_what_was_agreed_binds(stage: Stage) -> None:
    ground, student = stage.ground, stage.ground.cast.student
    agreement = await agreed(stage, 5, 4)
    earned = await ground.earn(5)
    await student.refused(
        "names it towards another university",
        "POST",
        "/v1/recognitions",
        body=story.application(ground.gamma, ground.gammas, earned, agreement=agreement),
        code="invalid-argument",
    )
    application = await story.apply(student, ground.alpha, ground.rule, earned, agreement=agreement)
    await stage.settle()
    found = await story.decided(student, application, "standing")
    assert (found["holds"], found["missing"]) == ("recognised", [])
    [revision] = found["revisions"]
    assert (revision["trigger"], revision["automatic"]) == ("agreement", True)
    assert await stage.permission(application) == ("redeemed", "0.00")


async def test_no_gateway_alone_refuses_what_was_agreed(stage: Stage) -> None:
    ground, student = stage.ground, stage.ground.cast.student
    registrar = ground.alpha.registrar
    # The rule has the fourth course of alpha for it, and nothing for the first.
    agreement = await agreed(stage, 4, 3, 0)
    listed = await student.get("lists", "/v1/credits")
    [earned] = [one["id"] for one in listed["credits"] if one["course"] == ground.courses[4]]
    application = await story.apply(student, ground.alpha, ground.rule, earned, agreement=agreement)
    await stage.settle()
    found = await story.decided(registrar, application, "awaiting-confirmation")
    assert found["missing"] == [ground.alpha.courses[0]]
    assert [item["home"] for item in found["items"]] == [ground.alpha.courses[3]]
    assert found["revisions"][0]["outcome"] == "recognised"
    await story.confirm(registrar, found["id"], "recognised", "as-computed")
    await stage.settle()
    assert await stage.permission(application) == ("redeemed", "0.00")


async def test_two_credits_of_one_course_are_not_asked_together(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground, student = stage.ground, stage.ground.cast.student
    earned = [await _earned_under(monkeypatch, ground, account) for account in ("one", "other")]
    for to, rule in ((ground.alpha, ground.rule), (ground.gamma, ground.gammas)):
        refused = await student.refused(
            "asks with both",
            "POST",
            "/v1/recognitions",
            body=story.application(to, rule, *earned),
            code="invalid-argument",
        )
        assert refused.document["field"] == "/credits"
        facts = refused.document["facts"]
        assert (facts["course"], sorted(facts["credits"])) == (
            story.key(ground.courses[5]),
            sorted(f"enrolment/{one.replace('~', '/')}" for one in earned),
        )
    # As a gateway takes it that does not know better, or is not honest.
    with monkeypatch.context() as patch:
        patch.setattr(applications, "require_one_of_each_course", lambda _: None)
        here = await story.apply(student, ground.alpha, ground.rule, *earned)
        there = await story.apply(student, ground.gamma, ground.gammas, *earned)
    await ground.gamma.registrar.until(
        "sees the application arrive",
        "/v1/recognitions",
        lambda found: there in [one["id"] for one in found["applications"]],
        what="the application at gamma",
    )
    for name, application, people in (
        ("alpha", here, (student, ground.alpha.registrar)),
        ("gamma", there, (ground.gamma.registrar,)),
    ):
        await stage.settle(name)
        for person in people:
            seen = await person.get("looks", f"/v1/recognitions/{application}")
            assert (seen["decision"], seen["waits_for"]) == (None, "undecidable")
            assert [one["permission"] for one in seen["credits"]] == ["permitted"] * 2
        async with stage.sandbox.gateways[name].core.database.reading() as session:
            row = await session.get(RecognitionApplication, application)
        assert row is not None
        assert not row.open, "it is tried for ever"
    await student.write("takes it back", f"/v1/recognitions/{here}:withdraw", {})
    alone = await story.apply(student, ground.alpha, ground.confirmed, earned[0])
    await stage.settle()
    seen = await stage.look(alone)
    assert (seen["status"] is None, seen["waits_for"]) == (False, None)


async def _earned_under(monkeypatch: pytest.MonkeyPatch, ground: Ground, account: str) -> str:
    """As under another account, which a student has who moved from one home to another."""

    def of_account(course: str, student: str) -> str:
        return attendance_key(course, f"{student} {account}")

    with monkeypatch.context() as patch:
        for module in (attendance, learning):
            patch.setattr(module, "attendance_key", of_account)
        return await ground.earn(5)
