from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from chaincode.domain.errors import ConsentMissing
from gateway.correspondence.courier import GatewayCourier
from gateway.evidence.folder_store import FolderStore
from gateway.exchange.client import GatewayClient
from gateway.exchange.errors import ExchangeError, PeerRefused, PeerUnreachable
from gateway.exchange.peer import Download, PeerGateway, Upload
from gateway.model.operations import OutboxMessage
from gateway.services.errors import DeliveryFailed
from gateway.services.evidence_errors import BodyAltered
from gateway.services.peer_errors import PeerSaidNo, PeerUnavailable

BETA = PeerGateway("betaMSP", "https://beta", "")
BODY = b"a sealed body"


class Client:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.errors: list[ExchangeError | None] = []
        self.content = BODY

    async def call(self, peer: PeerGateway, method: str, path: str, **_: object) -> Any:
        assert peer is BETA
        self._answer(f"{method} {path}")
        return {"request": "r", "sealed": "s"}

    async def send(self, peer: PeerGateway, method: str, path: str, upload: Upload) -> Any:
        assert peer is BETA
        assert b"".join([chunk async for chunk in upload.chunks]) == BODY
        assert upload.size == len(BODY)
        self._answer(f"{method} {path}")

    @asynccontextmanager
    async def fetch(self, peer: PeerGateway, path: str, *, limit: int) -> AsyncIterator[Download]:
        assert (peer, limit) == (BETA, len(BODY))
        self._answer(f"GET {path}")
        yield Download(self._pieces(), "application/octet-stream")

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        yield self.content

    def _answer(self, call: str) -> None:
        self.asked.append(call)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error


def refusal(code: str, status: int = 409) -> PeerRefused:
    problem: dict[str, Any] = {"type": f"urn:crosscredit:problem:{code}", "detail": "because"}
    return PeerRefused("betaMSP", status, problem)


async def content() -> AsyncGenerator[bytes, None]:
    yield BODY


@pytest.fixture
async def store(tmp_path: Path) -> FolderStore:
    return await FolderStore.open(tmp_path)


@pytest.fixture
async def body(store: FolderStore) -> str:
    return (await store.put(content(), limit=100)).digest


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def courier(client: Client, store: FolderStore) -> GatewayCourier:
    return GatewayCourier(cast("GatewayClient", client), {"betaMSP": BETA}, store)


def message(body: str | None, *, attempts: int = 0, recipient: str = "betaMSP") -> OutboxMessage:
    return OutboxMessage(
        id="1" * 32,
        operation="2" * 32,
        position=0,
        recipient=recipient,
        kind="sealed-work",
        document={},
        body=body,
        active=True,
        attempts=attempts,
        next_attempt_at=datetime.now(UTC),
        delivered_at=None,
        problem=None,
    )


async def test_the_body_goes_before_the_message(
    courier: GatewayCourier, client: Client, body: str
) -> None:
    await courier.deliver(message(body))
    assert client.asked == [f"PUT /v1/exchange/bodies/{body}", "POST /v1/exchange/messages"]


async def test_a_body_is_sent_again_only_when_it_is_missed(
    courier: GatewayCourier, client: Client, body: str
) -> None:
    await courier.deliver(message(body, attempts=1))
    assert client.asked == ["POST /v1/exchange/messages"]
    client.asked.clear()
    client.errors = [refusal("work-not-here")]
    await courier.deliver(message(body, attempts=1))
    assert client.asked == [
        "POST /v1/exchange/messages",
        f"PUT /v1/exchange/bodies/{body}",
        "POST /v1/exchange/messages",
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refusal("not-yet-recorded"), "not-yet-recorded"),
        (PeerUnreachable("no answer"), "peer-unreachable"),
    ],
)
async def test_what_was_not_acknowledged_is_tried_again(
    courier: GatewayCourier, client: Client, error: ExchangeError, code: str
) -> None:
    client.errors = [error]
    with pytest.raises(DeliveryFailed) as failed:
        await courier.deliver(message(None))
    assert failed.value.facts == {"code": code}


async def test_a_lost_body_and_an_unknown_member_are_failures_too(
    courier: GatewayCourier,
) -> None:
    with pytest.raises(DeliveryFailed):
        await courier.deliver(message("0" * 64))
    with pytest.raises(PeerUnavailable):
        await courier.deliver(message(None, recipient="deltaMSP"))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal("consent-missing", 403), ConsentMissing),
        (refusal("not-party", 403), PeerSaidNo),
        (PeerUnreachable("no answer"), PeerUnavailable),
    ],
)
async def test_refusals_of_home_leave_as_errors_of_the_use_case(
    courier: GatewayCourier, client: Client, error: ExchangeError, expected: type[Exception]
) -> None:
    client.errors = [error]
    with pytest.raises(expected):
        await courier.evidence("betaMSP", "request/gammaMSP/" + "0" * 32)
    assert client.asked == [f"GET /v1/exchange/evidence/gammaMSP~{'0' * 32}"]


async def test_a_fetched_body_is_the_one_that_was_asked_for(
    courier: GatewayCourier, client: Client, store: FolderStore, body: str
) -> None:
    await store.delete(body)
    client.content = BODY[::-1]
    request = "request/gammaMSP/" + "0" * 32
    with pytest.raises(BodyAltered):
        await courier.fetch_body("betaMSP", request, body, size=len(BODY))
    client.content = BODY
    await courier.fetch_body("betaMSP", request, body, size=len(BODY))
    assert await store.size(body) == len(BODY)
