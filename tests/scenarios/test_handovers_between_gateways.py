"""An old home that withholds, falsifies or repeats what it must hand over, and who else asks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from demo.story import corrections, registration, transfer
from demo.story.cast import Cast
from demo.story.course import ESSAY
from demo.world import World
from gateway.sandbox import SandboxWorld
from gateway.services.transfers.message import CREDIT_MESSAGE, WORK_MESSAGE
from tests.support import handing_over as handing
from tests.support import transfer_scenario as scenario
from tests.support.full_home_scenario import faults, looked_until, named, released
from tests.support.story import Told, sandbox_world, world_of
from tests.support.transfer_scenario import Ground

pytestmark = pytest.mark.thorough

NOTHING = handing.Said(None, [])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxWorld]:
    async with sandbox_world(tmp_path_factory.mktemp("handovers")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(sandbox: SandboxWorld) -> AsyncIterator[World]:
    async with world_of(sandbox, Told()) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(world: World) -> Cast:
    return await registration.play(world)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    return await scenario.prepare(world, cast)


async def test_what_is_falsified_is_refused_by_its_name(
    ground: Ground, sandbox: SandboxWorld
) -> None:
    registrar, alpha = ground.cast.verifying_registrar, sandbox.gateways["alpha"]
    credit = await ground.earn(0)
    account = await transfer.prepare(ground.arrived)
    moving = await transfer.request(ground.cast.student, ground.arrived, account, credit)
    empty = {
        "enrolment": handing.key_of(credit),
        "number": 1,
        "enrolment_key": None,
        "marks": [],
        "result": None,
        "requests": [],
    }
    early = await handing.send(
        sandbox, "alpha", CREDIT_MESSAGE, await handing.sealed_values(sandbox, empty)
    )
    assert early == handing.Said("not-yet-recorded", [])
    await alpha.outbox.stop()
    try:
        await transfer.release(ground.cast.home_registrar, moving)
        await falsified_values(sandbox, credit)
        await falsified_work(sandbox, credit)
        assert await handing.values_asked(sandbox, "gamma", "beta", credit) == "not-party"
        listed = await ground.arrived.get("lists her transfers", "/v1/transfers")
        assert moving not in {one["id"] for one in listed["transfers"]}
    finally:
        await alpha.outbox.start()
    found = await transfer.handed_over(registrar, moving)
    history = named(found["credits"][0]["handover"]["found"])
    assert sorted(history, key=str) == [
        ("enrolment-key", None, "altered"),
        ("mark", 1, "altered"),
        ("result", None, "altered"),
        ("work", 1, "altered"),
    ]
    accepted = await transfer.accept(registrar, moving)
    assert accepted["status"] == "committed"
    after = await registrar.get("looks", f"/v1/transfers/{moving}")
    assert after["credits"][0]["faults"] == [], "everything came before the acceptance"
    await who_else_asks(sandbox, credit)


async def falsified_values(sandbox: SandboxWorld, credit: str) -> None:
    """Each message names what is wrong with it; only the true one is taken, twice as well."""
    true = await handing.values_of(sandbox, credit)
    marks: Any = true["marks"]
    other_mark = [marks[0] | {"mark": 10_000}, *marks[1:]]
    for change, expected in (
        ({"marks": other_mark}, [("mark", 1, "altered")]),
        ({"marks": marks[1:]}, [("mark", 1, "missing")]),
        ({"enrolment_key": "ab" * 32}, [("enrolment-key", None, "altered")]),
        ({"enrolment_key": None}, [("enrolment-key", None, "missing")]),
        ({"result": true["result"] | {"mark": 10_000}}, [("result", None, "altered")]),
        ({"result": true["result"] | {"commitment": "0" * 64}}, [("result", None, "altered")]),
        ({"result": None}, [("result", None, "missing")]),
    ):
        sealed = await handing.sealed_values(sandbox, true | change)
        said = await handing.send(sandbox, "alpha", CREDIT_MESSAGE, sealed)
        assert said == handing.Said("handover-refused", expected), change
    sealed = await handing.sealed_values(sandbox, true)
    for sender in ("beta", "ministry"):
        assert (await handing.send(sandbox, sender, CREDIT_MESSAGE, sealed)).code == "not-party"
    unplaced = await handing.sealed_values(sandbox, true, place=handing.key_of("x~y"))
    for changed, code in (
        (unplaced, "evidence-refused"),
        (await handing.sealed_values(sandbox, true | {"number": 2}), "not-yet-recorded"),
        (await handing.sealed_values(sandbox, true | {"number": 0}), "invalid-argument"),
    ):
        assert (await handing.send(sandbox, "alpha", CREDIT_MESSAGE, changed)).code == code
    for _ in range(2):
        assert await handing.send(sandbox, "alpha", CREDIT_MESSAGE, sealed) == NOTHING


async def falsified_work(sandbox: SandboxWorld, credit: str) -> None:
    """Work without its body, and work that opens to something else, are no work."""
    core = sandbox.gateways["alpha"].core
    first, second, *_ = await handing.works_of(sandbox, credit)
    said = await handing.send(sandbox, "alpha", WORK_MESSAGE, first)
    assert said.code == "work-not-here"
    body = first["document"]["body"]
    size = await core.store.size(body)
    # The courier alone moves bodies.
    courier: Any = sandbox.gateways["alpha"].outbox._courier
    await courier._move(core.peers["gammaMSP"], body)
    assert size == first["document"]["size"]
    number = first["work"]
    for changed, expected in (
        (await handing.with_other_opening(sandbox, first), [("work", number, "altered")]),
        (
            {**first, "document": first["document"] | {"wraps": second["document"]["wraps"]}},
            [("work", number, "altered")],
        ),
    ):
        said = await handing.send(sandbox, "alpha", WORK_MESSAGE, changed)
        assert said == handing.Said("handover-refused", expected)
    for change in ({"work": 99}, {"document": first["document"] | {"size": 1}}):
        said = await handing.send(sandbox, "alpha", WORK_MESSAGE, first | change)
        assert said.code == "invalid-argument"
    assert (await handing.send(sandbox, "beta", WORK_MESSAGE, first)).code == "not-party"
    assert await handing.send(sandbox, "alpha", WORK_MESSAGE, first) == NOTHING


async def who_else_asks(sandbox: SandboxWorld, credit: str) -> None:
    """A party gives to the home that the credit has now, and to nobody else."""
    for asks, gives in (("alpha", "beta"), ("beta", "alpha"), ("ministry", "beta")):
        assert await handing.values_asked(sandbox, asks, gives, credit) == "not-party"
    assert await handing.values_asked(sandbox, "alpha", "gamma", credit) == "not-party"
    for gives in ("alpha", "beta"):
        assert await handing.values_asked(sandbox, "gamma", gives, credit) is None


async def test_what_is_withheld_is_named_and_undoes_nothing(
    ground: Ground, sandbox: SandboxWorld
) -> None:
    home, alpha = ground.cast.verifying_registrar, sandbox.gateways["alpha"]
    credit = await ground.earn(1)
    hidden = await handing.withheld(alpha, credit, ESSAY)
    moving = await released(ground, credit)
    path = f"/v1/transfers/{moving}"
    found = await looked_until(home, moving, ("work", 1, "missing"))
    body = transfer.seen(found)
    refused = await home.refused(
        "takes it in", "POST", f"{path}:accept", body=body, code="handover-incomplete"
    )
    [owed] = refused.document["facts"]["credits"]
    assert (owed["enrolment"], named(owed["faults"])) == (
        handing.key_of(credit),
        [("work", 1, "missing")],
    )
    await home.write("takes it in", f"{path}:accept", body | {"incomplete": True})
    supervisor = await registration.enter_staff(
        ground.world, "ministry", "supervisor-1", actor="the supervisor"
    )
    stored = await supervisor.get("reads the transfer", f"/v1/records/transfer/{credit}")
    [entry] = stored["record"]["entries"]
    assert (entry["status"], named(entry["faults"])) == ("accepted", [("work", 1, "missing")])
    for person in (ground.arrived, home, ground.cast.student):
        seen = await person.get("looks at the transfer", path)
        assert named(seen["credits"][0]["faults"]) == [("work", 1, "missing")]
        assert seen["credits"][0]["home"] == "gammaMSP"
    await corrections.correct(ground.cast, credit, ESSAY, "90.00")
    await home.refused("checks", "POST", f"/v1/credits/{credit}:check", code="work-not-here")
    await handing.given_back(alpha, hidden)
    await who_hands_over(ground, moving)
    mended = await transfer.handed_over(home, moving)
    assert named(mended["credits"][0]["faults"]) == [("work", 1, "missing")], "it stays said"
    await corrections.accept(home, credit)


async def who_hands_over(ground: Ground, moving: str) -> None:
    """The old home alone, as often as it wants."""
    path, cast = f"/v1/transfers/{moving}:hand-over", ground.cast
    for person, code in (
        (cast.verifying_registrar, "not-party"),
        (cast.teaching_registrar, "not-found"),
        (cast.student, "not-permitted"),
    ):
        await person.refused("hands over", "POST", path, code=code)
    for _ in range(2):
        await cast.home_registrar.write("hands over", path, {})


async def test_a_mark_that_was_withheld_comes_from_the_teaching_university(
    ground: Ground, sandbox: SandboxWorld
) -> None:
    home, alpha = ground.cast.verifying_registrar, sandbox.gateways["alpha"]
    credit = await ground.earn(2)
    await alpha.outbox.stop()
    try:
        moving = await released(ground, credit)
        true = await handing.values_of(sandbox, credit)
        [row] = await handing.sent_by(alpha, CREDIT_MESSAGE, credit)
        bare = {"enrolment_key": None, "marks": [], "result": None}
        await handing.replaced(alpha, row, await handing.sealed_values(sandbox, true | bare))
    finally:
        await alpha.outbox.start()
    pieces = [("enrolment-key", None), ("result", None), *(("mark", n) for n in (1, 2, 3))]
    found = await looked_until(home, moving, *[(*one, "missing") for one in pieces])
    body = transfer.seen(found) | {"incomplete": True}
    await home.write("takes it in", f"/v1/transfers/{moving}:accept", body)
    grades = await ground.arrived.get("reads the grades", f"/v1/enrolments/{credit}/grades")
    assert [one["matches"] for one in grades["entries"]] == [True] * 3
    after = await home.get("looks", f"/v1/transfers/{moving}")
    assert faults(after) == []
    assert len(named(after["credits"][0]["faults"])) == len(pieces)


async def test_nothing_is_handed_over_to_a_home_that_it_moved_on_from(
    ground: Ground, sandbox: SandboxWorld
) -> None:
    cast = ground.cast
    credit = await ground.earn(3)
    moving = await released(ground, credit)
    await corrections.correct(cast, credit, ESSAY, "84.00")
    await transfer.accept(cast.verifying_registrar, moving)
    after = await cast.verifying_registrar.get("looks", f"/v1/transfers/{moving}")
    assert after["credits"][0]["faults"] == [], "what came since the old home did not owe"
    grades = await ground.arrived.get("reads", f"/v1/enrolments/{credit}/grades")
    assert [one["matches"] for one in grades["entries"]] == [True] * 4
    [values] = await handing.sent_by(sandbox.gateways["alpha"], CREDIT_MESSAGE, credit)
    work, *_ = await handing.works_of(sandbox, credit)
    for kind, document in ((CREDIT_MESSAGE, values), (WORK_MESSAGE, work)):
        assert await handing.send(sandbox, "alpha", kind, document) == NOTHING
    entering = replace(transfer.NEW_HOME, member="beta", login="mei.beta")
    at_beta = await registration.register(ground.world, cast.teaching_registrar, entering)
    account = await transfer.prepare(at_beta)
    onwards = await transfer.request(ground.arrived, at_beta, account, credit)
    await transfer.release(cast.verifying_registrar, onwards)
    await transfer.accept(cast.teaching_registrar, onwards)
    for kind, document in ((CREDIT_MESSAGE, values), (WORK_MESSAGE, work)):
        said = await handing.send(sandbox, "alpha", kind, document)
        assert said.code == "not-party"
    await corrections.correct(cast, credit, ESSAY, "90.00")
    seen = await corrections.checked(cast.teaching_registrar, credit)
    path = f"/v1/credits/{credit}:accept-correction"
    for former in (cast.home_registrar, cast.verifying_registrar):
        await former.refused("accepts", "POST", path, body=seen, code="not-party")
    await corrections.accept(cast.teaching_registrar, credit)
