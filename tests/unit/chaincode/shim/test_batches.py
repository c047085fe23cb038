import asyncio
import random
from typing import Any

import pytest
from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2

from chaincode.shim import (
    PeerError,
    ProtocolError,
    QueryIterator,
    Response,
    Stub,
    WritesLostError,
    error,
    success,
)
from chaincode.shim.batch import WriteBatch
from chaincode.shim.offer import Offer
from tests.support.shim.peer import NO_OFFER, OFFER
from tests.support.shim.stage import Play, Stage

Message = chaincode_shim_pb2.ChaincodeMessage
Record = chaincode_shim_pb2.WriteRecord


def sizes(batches: Any) -> Any:
    decoded = [chaincode_shim_pb2.WriteBatchState.FromString(batch) for batch in batches]
    return [len(batch.rec) for batch in decoded]


def put(key: str, value: bytes = b"1") -> Any:
    return Record(key=key, value=value, type=Record.PUT_STATE)


async def test_writes_go_in_one_message_when_the_function_has_succeeded(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        for n in range(500):
            await stub.put_state(f"k{n}", b"1")
            await stub.put_private_data("c", f"k{n}", b"2")
        await stub.get_state("k0")
        return success()

    peer = await play(handler)
    transaction, _ = await peer.invoke()
    assert transaction.messages == ["GET_STATE", "WRITE_BATCH_STATE"]
    assert len(transaction.writes) == 1000


async def test_a_batch_is_no_longer_than_the_peer_takes(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        for n in range(25):
            await stub.put_state(f"k{n}", b"1")
        return success()

    offer = chaincode_pb2.ChaincodeAdditionalParams(use_write_batch=True, max_size_write_batch=10)
    peer = await play(handler, offer)
    transaction, _ = await peer.invoke()
    assert transaction.messages == ["WRITE_BATCH_STATE"] * 3
    assert len(transaction.writes) == 25


async def test_without_an_offer_each_write_goes_by_itself(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_state("a", b"1")
        await stub.delete_state("b")
        return success()

    peer = await play(handler, NO_OFFER)
    transaction, _ = await peer.invoke()
    assert transaction.messages == ["PUT_STATE", "DEL_STATE"]


async def test_a_refusal_sends_no_write(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_private_data("c", "a", b"secret")
        return error("not-allowed")

    peer = await play(handler)
    transaction, ending = await peer.invoke()
    assert ending.type == Message.COMPLETED
    assert transaction.messages == []


async def test_flushing_shows_at_once_what_the_peer_refuses(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_state("fine", b"1")
        await stub.put_state("guarded", b"1")
        with pytest.raises(PeerError, match="no access to guarded"):
            await stub.flush_writes()
        return success()

    peer = await play(handler)
    peer.state.refused_keys.add("guarded")
    _, ending = await peer.invoke()
    # The function swallowed the refusal; half of its writes must not become a success.
    assert ending.type == Message.ERROR
    assert b"WritesLostError" in ending.payload


async def test_a_batch_refused_in_the_end_fails_the_transaction(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_state("guarded", b"1")
        return success()

    peer = await play(handler)
    peer.state.refused_keys.add("guarded")
    _, ending = await peer.invoke()
    assert ending.type == Message.ERROR
    assert b"no access to guarded" in ending.payload


async def test_a_flush_given_up_on_its_way_fails_the_transaction(play: Play) -> None:
    asked, proceed = asyncio.Event(), asyncio.Event()

    async def gate(_request: object) -> None:
        asked.set()
        await proceed.wait()

    async def handler(stub: Stub) -> Response:
        await stub.put_state("a", b"1")
        flush = asyncio.create_task(stub.flush_writes())
        await asked.wait()
        flush.cancel()
        proceed.set()
        await asyncio.gather(flush, return_exceptions=True)
        with pytest.raises(WritesLostError):
            await stub.flush_writes()
        return success()

    peer = await play(handler)
    peer.gate = gate
    _, ending = await peer.invoke()
    assert ending.type == Message.ERROR


def test_the_last_write_of_a_key_stands_and_its_policy_is_apart() -> None:
    batch = WriteBatch()
    policy = chaincode_shim_pb2.StateMetadata(metakey="VALIDATION_PARAMETER", value=b"p")
    batch.add(put("a", b"old"))
    batch.add(Record(key="a", metadata=policy, type=Record.PUT_STATE_METADATA))
    batch.add(put("b"))
    batch.add(Record(key="a", collection="c", value=b"3", type=Record.PUT_STATE))
    batch.add(put("a", b"new"))
    [encoded] = batch.take(100, 2**20)
    records = chaincode_shim_pb2.WriteBatchState.FromString(encoded).rec
    assert [(record.collection, record.key, record.value) for record in records] == [
        ("", "a", b""),
        ("", "b", b"1"),
        ("c", "a", b"3"),
        ("", "a", b"new"),
    ]
    assert list(batch.take(100, 2**20)) == []


def test_a_batch_is_cut_by_bytes_too() -> None:
    batch = WriteBatch()
    for n in range(4):
        batch.add(put(f"k{n}", bytes(400)))
    batch.add(put("huge", bytes(5000)))
    batch.add(put("last"))
    assert sizes(batch.take(100, 1000)) == [2, 2, 1, 1]


def test_what_a_peer_offers() -> None:
    params = chaincode_pb2.ChaincodeAdditionalParams
    assert Offer.from_bytes(b"") == Offer(0, 0)
    assert Offer.from_bytes(OFFER.SerializeToString()) == Offer(1000, 1000)
    unsized = params(use_write_batch=True, use_get_multiple_keys=True)
    assert Offer.from_bytes(unsized.SerializeToString()) == Offer(100, 100)
    declined = params(max_size_write_batch=5, max_size_get_multiple_keys=5)
    assert Offer.from_bytes(declined.SerializeToString()) == Offer(0, 0)
    with pytest.raises(ProtocolError):
        Offer.from_bytes(b"\xff")


def program(seed: int) -> Any:
    """Make a chaincode that does ten random things, and answers all that it saw."""
    choose = random.Random(seed)  # noqa: S311 - a reproducible program, not a secret

    def key() -> Any:
        return f"k{choose.randrange(4)}"

    def step(stub: Stub) -> Any:
        return choose.choice(
            [
                lambda: stub.put_state(key(), b"%d" % choose.randrange(100)),
                lambda: stub.delete_state(key()),
                lambda: stub.set_state_validation_parameter(key(), b"%d" % choose.randrange(9)),
                lambda: stub.put_private_data("c", key(), b"%d" % choose.randrange(100)),
                lambda: stub.purge_private_data("c", key()),
                lambda: stub.delete_private_data("c", key()),
                lambda: stub.get_state(key()),
                lambda: stub.get_multiple_states([key(), key()]),
                lambda: stub.get_private_data_hash("c", key()),
                lambda: read(stub.get_state_by_range("", key())),
                lambda: stub.get_state_by_range_with_pagination("", "", 2),
                lambda: read(stub.get_private_data_by_range("c", "", "")),
            ]
        )()

    async def read(iterator: QueryIterator[Any]) -> Any:
        return [entry async for entry in iterator]

    async def handler(stub: Stub) -> Response:
        seen = [await step(stub) for _ in range(choose.randrange(1, 11))]
        return success(repr(seen).encode())

    return handler


async def test_batches_change_nothing_but_the_speed(stage: Stage) -> None:
    endings = []
    for offer in (OFFER, NO_OFFER):
        handlers = {b"%d" % seed: program(seed) for seed in range(200)}

        async def handler(stub: Stub, handlers: Any = handlers) -> Response:
            return await handlers[stub.arguments[0]](stub)

        peer = await stage.play(handler, offer)
        peer.state.values.update({("", "k1"): b"one", ("c", "k2"): b"two"})
        results = []
        for seed in range(200):
            transaction, ending = await peer.invoke(b"%d" % seed)
            # A failed transaction has no effect: its writes do not matter.
            done = ending.type == Message.COMPLETED
            results.append((ending.type, done and (ending.payload, transaction.writes)))
        endings.append(results)
    assert endings[0] == endings[1]
    kinds = {kind for kind, _ in endings[0]}
    assert kinds == {Message.COMPLETED, Message.ERROR}
