"""How the new home hears of a release, and what nobody else can make it believe."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from chaincode.domain.keys import member_key
from chaincode.domain.member import MemberProfile
from demo.story import course as courses
from demo.story import credit, learning, registration, transfer
from demo.story.cast import Cast
from demo.world import Person, World
from gateway.evidence.keys import SealingPublicKey
from gateway.exchange.errors import PeerRefused
from gateway.sandbox import SandboxWorld
from gateway.services.intent import new_id
from gateway.services.sealed_messages import seal_message
from gateway.services.transfers.message import RELEASED_MESSAGE
from tests.support.story import Told, sandbox_world, world_of

pytestmark = pytest.mark.thorough

PROBLEM = "urn:crosscredit:problem:"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxWorld]:
    async with sandbox_world(tmp_path_factory.mktemp("releases")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(sandbox: SandboxWorld) -> AsyncIterator[World]:
    async with world_of(sandbox, Told()) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(world: World) -> Cast:
    return await registration.play(world)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def arrived(world: World, cast: Cast) -> Person:
    return await transfer.enter(world, cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stranger(world: World, cast: Cast) -> Person:
    applicant = registration.Applicant("gamma", "student", "Jo Other", "jo.gamma", "")
    return await registration.register(world, cast.verifying_registrar, applicant)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def awarded(world: World, cast: Cast) -> str:
    enrolment = await learning.enrol(world, cast, await courses.play(world, cast))
    await learning.take_parts(world, cast, enrolment)
    await learning.receive(cast.student, world, enrolment, courses.EXAMINATION)
    return await credit.play(world, cast, learning.Learned(enrolment))


async def tell(
    sandbox: SandboxWorld,
    sender: str,
    released: Mapping[str, Any],
    *,
    place: str | None = None,
) -> str | None:
    """Send gamma a release; the code of its refusal, None where it took it."""
    core = sandbox.gateways[sender].core
    profile = await core.records.load(MemberProfile, member_key("gammaMSP"))
    sealed = seal_message(
        SealingPublicKey.from_text(profile.intake_key),
        purpose=RELEASED_MESSAGE,
        place=place or released["transfer"],
        document=dict(released),
    )
    document = {"transfer": released["transfer"], "sealed": sealed}
    try:
        await core.client.call(
            core.peers["gammaMSP"],
            "POST",
            "/v1/exchange/messages",
            document={"id": new_id(), "kind": RELEASED_MESSAGE, "document": document},
        )
    except PeerRefused as refused:
        return str(refused.problem["type"]).removeprefix(PROBLEM)
    return None


async def test_the_new_home_believes_the_old_one_and_the_ledger(
    cast: Cast, sandbox: SandboxWorld, arrived: Person, stranger: Person, awarded: str
) -> None:
    account = await transfer.prepare(arrived)
    others = await transfer.prepare(stranger)
    identifier = await transfer.request(cast.student, arrived, account, awarded)
    told: dict[str, Any] = {
        "enrolment": f"enrolment/{awarded.replace('~', '/')}",
        "number": 1,
        "student": f"account/{account.replace('~', '/')}",
    }
    released = {"transfer": identifier, "name": "Mei Lin", "credits": [told]}
    assert await tell(sandbox, "alpha", released) == "not-yet-recorded"
    await transfer.release(cast.home_registrar, identifier)
    await transfer.looked(cast.verifying_registrar, identifier)
    foreign = told | {"student": f"account/{others.replace('~', '/')}"}
    for sender, changed, code in (
        ("beta", {}, "not-party"),
        ("alpha", {"credits": [foreign]}, "not-party"),
        ("alpha", {"credits": [told | {"number": 2}]}, "not-yet-recorded"),
        ("alpha", {"credits": []}, "invalid-argument"),
        ("alpha", {"name": ""}, "invalid-argument"),
    ):
        assert await tell(sandbox, sender, released | {"transfer": new_id()} | changed) == code
    assert await tell(sandbox, "alpha", released, place=new_id()) == "evidence-refused"
    listed = await stranger.get("lists", "/v1/transfers")
    assert listed["transfers"] == []
    assert await tell(sandbox, "alpha", released) is None


async def test_it_is_hers_from_the_acceptance_on(
    cast: Cast, arrived: Person, stranger: Person, awarded: str
) -> None:
    listed = await arrived.get("lists her transfers", "/v1/transfers")
    [moving] = [one["id"] for one in listed["transfers"]]
    before = await arrived.get("lists her credits", "/v1/credits")
    assert before["credits"] == []
    await arrived.refused("looks", "GET", f"/v1/credits/{awarded}", code="not-party")
    await transfer.accept(cast.verifying_registrar, moving)
    after = await arrived.get("lists her credits", "/v1/credits")
    assert [one["id"] for one in after["credits"]] == [awarded]
    await stranger.refused("looks", "GET", f"/v1/credits/{awarded}", code="not-party")
    assert (await stranger.get("lists", "/v1/credits"))["credits"] == []
