from datetime import UTC, datetime
from typing import Any

import pytest
from fabric_protos.ledger.queryresult import kv_query_result_pb2
from fabric_protos.peer import chaincode_shim_pb2

from chaincode.shim import (
    InvalidKeyError,
    PeerError,
    ProtocolError,
    QueryIterator,
    Response,
    Stub,
    create_composite_key,
    success,
)
from tests.support.shim.peer import NO_OFFER, OFFER
from tests.support.shim.stage import Play

Message = chaincode_shim_pb2.ChaincodeMessage
OFFERS = pytest.mark.parametrize("offer", [OFFER, NO_OFFER], ids=["batches", "no batches"])
VALUES = {("", f"key{n}"): str(n).encode() for n in range(7)}


async def run(play: Play, use: Any, values: Any = VALUES, offer: Any = OFFER) -> Any:
    """Run `use` as a chaincode on this state; return what it gave and the peer's transaction."""
    given = []

    async def handler(stub: Stub) -> Response:
        given.append(await use(stub))
        return success()

    peer = await play(handler, offer)
    peer.state.values.update(values)
    transaction, ending = await peer.invoke()
    assert ending.type == Message.COMPLETED, ending.payload
    return given[0], transaction


async def names(iterator: QueryIterator[Any]) -> Any:
    return [entry.key async for entry in iterator]


async def test_a_range_is_read_to_its_end_and_needs_no_closing(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        return [(entry.key, entry.value) async for entry in stub.get_state_by_range("key1", "key6")]

    given, transaction = await run(play, use)
    assert given == [(f"key{n}", str(n).encode()) for n in range(1, 6)]
    assert transaction.messages == ["GET_STATE_BY_RANGE", "QUERY_STATE_NEXT", "QUERY_STATE_NEXT"]


async def test_an_open_range_leaves_composite_keys_out(play: Play) -> None:
    composite = create_composite_key("course", ["beta"])
    given, _ = await run(
        play,
        lambda stub: names(stub.get_state_by_range("", "")),
        {("", "a"): b"1", ("", composite): b"2", ("c", "b"): b"3"},
    )
    assert given == ["a"]


async def test_a_partial_composite_key_finds_what_begins_alike(play: Play) -> None:
    def key(*parts: str) -> Any:
        return create_composite_key("course", parts)

    values = {("", key("beta", "1")): b"1", ("", key("beta2", "1")): b"2", ("", "x"): b"3"}
    given, _ = await run(
        play,
        lambda stub: names(stub.get_state_by_partial_composite_key("course", ["beta"])),
        values,
    )
    assert given == [key("beta", "1")]


async def test_leaving_early_closes_the_query_at_the_block_s_end(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        async with stub.get_state_by_range("", "") as iterator:
            async for _ in iterator:
                break
        await stub.get_state("after")

    _, transaction = await run(play, use)
    assert transaction.messages == ["GET_STATE_BY_RANGE", "QUERY_STATE_CLOSE", "GET_STATE"]
    assert not transaction.queries


async def test_what_a_function_leaves_open_is_closed_when_it_returns(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        async for _ in stub.get_state_by_range("", ""):
            break
        iterator = stub.get_state_by_range("key3", "")
        await anext(iterator)

    _, transaction = await run(play, use)
    assert len(transaction.closed) == 2
    assert not transaction.queries


async def test_an_iterator_never_begun_asks_nothing(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        iterator = stub.get_state_by_range("", "")
        await iterator.aclose()
        return await names(iterator)

    given, transaction = await run(play, use)
    assert given == []
    assert transaction.messages == []


async def test_queries_may_be_read_side_by_side(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        left, right = stub.get_state_by_range("", ""), stub.get_state_by_range("key2", "")
        pairs = [(await anext(left), await anext(right)) for _ in range(5)]
        return [(a.key, b.key) for a, b in pairs]

    given, _ = await run(play, use)
    assert given == [(f"key{n}", f"key{n + 2}") for n in range(5)]


async def test_pages(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        pages, bookmark = [], ""
        while not pages or bookmark:
            page = await stub.get_state_by_range_with_pagination("key1", "", 4, bookmark)
            pages.append(page)
            bookmark = page.bookmark
        return pages

    given, _ = await run(play, use)
    assert [[entry.key for entry in page.entries] for page in given] == [
        ["key1", "key2", "key3", "key4"],
        ["key5", "key6"],
    ]
    assert [page.fetched for page in given] == [4, 2]


async def test_pages_of_composite_keys(play: Play) -> None:
    keys = [create_composite_key("course", ["beta", str(n)]) for n in range(3)]

    async def use(stub: Stub) -> Any:
        some = await stub.get_state_by_partial_composite_key_with_pagination("course", ["beta"], 2)
        every = await stub.get_all_composite_keys_with_pagination(9)
        return some, every

    (some, every), _ = await run(play, use, {**VALUES, **{("", key): b"1" for key in keys}})
    assert [entry.key for entry in some.entries] == keys[:2]
    assert some.bookmark == keys[2]
    assert [entry.key for entry in every.entries] == keys


async def test_rich_queries(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        page = await stub.get_query_result_with_pagination("5", 3)
        found = await names(stub.get_query_result("5"))
        private = await names(stub.get_private_data_query_result("c", "5"))
        return [entry.key for entry in page.entries], found, private

    given, _ = await run(play, use, {**VALUES, ("c", "p"): b"5"})
    assert given == (["key5"], ["key5"], ["p"])


async def test_ranges_of_private_data(play: Play) -> None:
    composite = create_composite_key("grade", ["x"])

    async def use(stub: Stub) -> Any:
        simple = await names(stub.get_private_data_by_range("c", "", ""))
        partial = await names(stub.get_private_data_by_partial_composite_key("c", "grade", []))
        return simple, partial

    given, _ = await run(play, use, {**VALUES, ("c", "a"): b"1", ("c", composite): b"2"})
    assert given == (["a"], [composite])


async def test_history(play: Play) -> None:
    moment = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    entries = []
    for number, deleted in [(2, True), (1, False), (0, False)]:
        entry = kv_query_result_pb2.KeyModification(
            tx_id=f"tx{number}", value=b"" if deleted else b"v", is_delete=deleted
        )
        entry.timestamp.FromDatetime(moment)
        entries.append(entry)
    given = []

    async def handler(stub: Stub) -> Response:
        given.extend([entry async for entry in stub.get_history_for_key("k")])
        return success()

    peer = await play(handler)
    peer.state.histories["k"] = entries
    await peer.call()
    assert [(entry.transaction_id, entry.value, entry.is_delete) for entry in given] == [
        ("tx2", b"", True),
        ("tx1", b"v", False),
        ("tx0", b"v", False),
    ]
    assert given[0].timestamp == moment


async def test_a_time_that_is_no_date_hides_no_history(play: Play) -> None:
    """A member that endorses by hand gets such a transaction committed (Fabric 3.1.1)."""
    odd = kv_query_result_pb2.KeyModification(tx_id="tx1", value=b"v")
    odd.timestamp.seconds = 10**15
    given = []

    async def handler(stub: Stub) -> Response:
        given.extend([entry async for entry in stub.get_history_for_key("k")])
        return success()

    peer = await play(handler)
    peer.state.histories["k"] = [odd]
    await peer.call()
    assert [(entry.transaction_id, entry.timestamp) for entry in given] == [("tx1", None)]


@OFFERS
@pytest.mark.parametrize(
    "use",
    [
        lambda stub: names(stub.get_private_data_by_range("c", "", "")),
        lambda stub: names(stub.get_private_data_query_result("c", "1")),
        lambda stub: stub.get_state_by_range_with_pagination("", "", 2),
        lambda stub: stub.get_query_result_with_pagination("1", 2),
    ],
)
async def test_a_read_only_query_after_a_write_is_refused_batches_or_not(
    play: Play, offer: Any, use: Any
) -> None:
    async def check(stub: Stub) -> None:
        await stub.put_state("a", b"1")
        with pytest.raises(PeerError, match="read-only"):
            await use(stub)

    await run(play, check, offer=offer)


@OFFERS
async def test_a_public_range_leaves_writes_waiting(play: Play, offer: Any) -> None:
    async def use(stub: Stub) -> Any:
        await stub.put_state("a", b"1")
        return len(await names(stub.get_state_by_range("", "")))

    given, transaction = await run(play, use, offer=offer)
    assert given == 7
    last = "WRITE_BATCH_STATE" if offer is OFFER else "QUERY_STATE_NEXT"
    assert transaction.messages[-1] == last


@pytest.mark.parametrize(
    "use",
    [
        lambda stub: stub.get_state_by_range("\x00", ""),
        lambda stub: stub.get_private_data_by_range("c", "", "\x00"),
        lambda stub: stub.get_history_for_key(""),
        lambda stub: stub.get_state_by_partial_composite_key("a\x00", []),
    ],
)
async def test_a_bad_range_is_refused_when_asked_for(play: Play, use: Any) -> None:
    async def check(stub: Stub) -> None:
        with pytest.raises(InvalidKeyError):
            use(stub)

    await run(play, check)


async def test_an_entry_that_is_none_is_the_peers_fault(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        with pytest.raises(ProtocolError):
            await names(stub.get_state_by_range("", ""))
        return success(b"told")

    peer = await play(handler)
    transaction, ending = peer.begin()
    result = chaincode_shim_pb2.QueryResultBytes(resultBytes=b"\xff")
    answer = chaincode_shim_pb2.QueryResponse(results=[result], id="1").SerializeToString()
    transaction._get_state_by_range = lambda _: answer
    assert (await ending).type == Message.COMPLETED
