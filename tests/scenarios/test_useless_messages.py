"""Other members' gateways send what is of no use: nobody is kept from what they need."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chaincode.domain.enrolment import Work
from chaincode.domain.keys import Kind, sibling
from demo.story import credit, learning, verification
from demo.story.cast import Cast
from demo.story.course import ESSAY
from demo.story.learning import Learned
from demo.world import World
from gateway.bootstrap.core import Core
from gateway.exchange.errors import PeerRefused
from gateway.exchange.peer import Upload
from gateway.model.learning import SealedWork, UnclaimedBody, WorkWrap
from gateway.sandbox import SandboxWorld
from gateway.services import consents
from gateway.services.intent import new_id
from gateway.services.work import WORK_MESSAGE
from tests.support.rest import PROBLEM

USELESS = b"useless" * 100


async def say(core: Core, kind: str, document: dict[str, Any]) -> None:
    message = {"id": new_id(), "kind": kind, "document": document}
    peer = core.peers["alphaMSP"]
    await core.client.call(peer, "POST", "/v1/exchange/messages", document=message)


async def push(core: Core, content: bytes) -> str:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    digest = hashlib.sha256(content).hexdigest()
    upload = Upload(chunks(), digest, len(content), "application/octet-stream")
    await core.client.send(core.peers["alphaMSP"], "PUT", f"/v1/exchange/bodies/{digest}", upload)
    return digest


def wraps(*recipients: str) -> list[dict[str, str]]:
    return [{"recipient": recipient, "sealed": "AAAA"} for recipient in recipients]


async def described(core: Core, enrolment: str) -> dict[str, Any]:
    """The last work of an enrolment as its message describes it."""
    key = f"enrolment/{enrolment.replace('~', '/')}"
    slot = await core.records.load(Work, sibling(key, Kind.WORK))
    entry = slot.entries[-1]
    async with core.database.reading() as session:
        row = await session.get(SealedWork, entry.commitment)
    assert row is not None
    return {
        "enrolment": key,
        "part": entry.part,
        "commitment": entry.commitment,
        "document": {"body": row.body, "size": row.size},
    }


async def test_useless_wraps_keep_nobody_from_the_work(
    world: World, cast: Cast, sandbox: SandboxWorld, graded: str
) -> None:
    alpha, beta = (sandbox.gateways[name].core for name in ("alpha", "beta"))
    intake = (await alpha.keyring.intake_key()).public.key_id
    message = await described(beta, graded)
    own = dict(message["document"])
    async with alpha.database.reading() as session:
        before = await session.find(WorkWrap, commitment=message["commitment"])

    for number in range(2):
        strangers = [hashlib.sha256(b"%d" % (number * 63 + n)).hexdigest() for n in range(63)]
        document = own | {"wraps": wraps(intake, *strangers)}
        with pytest.raises(PeerRefused) as refused:
            await say(beta, WORK_MESSAGE, message | {"document": document})
        assert refused.value.problem["type"] == f"{PROBLEM}invalid-argument"
        assert refused.value.problem["field"] == "/document/wraps"
        student = before[0].recipient
        document = own | {"wraps": wraps(student, *strangers)}
        await say(beta, WORK_MESSAGE, message | {"document": document})

    async with alpha.database.reading() as session:
        after = await session.find(WorkWrap, commitment=message["commitment"])
    assert {(one.recipient, one.sealed) for one in after} == {
        (one.recipient, one.sealed) for one in before
    }
    await credit.play(world, cast, Learned(graded))


async def test_a_body_that_is_none_of_the_work_stays_on_its_senders_account(
    cast: Cast, world: World, sandbox: SandboxWorld, handed_in: str
) -> None:
    """Else a member could fill the disk: what a message has claimed is kept for good."""
    alpha, beta = (sandbox.gateways[name].core for name in ("alpha", "beta"))
    message = await described(beta, handed_in)
    body = await push(beta, USELESS)
    async with alpha.database.reading() as session:
        known = await session.find(WorkWrap, commitment=message["commitment"])
    readers = [one.recipient for one in known]
    document = {"body": body, "size": len(USELESS), "wraps": wraps(*readers)}
    await say(beta, WORK_MESSAGE, message | {"document": document})
    async with alpha.database.reading() as session:
        assert await session.get(UnclaimedBody, body) is not None
    await learning.receive(cast.student, world, handed_in, ESSAY)


async def test_many_requests_hide_none_from_the_holder(
    cast: Cast, awarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "PAGE", 2)
    asked = []
    for _ in range(5):
        asked.append(await verification.ask(cast, awarded))
        await verification.find(cast, asked[-1])
    found: list[str] = []
    page = await cast.student.get("looks", "/v1/requests")
    while page["next"] is not None:
        found += [one["id"] for one in page["requests"]]
        page = await cast.student.get("looks on", f"/v1/requests?after={page['next']}")
    found += [one["id"] for one in page["requests"]]
    assert len(found) == len(set(found))
    assert [one for one in found if one in asked] == asked[::-1]
    stranger = f"/v1/requests?after=gammaMSP~{'0' * 32}"
    await cast.student.refused("looks", "GET", stranger, code="not-found")


async def test_a_long_message_is_judged_by_what_it_says(sandbox: SandboxWorld) -> None:
    """Messages may be longer than what people send; who sends them is known before."""
    beta = sandbox.gateways["beta"].core
    for size, code in ((300_000, "invalid-argument"), (1 << 20, "body-too-large")):
        with pytest.raises(PeerRefused) as refused:
            await say(beta, "enrolment-key", {"sealed": "A" * size})
        assert refused.value.problem["type"] == f"{PROBLEM}{code}"
