"""How the host hears of a learning agreement, and what nobody else can make it believe."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.story import agreement as story
from demo.story import registration
from demo.story.agreement import Ground
from demo.story.cast import Cast
from demo.world import World
from gateway.exchange.errors import PeerRefused
from gateway.sandbox import SandboxWorld
from gateway.services.agreements import AGREEMENT_MESSAGE
from gateway.services.intent import new_id
from tests.support.road import Road
from tests.support.story import Told, sandbox_world, world_of

PROBLEM = "urn:crosscredit:problem:"


@pytest.fixture(scope="module")
def road() -> Road:
    return Road()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(
    tmp_path_factory: pytest.TempPathFactory, road: Road
) -> AsyncIterator[SandboxWorld]:
    state = tmp_path_factory.mktemp("agreements")
    async with sandbox_world(state, transport_wrapper=road.between) as found:
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
    return await story.prepare(world, cast)


async def test_the_host_hears_of_an_agreement_from_home_alone(
    cast: Cast, ground: Ground, sandbox: SandboxWorld
) -> None:
    identifier = await story.propose(cast, ground, 0)
    document = {"agreement": f"agreement/{identifier.replace('~', '/')}"}

    async def tell(sender: str, receiver: str) -> None:
        core = sandbox.gateways[sender].core
        await core.client.call(
            core.peers[f"{receiver}MSP"],
            "POST",
            "/v1/exchange/messages",
            document={"id": new_id(), "kind": AGREEMENT_MESSAGE, "document": document},
        )

    for sender, receiver in (("gamma", "beta"), ("beta", "alpha"), ("alpha", "gamma")):
        with pytest.raises(PeerRefused) as refused:
            await tell(sender, receiver)
        assert refused.value.problem["type"] == f"{PROBLEM}not-party"
    await tell("alpha", "beta")


async def test_the_host_hears_of_it_once_it_is_back(cast: Cast, ground: Ground, road: Road) -> None:
    road.closed = True
    proposed = await cast.student.write("proposes", "/v1/agreements", ground.proposal(0))
    identifier = proposed["result"]["agreement"]
    listed = await cast.teaching_registrar.get("lists", "/v1/agreements")
    assert identifier not in [one["id"] for one in listed["agreements"]]
    road.closed = False
    await story.arrived(cast, identifier)
