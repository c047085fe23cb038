"""A member rewrites what it may rewrite alone, to reach what it may not."""

import json
from collections.abc import AsyncIterator, Callable
from secrets import token_bytes
from typing import Any

import pytest
import pytest_asyncio

from chaincode.ledger.memory.proposal import propose
from chaincode.ledger.memory.traitor import Forgery, forge
from demo.story import registration, verification
from demo.story.cast import Cast
from demo.world import World
from gateway.sandbox import SandboxWorld
from gateway.sandbox_consortium import CHAINCODE, CHANNEL
from gateway.services.evidence_review import EvidenceReview
from tests.support.story import Told, sandbox_world, world_of

pytestmark = pytest.mark.thorough

Record = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxWorld]:
    async with sandbox_world(tmp_path_factory.mktemp("rewritten")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(sandbox: SandboxWorld) -> AsyncIterator[World]:
    async with world_of(sandbox, Told()) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(world: World) -> Cast:
    return await registration.play(world)


async def rewrite(
    sandbox: SandboxWorld, key: str, change: Callable[[Record], Record | bytes], *, by: str
) -> bytes:
    """Write another value with one member's keys and peer alone; the value that stood there."""
    consortium, operator = sandbox.consortium, sandbox.operators[by]
    peer = consortium.peers[by]
    stood = peer.ledger.world.get(key)
    assert stood is not None
    changed = change(json.loads(stood.value))
    value = changed if isinstance(changed, bytes) else _encoded(changed)
    proposal = propose(
        channel_id=CHANNEL,
        chaincode=CHAINCODE,
        creator=operator.serialized,
        arguments=[b"ReadRecord", b'{"key":"constitution"}'],
        timestamp=sandbox.clock(),
        nonce=token_bytes(24),
    )
    forgery = Forgery(reads={key: stood.version}, writes={key: value})
    prepared = forge(proposal, forgery, [peer])
    await consortium.submit(prepared.signed(operator.sign(prepared.payload)))
    status = await consortium.commit_status(prepared.transaction_id, at=by)
    assert status.is_valid, "the member's own policy lets it"
    return stood.value


def _encoded(record: Record) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


async def test_a_course_that_names_another_owner_takes_no_application(
    cast: Cast, offered: str, sandbox: SandboxWorld
) -> None:
    """The applicant would speak under the pseudonym made for gamma: beta would link the two."""
    key = f"course/{offered.replace('~', '/')}"
    true = await rewrite(sandbox, key, lambda found: found | {"owner": "gammaMSP"}, by="betaMSP")
    listed = json.loads(true)["digest"]
    await cast.student.refused(
        "applies",
        "POST",
        "/v1/enrolments",
        body={"course": offered, "course_digest": listed},
        code="record-corrupt",
    )
    pseudonyms = [
        key
        for key in await _keys(sandbox, "account/alphaMSP/")
        if json.loads(await _value(sandbox, key))["role"] == "student"
    ]
    assert len(pseudonyms) == 1, "nothing was made beside the student's own account"
    await rewrite(sandbox, key, lambda _: true, by="betaMSP")


async def test_a_record_that_names_a_place_of_somebody_else_is_listed_nowhere(
    cast: Cast, offered: str, sandbox: SandboxWorld
) -> None:
    key = f"course/{offered.replace('~', '/')}"
    elsewhere = key.replace("betaMSP", "gammaMSP")
    true = await rewrite(
        sandbox, key, lambda found: found | {"key": elsewhere, "owner": "gammaMSP"}, by="betaMSP"
    )
    await cast.student.refused("looks", "GET", "/v1/courses?member=betaMSP", code="record-corrupt")
    await cast.student.get("looks", "/v1/courses?member=gammaMSP")
    await rewrite(sandbox, key, lambda _: true, by="betaMSP")


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"no record",
        lambda found: found | {"requester": "ministryMSP"},
        lambda found: found | {"enrolment": found["enrolment"][:-32] + "0" * 32},
    ],
    ids=["unreadable", "in-another-name", "about-nothing"],
)
async def test_a_rewritten_request_does_not_keep_the_holder_from_the_others(
    cast: Cast, awarded: str, sandbox: SandboxWorld, change: Callable[[Record], Record | bytes]
) -> None:
    bad = await verification.ask(cast, awarded)
    await verification.find(cast, bad)
    await rewrite(sandbox, f"request/{bad.replace('~', '/')}", change, by="gammaMSP")
    good = await verification.ask(cast, awarded)
    await verification.find(cast, good)
    inbox = await cast.student.get("looks", "/v1/requests")
    assert bad not in {item["id"] for item in inbox["requests"]}
    await verification.consent(cast, good)


async def test_home_cannot_fill_the_disk_of_who_verifies(
    cast: Cast, awarded: str, sandbox: SandboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home seals what it likes as the body's size: the reader holds it to its own limit."""
    request = await verification.ask(cast, awarded)
    await verification.consent(cast, request)
    review = sandbox.gateways["gamma"].app.state.services[EvidenceReview]
    monkeypatch.setattr(review, "_limit_bytes", 1000)
    path = f"/v1/verifications/{request}/work/1/content"
    await cast.reviewer.refused("opens", "GET", path, code="work-too-large")
    assert not list((sandbox.state / "gamma" / "work").glob("??/*")), "nothing was fetched"
    monkeypatch.undo()
    await cast.reviewer.get("opens", path)


async def _keys(sandbox: SandboxWorld, prefix: str) -> list[str]:
    world = sandbox.consortium.peers["alphaMSP"].ledger.world
    return [key for key, _ in world.items() if key.startswith(prefix)]


async def _value(sandbox: SandboxWorld, key: str) -> bytes:
    found = sandbox.consortium.peers["alphaMSP"].ledger.world.get(key)
    assert found is not None
    return found.value
