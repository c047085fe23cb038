"""The outbox's way to other gateways, and the use cases' way to ask them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from chaincode.domain.errors import ConsentMissing
from chaincode.domain.json_value import JsonValue
from gateway.evidence.errors import EvidenceError
from gateway.evidence.store import WorkStore
from gateway.exchange.client import GatewayClient
from gateway.exchange.errors import ExchangeError, PeerRefused
from gateway.exchange.peer import PeerGateway, Upload
from gateway.model.operations import OutboxMessage
from gateway.services.errors import DeliveryFailed
from gateway.services.evidence_errors import WorkNotHere, translated
from gateway.services.peer_errors import PeerSaidNo, PeerUnavailable

SEALED_BODY: Final = "application/octet-stream"
_PREFIX: Final = "urn:crosscredit:problem:"


class GatewayCourier:
    """Satisfies the services' `Courier` and `Correspondent`."""

    def __init__(
        self, client: GatewayClient, peers: Mapping[str, PeerGateway], store: WorkStore
    ) -> None:
        """Take where the other members' gateways are, by MSP id."""
        self._client = client
        self._peers = peers
        self._store = store

    async def deliver(self, message: OutboxMessage) -> None:
        """Move the body, then the message: see `Courier.deliver`."""
        try:
            peer = self._peer(message.recipient)
            # A message that was refused before may have been refused for other reasons than the
            # body, which can be large: it is not sent again unless the other side misses it.
            if message.body is not None and message.attempts == 0:
                await self._move(peer, message.body)
            try:
                await self._hand_over(peer, message)
            except PeerRefused as error:
                if message.body is None or _code(error) != WorkNotHere.code:
                    raise
                await self._move(peer, message.body)
                await self._hand_over(peer, message)
        except ExchangeError as error:
            raise DeliveryFailed(str(error), facts={"code": _reason(error)}) from error
        except EvidenceError as error:
            raise DeliveryFailed(f"the body cannot be read: {error}") from error

    async def evidence(self, member: str, request: str) -> Mapping[str, JsonValue]:
        """Ask for a bundle: see `Correspondent.evidence`."""
        with _asked():
            return await self._client.call(
                self._peer(member), "GET", f"/v1/exchange/evidence/{_in_path(request)}"
            )

    async def fetch_body(self, member: str, request: str, body: str, *, size: int) -> None:
        """Bring a body: see `Correspondent.fetch_body`."""
        path = f"/v1/exchange/bodies/{body}?request={_in_path(request)}"
        with _asked(), translated():
            async with self._client.fetch(self._peer(member), path, limit=size) as download:
                await self._store.put(download.chunks, limit=size, expected=body)

    async def held_values(self, member: str, enrolment: str) -> Mapping[str, JsonValue]:
        """Ask for a credit's values: see `Correspondent.held_values`."""
        with _asked():
            return await self._client.call(
                self._peer(member), "GET", f"/v1/exchange/credits/{_in_path(enrolment)}"
            )

    async def _move(self, peer: PeerGateway, body: str) -> None:
        size = await self._store.size(body)
        upload = Upload(self._store.get(body), body, size, SEALED_BODY)
        await self._client.send(peer, "PUT", f"/v1/exchange/bodies/{body}", upload)

    async def _hand_over(self, peer: PeerGateway, message: OutboxMessage) -> None:
        await self._client.call(
            peer,
            "POST",
            "/v1/exchange/messages",
            document={"id": message.id, "kind": message.kind, "document": message.document},
            idempotency_key=message.id,
        )

    def _peer(self, member: str) -> PeerGateway:
        peer = self._peers.get(member)
        if peer is None:
            raise PeerUnavailable(f"this gateway's configuration has no gateway of {member}")
        return peer


@contextmanager
def _asked() -> Iterator[None]:
    """Let another gateway's refusal leave as a use case's error.

    Raises:
        ConsentMissing, PeerSaidNo, PeerUnavailable: by what it said.
    """
    try:
        yield
    except PeerRefused as error:
        code = _code(error)
        detail = str(error.problem.get("detail", error))[:500]
        if code == ConsentMissing.code:
            raise ConsentMissing(detail) from error
        raise PeerSaidNo(detail, facts={"code": code}) from error
    except ExchangeError as error:
        raise PeerUnavailable(str(error), facts={"code": error.code}) from error


def _code(error: PeerRefused) -> str:
    """The problem's code; whatever else the other side wrote is hostile."""
    return str(error.problem.get("type", "")).removeprefix(_PREFIX)[:64]


def _reason(error: ExchangeError) -> str:
    return _code(error) if isinstance(error, PeerRefused) else error.code


def _in_path(key: str) -> str:
    return key.partition("/")[2].replace("/", "~")
