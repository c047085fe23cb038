import asyncio
import random
from typing import Any

import pytest
from fabric_protos.peer import chaincode_shim_pb2, proposal_response_pb2

from chaincode.shim import Response, Stub, TransactionEndedError, success
from tests.support.shim.peer import NO_OFFER, OFFER, FakePeer
from tests.support.shim.stage import Play, Stage

Message = chaincode_shim_pb2.ChaincodeMessage
OFFERS = pytest.mark.parametrize("offer", [OFFER, NO_OFFER], ids=["batches", "no batches"])


class Barrier:
    """Holds the peer's answers until `count` requests wait, then lets them go, shuffled."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._waiting: list[asyncio.Event] = []
        self._shuffle = random.Random(5).shuffle  # noqa: S311 - an order, not a secret

    async def __call__(self, _request: object) -> None:
        event = asyncio.Event()
        self._waiting.append(event)
        if len(self._waiting) == self._count:
            waiting, self._waiting = self._waiting, []
            self._shuffle(waiting)
            for each in waiting:
                each.set()
        await event.wait()


async def echo(stub: Stub) -> Response:
    """Read the value of its own argument, twice, and answer what was read."""
    key = stub.arguments[0].decode()
    first = await stub.get_state(key)
    await stub.put_state(f"{key}-seen", b"1")
    second = await stub.get_state(f"{key}-other")
    return success(stub.transaction_id.encode() + first + second)


@OFFERS
async def test_256_transactions_at_once_are_never_mixed_up(stage: Stage, offer: Any) -> None:
    server = await stage.serve(echo)
    peers = [await stage.connect(server, offer) for _ in range(2)]
    for peer in peers:
        peer.gate = Barrier(128)
        for n in range(128):
            peer.state.values["", f"k{n}"] = f"|{n}".encode()
            peer.state.values["", f"k{n}-other"] = f"|{n}!".encode()

    async def invoke(peer: FakePeer, n: int) -> None:
        transaction, ending = await peer.invoke(f"k{n}".encode(), txid=f"tx{n}")
        response = proposal_response_pb2.Response.FromString(ending.payload)
        assert response.payload == f"tx{n}|{n}|{n}!".encode()
        assert list(transaction.writes) == [("", f"k{n}-seen", "value")]

    # Both peers use the same transaction ids, as they do when both endorse one proposal.
    await asyncio.gather(*(invoke(peer, n) for peer in peers for n in range(128)))
    assert [peer.dropped for peer in peers] == [[], []]
    assert server.ready_peers == 2


async def test_one_transaction_id_on_two_channels_is_two_transactions(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        return success(await stub.get_state(stub.channel_id))

    peer = await play(handler)
    peer.gate = Barrier(2)
    peer.state.values.update({("", "one"): b"1", ("", "two"): b"2"})
    responses = await asyncio.gather(
        peer.call(txid="tx", channel="one"), peer.call(txid="tx", channel="two")
    )
    assert [response.payload for response in responses] == [b"1", b"2"]


@OFFERS
async def test_a_function_may_gather(play: Play, offer: Any) -> None:
    async def handler(stub: Stub) -> Response:
        async def step(n: int) -> Any:
            await stub.put_state(f"out{n}", b"1")
            return await stub.get_state(f"in{n}")

        values = await asyncio.gather(*(step(n) for n in range(20)))
        return success(b"".join(values))

    peer = await play(handler, offer)
    expected = [bytes([n]) for n in range(65, 85)]
    peer.state.values.update({("", f"in{n}"): expected[n] for n in range(20)})
    transaction, ending = await peer.invoke()
    response = proposal_response_pb2.Response.FromString(ending.payload)
    assert response.payload == b"".join(expected)
    assert len(transaction.writes) == 20
    assert peer.dropped == []


async def test_giving_up_waiting_does_not_ask_before_the_peer_has_answered(play: Play) -> None:
    asked, proceed = asyncio.Event(), asyncio.Event()

    async def gate(request: Any) -> None:
        if b"slow" in request.payload:
            asked.set()
            await proceed.wait()

    async def handler(stub: Stub) -> Response:
        slow = asyncio.create_task(stub.get_state("slow"))
        await asked.wait()
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        quick = asyncio.create_task(stub.get_state("quick"))
        await asyncio.wait((quick,), timeout=0)
        proceed.set()
        return success(await quick)

    peer = await play(handler)
    peer.gate = gate
    peer.state.values.update({("", "slow"): b"late answer", ("", "quick"): b"right"})
    assert (await peer.call()).payload == b"right"
    assert peer.dropped == []


async def test_a_request_still_out_when_the_function_returns_is_awaited(play: Play) -> None:
    asked, proceed = asyncio.Event(), asyncio.Event()
    kept = []

    async def gate(_request: object) -> None:
        asked.set()
        await proceed.wait()

    async def handler(stub: Stub) -> Response:
        kept.append(asyncio.create_task(stub.get_state("slow")))
        kept.append(asyncio.create_task(stub.get_state("never asked")))
        await asked.wait()
        return success(b"returned")

    peer = await play(handler)
    peer.gate = gate
    peer.state.values["", "slow"] = b"late"
    transaction, ending = peer.begin()
    await asked.wait()
    done, _ = await asyncio.wait((ending,), timeout=0.05)
    assert not done
    proceed.set()
    assert (await ending).type == Message.COMPLETED
    assert await kept[0] == b"late"
    with pytest.raises(TransactionEndedError):
        await kept[1]
    assert transaction.messages == ["GET_STATE"]


@OFFERS
async def test_a_stub_kept_beyond_its_function_is_dead(play: Play, offer: Any) -> None:
    kept = []

    async def handler(stub: Stub) -> Response:
        kept.append(stub)
        return success()

    peer = await play(handler, offer)
    await peer.call()
    with pytest.raises(TransactionEndedError):
        await kept[0].get_state("a")
    with pytest.raises(TransactionEndedError):
        await kept[0].put_state("a", b"1")
    with pytest.raises(TransactionEndedError):
        await anext(kept[0].get_state_by_range("", ""))


async def test_one_iterator_read_by_two_tasks_says_so(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        iterator = stub.get_state_by_range("", "")
        _, second = await asyncio.gather(anext(iterator), anext(iterator), return_exceptions=True)
        assert isinstance(second, RuntimeError)
        return success(b"told")

    peer = await play(handler)
    peer.state.values["", "a"] = b"1"
    assert (await peer.call()).payload == b"told"
