import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fabric_protos.peer import chaincode_shim_pb2

from chaincode.shim import ProtocolError, Response, StreamLostError, Stub, success
from chaincode.shim.limits import MAX_MESSAGE_BYTES
from chaincode.shim.session import Session
from tests.support.shim.proposals import message, signed_proposal
from tests.support.shim.stage import Certificates

Message = chaincode_shim_pb2.ChaincodeMessage


async def test_a_peer_that_takes_no_more_ends_the_session(certificates: Certificates) -> None:
    caught = []
    sent = []

    async def handler(stub: Stub) -> Response:
        with pytest.raises(StreamLostError) as raised:
            await stub.get_state("a")
        caught.append(raised.value)
        return success()

    async def incoming() -> AsyncIterator[bytes]:
        proposal = signed_proposal(certificates.identity)
        yield message(Message.REGISTERED).SerializeToString()
        yield message(Message.READY).SerializeToString()
        yield message(Message.TRANSACTION, txid="tx", proposal=proposal).SerializeToString()
        await asyncio.Event().wait()

    async def send(content: bytes) -> None:
        if sent:
            raise ConnectionResetError
        sent.append(Message.FromString(content).type)

    await Session("credit:0123", handler, MAX_MESSAGE_BYTES).run(incoming(), send)
    assert sent == [Message.REGISTER]
    assert len(caught) == 1


async def test_a_peer_that_hangs_up_ends_the_session() -> None:
    async def handler(_stub: Stub) -> Response:
        return success()

    async def incoming() -> AsyncIterator[bytes]:
        yield message(Message.REGISTERED).SerializeToString()

    async def send(_content: bytes) -> None:
        pass

    session = Session("credit:0123", handler, MAX_MESSAGE_BYTES)
    await session.run(incoming(), send)
    assert not session.is_ready


async def test_a_session_that_is_cancelled_while_it_ends_stops_its_functions(
    certificates: Certificates,
) -> None:
    """gRPC reports the stream's end and its cancellation one after the other, in either order."""
    started, stopped, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handler(_stub: Stub) -> Response:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return success()

    async def incoming() -> AsyncIterator[bytes]:
        proposal = signed_proposal(certificates.identity)
        yield message(Message.REGISTERED).SerializeToString()
        yield message(Message.READY).SerializeToString()
        yield message(Message.TRANSACTION, txid="tx", proposal=proposal).SerializeToString()
        await started.wait()
        ended.set()

    async def send(_content: bytes) -> None:
        pass

    running = asyncio.create_task(
        Session("credit:0123", handler, MAX_MESSAGE_BYTES).run(incoming(), send)
    )
    await ended.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not stopped.is_set()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert stopped.is_set()


NESTED = b"\x9b\x06" * 150 + b"\x9c\x06" * 150
"""Groups of an unknown field, one in the other: Fabric's peers pass over them."""


def length_delimited(number: int, content: bytes) -> bytes:
    return bytes((number << 3 | 2, len(content) & 0x7F | 0x80, len(content) >> 7)) + content


async def test_a_proposal_that_cannot_be_decoded_ends_its_own_transaction_alone(
    certificates: Certificates,
) -> None:
    """Tried on Fabric 3.1.1: the peer takes such a proposal from any client, and hands it on."""
    sent: list[Any] = []
    answered = asyncio.Event()
    proposal = signed_proposal(certificates.identity)

    async def handler(_stub: Stub) -> Response:
        return success(b"done")

    async def incoming() -> AsyncIterator[bytes]:
        yield message(Message.REGISTERED).SerializeToString()
        yield message(Message.READY).SerializeToString()
        hostile = message(Message.TRANSACTION, b"", txid="tx1", channel_id="credits")
        yield hostile.SerializeToString() + length_delimited(
            Message.PROPOSAL_FIELD_NUMBER, proposal.SerializeToString() + NESTED
        )
        yield message(
            Message.TRANSACTION, txid="tx2", channel_id="credits", proposal=proposal
        ).SerializeToString()
        await answered.wait()

    async def send(content: bytes) -> None:
        sent.append(Message.FromString(content))
        if len(sent) == len(("registration", "tx1", "tx2")):
            answered.set()

    await Session("credit:0123", handler, MAX_MESSAGE_BYTES).run(incoming(), send)
    assert sorted((one.txid, one.type) for one in sent[1:]) == [
        ("tx1", Message.ERROR),
        ("tx2", Message.COMPLETED),
    ]


@pytest.mark.parametrize("content", [b"\xff", NESTED, length_delimited(1, b"no number")])
async def test_a_peer_that_sends_no_message_ends_the_session(content: bytes) -> None:
    async def handler(_stub: Stub) -> Response:
        return success()

    async def incoming() -> AsyncIterator[bytes]:
        yield content

    async def send(_content: bytes) -> None:
        pass

    with pytest.raises(ProtocolError):
        await Session("credit:0123", handler, MAX_MESSAGE_BYTES).run(incoming(), send)
