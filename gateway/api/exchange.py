"""The door for other members' gateways: every request is signed, and verified before it is read."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import Field

from chaincode.domain import canonical
from chaincode.domain.commands.base import Arguments
from chaincode.domain.keys import Kind
from chaincode.domain.values import Digest, RandomId
from gateway.api.dependencies import service
from gateway.api.documents.identifiers import RecordId, key_of
from gateway.api.exchange_errors import refusals
from gateway.evidence.store import WorkStore
from gateway.exchange.message import RequestView
from gateway.exchange.verifying import RequestVerifier, VerifiedRequest
from gateway.services.consents import Consents
from gateway.services.evidence_errors import translated
from gateway.services.incoming_bodies import IncomingBodies
from gateway.services.receiving import Receiving
from gateway.services.sealed_work import primed
from gateway.services.transfers.giving import GivesValues

router = APIRouter(prefix="/v1/exchange", tags=["exchange"], include_in_schema=False)
ReceivingDep = Annotated[Receiving, Depends(service(Receiving))]
BodiesDep = Annotated[IncomingBodies, Depends(service(IncomingBodies))]
ConsentsDep = Annotated[Consents, Depends(service(Consents))]
SEALED_BODY: Final = "application/octet-stream"
_MESSAGE_BYTES: Final = 1 << 20
_AT_ONCE: Final = 8
"""Messages of one member that are looked at together: what they name may be looked for at the peer
for seconds. A gateway sends one after the other."""


class ExchangeDoor:
    """This gateway's own origin, and who verifies requests that are made to it."""

    def __init__(self, origin: str, verifier: RequestVerifier, store: WorkStore) -> None:
        """Take the store that bodies are given from."""
        self._origin = origin
        self._verifier = verifier
        self._turns: dict[str, asyncio.Semaphore] = {}
        self.store = store

    async def verify(self, request: Request) -> VerifiedRequest:
        """Verify a request, before a byte of its body is read.

        Raises:
            ServiceError: with the code of the exchange's refusal.
        """
        view = RequestView.from_asgi(request.scope, origin=self._origin)
        with refusals():
            return await self._verifier.verify(view)

    def turn(self, msp_id: str) -> asyncio.Semaphore:
        """What a member waits for with its messages: no other member waits with it."""
        return self._turns.setdefault(msp_id, asyncio.Semaphore(_AT_ONCE))


class Message(Arguments):
    """One message of another gateway's outbox."""

    id: RandomId
    kind: Annotated[str, Field(min_length=1, max_length=64)]
    document: dict[str, Any]
    """Held to its form by whoever takes this kind."""


DoorDep = Annotated[ExchangeDoor, Depends(service(ExchangeDoor))]


async def verified(request: Request, door: DoorDep) -> VerifiedRequest:
    """The verified sender."""
    return await door.verify(request)


SenderDep = Annotated[VerifiedRequest, Depends(verified)]


@router.put("/bodies/{digest}", status_code=204)
async def take_body(
    digest: Annotated[Digest, Path()], request: Request, sender: SenderDep, bodies: BodiesDep
) -> Response:
    """Keep a sealed body under its digest."""
    with refusals():
        async with aclosing(sender.body(request.stream(), limit=bodies.limit_bytes)) as chunks:
            await bodies.take(sender.msp_id, digest, chunks)
    return Response(status_code=204)


@router.get("/bodies/{digest}", response_class=StreamingResponse)
async def give_body(
    digest: Annotated[Digest, Path()],
    request: Annotated[RecordId, Query()],
    sender: SenderDep,
    consents: ConsentsDep,
    door: DoorDep,
) -> StreamingResponse:
    """A sealed body, for the member whose request its holder consented to."""
    await consents.require_may_fetch(sender.msp_id, key_of(Kind.REQUEST, request), digest)
    content = await primed(_sealed(door.store, digest))
    return StreamingResponse(content, media_type=SEALED_BODY)


@router.get("/evidence/{request}")
async def give_evidence(
    request: Annotated[RecordId, Path()], sender: SenderDep, consents: ConsentsDep
) -> JSONResponse:
    """The evidence that a holder sealed to the member that asks."""
    bundle = await consents.give_bundle(sender.msp_id, key_of(Kind.REQUEST, request))
    return JSONResponse(bundle.document)


@router.get("/credits/{credit}")
async def give_values(
    credit: Annotated[RecordId, Path()],
    sender: SenderDep,
    giving: Annotated[GivesValues, Depends(service(GivesValues))],
) -> JSONResponse:
    """What this university knows of a credit, for the home that the credit has now."""
    return JSONResponse(await giving.give(sender.msp_id, key_of(Kind.ENROLMENT, credit)))


@router.post("/messages", status_code=204)
async def take_message(
    request: Request, sender: SenderDep, receiving: ReceivingDep, door: DoorDep
) -> Response:
    """Take one message; the same one again changes nothing."""
    async with door.turn(sender.msp_id):
        with refusals():
            async with aclosing(sender.body(request.stream(), limit=_MESSAGE_BYTES)) as chunks:
                body = b"".join([chunk async for chunk in chunks])
        message = Message.check(canonical.decode(body, limit=_MESSAGE_BYTES))
        await receiving.take_message(sender.msp_id, message.id, message.kind, message.document)
    return Response(status_code=204)


async def _sealed(store: WorkStore, digest: str) -> AsyncGenerator[bytes, None]:
    with translated():
        async with aclosing(store.get(digest)) as chunks:
            async for chunk in chunks:
                yield chunk
