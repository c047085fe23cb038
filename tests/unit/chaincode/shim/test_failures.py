import asyncio
import sys
from typing import Any

import pytest
from fabric_protos.peer import chaincode_shim_pb2
from structlog.testing import capture_logs

from chaincode.shim import (
    Handler,
    MessageTooLargeError,
    ProtocolError,
    Response,
    StreamLostError,
    Stub,
    success,
)
from tests.support.shim.peer import NO_OFFER, OFFER
from tests.support.shim.proposals import message
from tests.support.shim.stage import Play, Stage

Message = chaincode_shim_pb2.ChaincodeMessage
SECRET = "grade 1.3"


async def raises(_stub: Stub) -> Response:
    raise ValueError(SECRET)


async def answers_nothing(_stub: Stub) -> Response:
    return None


async def answers_no_text(_stub: Stub) -> Response:
    return Response(200, "\ud800")


async def exits(_stub: Stub) -> Response:
    sys.exit(SECRET)


async def is_cancelled(_stub: Stub) -> Response:
    raise asyncio.CancelledError(SECRET)


class UnusualError(BaseException):
    pass


async def raises_unusually(_stub: Stub) -> Response:
    raise UnusualError(SECRET)


async def recurses(stub: Stub) -> Response:
    return await recurses(stub)


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (raises, "ValueError"),
        (answers_nothing, "AttributeError"),
        (answers_no_text, "UnicodeEncodeError"),
        (exits, "SystemExit"),
        (is_cancelled, "CancelledError"),
        (raises_unusually, "UnusualError"),
        (recurses, "RecursionError"),
    ],
)
async def test_a_crash_is_an_error_that_tells_no_more_than_its_type(
    play: Play, handler: Handler, kind: Any
) -> None:
    with capture_logs() as logs:
        peer = await play(handler)
        _, ending = await peer.invoke(SECRET.encode(), transient={"private": SECRET.encode()})
    assert ending.type == Message.ERROR
    assert ending.payload.decode() == f"the chaincode failed by {kind}"
    [entry] = [log for log in logs if log["event"] == "chaincode-function-failed"]
    assert entry["error"] == kind
    assert entry["transaction"] == ending.txid
    assert entry["where"]
    assert SECRET not in repr(logs)


async def test_after_a_crash_the_next_transaction_is_served(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        if stub.arguments:
            raise ValueError
        return success(b"served")

    peer = await play(handler)
    await peer.invoke(b"crash")
    assert (await peer.call()).payload == b"served"


async def test_a_crash_sends_no_write_that_waits(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_state("a", b"1")
        raise ValueError

    peer = await play(handler)
    transaction, _ = await peer.invoke()
    assert transaction.messages == []


async def test_a_peers_refusal_that_nobody_catches_keeps_its_words(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.get_state("guarded")
        return success()

    peer = await play(handler)
    peer.state.refused_keys.add("guarded")
    _, ending = await peer.invoke()
    assert ending.type == Message.ERROR
    assert b"no access to guarded" in ending.payload


async def test_a_message_without_a_proposal_is_an_error(play: Play) -> None:
    async def handler(_stub: Stub) -> Response:
        return success()

    peer = await play(handler)
    _, ending = await peer.invoke(moment=None)
    assert ending.type == Message.ERROR
    assert ending.payload == b"the chaincode failed by InvalidProposalError"


@pytest.mark.parametrize("status", [200, 399, 400, 499, 500, 503])
async def test_a_status_passes_and_only_success_writes(play: Play, status: int) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_state("a", b"1")
        return Response(status, "words", b"payload")

    peer = await play(handler)
    transaction, ending = await peer.invoke()
    assert ending.type == Message.COMPLETED
    assert bool(transaction.writes) == (status < 400)


async def test_an_answer_that_cannot_be_decoded_is_told(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        with pytest.raises(ProtocolError):
            await stub.get_state_validation_parameter("a")
        return success(b"told")

    peer = await play(handler)
    transaction, ending = peer.begin()
    transaction._get_state_metadata = lambda _: b"\xff"
    assert (await ending).type == Message.COMPLETED


async def test_an_answer_that_nobody_waits_for_harms_nothing(play: Play) -> None:
    async def handler(_stub: Stub) -> Response:
        return success(b"served")

    peer = await play(handler)
    with capture_logs() as logs:
        peer.send(message(Message.RESPONSE, b"x", txid="unknown", channel_id="credits"))
        assert (await peer.call()).payload == b"served"
    assert "answer-without-question" in [log["event"] for log in logs]


async def test_an_answer_to_nothing_asked_is_not_taken_for_the_next(play: Play) -> None:
    started, proceed = asyncio.Event(), asyncio.Event()

    async def handler(stub: Stub) -> Response:
        started.set()
        await proceed.wait()
        return success(await stub.get_state("a") or b"")

    peer = await play(handler)
    peer.state.values["", "a"] = b"right"
    _, ending = peer.begin(txid="tx")
    await started.wait()
    peer.send(message(Message.RESPONSE, b"wrong", txid="tx", channel_id="credits"))
    await peer.keepalive()
    proceed.set()
    assert b"right" in (await ending).payload


@pytest.mark.parametrize("offer", [OFFER, NO_OFFER], ids=["batches", "no batches"])
async def test_too_large_a_write_is_refused_and_the_stream_lives(stage: Stage, offer: Any) -> None:
    async def handler(stub: Stub) -> Response:
        with pytest.raises(MessageTooLargeError) as raised:
            await stub.put_state("a", bytes(70_000))
        assert raised.value.size > raised.value.limit
        await stub.put_state("b", bytes(50_000))
        return success(b"refused")

    server = await stage.serve(handler, max_message_bytes=64_000)
    peer = await stage.connect(server, offer)
    for _ in range(2):
        transaction, ending = await peer.invoke()
        assert ending.type == Message.COMPLETED
        assert list(transaction.writes) == [("", "b", "value")]


async def test_too_large_a_question_is_refused_and_the_stream_lives(stage: Stage) -> None:
    async def handler(stub: Stub) -> Response:
        with pytest.raises(MessageTooLargeError):
            await stub.invoke_chaincode("other", [bytes(70_000)])
        return success(await stub.get_state("a") or b"")

    server = await stage.serve(handler, max_message_bytes=64_000)
    peer = await stage.connect(server)
    peer.state.values["", "a"] = b"lives"
    assert (await peer.call()).payload == b"lives"


@pytest.mark.parametrize(("payload", "event"), [(70_000, 1), (10, 70_000), (40_000, 40_000)])
async def test_too_large_a_response_is_an_error_and_the_stream_lives(
    stage: Stage, payload: int, event: int
) -> None:
    async def handler(stub: Stub) -> Response:
        stub.set_event("e", bytes(event))
        return success(bytes(payload))

    server = await stage.serve(handler, max_message_bytes=64_000)
    peer = await stage.connect(server)
    for _ in range(2):
        _, ending = await peer.invoke()
        assert ending.type == Message.ERROR
        assert b"too large" in ending.payload


async def test_arguments_and_results_of_many_megabytes_pass(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_state("a", stub.arguments[0])
        return success(stub.arguments[0])

    peer = await play(handler)
    big = bytes(20_000_000)
    transaction, ending = await peer.invoke(big)
    assert ending.type == Message.COMPLETED
    assert transaction.writes["", "a", "value"] == ("put", big)


async def test_a_lost_stream_fails_what_waits_for_the_peer(play: Play) -> None:
    asked = asyncio.Event()
    caught = []

    async def gate(_request: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    done = asyncio.Event()

    async def handler(stub: Stub) -> Response:
        try:
            await stub.get_state("a")
        except StreamLostError as error:
            caught.append(error)
            with pytest.raises(StreamLostError):
                await stub.get_state("b")
            with pytest.raises(StreamLostError):
                await stub.put_state("c", b"1")
            done.set()
            raise
        return success()

    peer = await play(handler)
    peer.gate = gate
    peer.begin()
    await asked.wait()
    await peer.disconnect()
    await done.wait()
    assert len(caught) == 1


async def test_a_lost_stream_stops_a_function_that_waits_for_something_else(stage: Stage) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def handler(_stub: Stub) -> Response:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return success()

    server = await stage.serve(handler)
    peer = await stage.connect(server)
    peer.begin()
    await started.wait()
    await peer.disconnect()
    await stopped.wait()


async def test_one_peers_lost_stream_leaves_anothers_alone(stage: Stage) -> None:
    gates = [asyncio.Event(), asyncio.Event()]

    async def handler(stub: Stub) -> Response:
        return success(await stub.get_state("a"))

    server = await stage.serve(handler)
    lost, kept = await stage.connect(server), await stage.connect(server)

    async def hold(_request: object) -> None:
        gates[0].set()
        await gates[1].wait()

    kept.state.values["", "a"] = b"kept"
    kept.gate = lost.gate = hold
    _, ending = kept.begin()
    lost.begin()
    await gates[0].wait()
    await lost.disconnect()
    gates[1].set()
    assert (await ending).type == Message.COMPLETED
