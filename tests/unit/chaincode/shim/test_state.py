import hashlib
from typing import Any

import pytest
from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2, proposal_response_pb2

from chaincode.shim import (
    InvalidArgumentError,
    InvalidCollectionError,
    InvalidKeyError,
    InvalidValueError,
    PeerError,
    ProtocolError,
    Response,
    ShimError,
    Stub,
    success,
)
from tests.support.shim.ledger import RefusedError
from tests.support.shim.peer import NO_OFFER, OFFER
from tests.support.shim.proposals import message
from tests.support.shim.stage import Play

Message = chaincode_shim_pb2.ChaincodeMessage
OFFERS = pytest.mark.parametrize("offer", [OFFER, NO_OFFER], ids=["batches", "no batches"])
COLLECTION = "values-alphaMSP"


async def outcome(
    play: Play, offer: Any, use: Any, values: Any = (), policies: Any = ()
) -> tuple[Any, Any]:
    """Run `use` as a chaincode on this state; return what it gave and the peer's transaction."""
    given = []

    async def handler(stub: Stub) -> Response:
        given.append(await use(stub))
        return success()

    peer = await play(handler, offer)
    peer.state.values.update(values)
    peer.state.policies.update(policies)
    transaction, ending = await peer.invoke()
    assert ending.type == Message.COMPLETED, ending.payload
    return given[0], transaction


@OFFERS
async def test_reads_show_what_is_committed(play: Play, offer: Any) -> None:
    async def use(stub: Stub) -> Any:
        await stub.put_state("a", b"new")
        return await stub.get_state("a"), await stub.get_state("b")

    given, _ = await outcome(play, offer, use, {("", "a"): b"old"})
    assert given == (b"old", None)


@OFFERS
async def test_every_kind_of_write_arrives(play: Play, offer: Any) -> None:
    async def use(stub: Stub) -> Any:
        await stub.put_state("put", b"1")
        await stub.delete_state("deleted")
        await stub.set_state_validation_parameter("put", b"policy")
        await stub.put_private_data(COLLECTION, "put", b"2")
        await stub.delete_private_data(COLLECTION, "deleted")
        await stub.purge_private_data(COLLECTION, "purged")
        await stub.set_private_data_validation_parameter(COLLECTION, "put", b"other")

    _, transaction = await outcome(play, offer, use)
    assert transaction.writes == {
        ("", "put", "value"): ("put", b"1"),
        ("", "deleted", "value"): ("delete", b""),
        ("", "put", "policy"): ("VALIDATION_PARAMETER", b"policy"),
        (COLLECTION, "put", "value"): ("put", b"2"),
        (COLLECTION, "deleted", "value"): ("delete", b""),
        (COLLECTION, "purged", "value"): ("purge", b""),
        (COLLECTION, "put", "policy"): ("VALIDATION_PARAMETER", b"other"),
    }


@OFFERS
async def test_policies_are_read(play: Play, offer: Any) -> None:
    async def use(stub: Stub) -> Any:
        return [
            await stub.get_state_validation_parameter("a"),
            await stub.get_state_validation_parameter("b"),
            await stub.get_private_data_validation_parameter(COLLECTION, "a"),
        ]

    policies = {("", "a"): b"public", (COLLECTION, "a"): b"private"}
    given, _ = await outcome(play, offer, use, policies=policies)
    assert given == [b"public", None, b"private"]


@OFFERS
async def test_private_data_and_their_hashes_are_read(play: Play, offer: Any) -> None:
    async def use(stub: Stub) -> Any:
        return [
            await stub.get_private_data(COLLECTION, "a"),
            await stub.get_private_data(COLLECTION, "b"),
            await stub.get_private_data_hash(COLLECTION, "a"),
            await stub.get_private_data_hash(COLLECTION, "b"),
        ]

    given, _ = await outcome(play, offer, use, {(COLLECTION, "a"): b"1.3", ("", "b"): b"public"})
    assert given == [b"1.3", None, hashlib.sha256(b"1.3").digest(), None]


@OFFERS
async def test_several_keys_are_read_in_their_order(play: Play, offer: Any) -> None:
    async def use(stub: Stub) -> Any:
        return [
            await stub.get_multiple_states(["b", "missing", "a"]),
            await stub.get_multiple_private_data(COLLECTION, ["a", "b"]),
            await stub.get_multiple_states([]),
        ]

    values = {("", "a"): b"1", ("", "b"): b"2", (COLLECTION, "a"): b"3"}
    given, _ = await outcome(play, offer, use, values)
    assert given == [[b"2", None, b"1"], [b"3", None], []]


async def test_many_keys_are_read_by_as_few_messages_as_the_peer_offers(play: Play) -> None:
    offer = chaincode_pb2.ChaincodeAdditionalParams(
        use_get_multiple_keys=True, max_size_get_multiple_keys=4
    )
    names = [f"{n:02}" for n in range(9)]

    async def use(stub: Stub) -> Any:
        return await stub.get_multiple_states(names)

    given, transaction = await outcome(play, offer, use, {("", "07"): b"7"})
    assert given == [b"7" if name == "07" else None for name in names]
    assert transaction.messages == ["GET_STATE_MULTIPLE"] * 3


async def test_a_peer_that_loses_values_is_not_believed(play: Play) -> None:
    async def use(stub: Stub) -> Any:
        with pytest.raises(ProtocolError, match="2 keys by 0 values"):
            await stub.get_multiple_states(["a", "b"])

    peer_answer = chaincode_shim_pb2.GetStateMultipleResult().SerializeToString()

    async def handler(stub: Stub) -> Response:
        await use(stub)
        return success(b"not believed")

    peer = await play(handler)
    transaction, ending = peer.begin()
    transaction._get_state_multiple = lambda _: peer_answer
    await ending
    assert proposal_response_pb2.Response.FromString(ending.result().payload).payload


async def test_the_peers_refusal_is_an_exception_with_its_words(play: Play) -> None:
    caught = []

    async def handler(stub: Stub) -> Response:
        with pytest.raises(PeerError) as raised:
            await stub.get_private_data(COLLECTION, "guarded")
        caught.append(raised.value)
        return success()

    peer = await play(handler)
    peer.state.refused_keys.add("guarded")
    await peer.call()
    assert caught[0].request == "GET_STATE"
    assert caught[0].text == "no access to guarded"


@pytest.mark.parametrize(
    ("expected", "use"),
    [
        (InvalidKeyError, lambda stub: stub.get_state("")),
        (InvalidKeyError, lambda stub: stub.get_state("\ud800")),
        (InvalidKeyError, lambda stub: stub.get_multiple_states(["a", ""])),
        (InvalidKeyError, lambda stub: stub.put_state("", b"1")),
        (InvalidKeyError, lambda stub: stub.put_state("\x00simple", b"1")),
        (InvalidValueError, lambda stub: stub.put_state("a", b"")),
        (InvalidKeyError, lambda stub: stub.delete_state("")),
        (InvalidKeyError, lambda stub: stub.set_state_validation_parameter("", b"policy")),
        (InvalidValueError, lambda stub: stub.set_state_validation_parameter("a", b"")),
        (InvalidCollectionError, lambda stub: stub.get_private_data("", "a")),
        (InvalidCollectionError, lambda stub: stub.get_private_data_hash("", "a")),
        (InvalidCollectionError, lambda stub: stub.get_multiple_private_data("", ["a"])),
        (InvalidCollectionError, lambda stub: stub.put_private_data("", "a", b"1")),
        (InvalidValueError, lambda stub: stub.put_private_data("c", "a", b"")),
        (InvalidCollectionError, lambda stub: stub.delete_private_data("", "a")),
        (InvalidCollectionError, lambda stub: stub.purge_private_data("", "a")),
        (
            InvalidCollectionError,
            lambda stub: stub.set_private_data_validation_parameter("", "a", b"policy"),
        ),
        (
            InvalidCollectionError,
            lambda stub: stub.get_private_data_validation_parameter("", "a"),
        ),
        (InvalidArgumentError, lambda stub: stub.invoke_chaincode("", [])),
        (InvalidValueError, lambda stub: stub.get_state_by_range_with_pagination("", "", 0)),
        (InvalidValueError, lambda stub: stub.get_query_result_with_pagination("{}", 2**31)),
    ],
)
async def test_what_fabric_cannot_take_is_refused_before_it_is_sent(
    play: Play, expected: type[Exception], use: Any
) -> None:
    async def check(stub: Stub) -> None:
        with pytest.raises(expected) as raised:
            await use(stub)
        assert isinstance(raised.value, ValueError)

    _, transaction = await outcome(play, NO_OFFER, check)
    assert transaction.messages == []


@OFFERS
async def test_another_chaincode_is_called(play: Play, offer: Any) -> None:
    def callee(spec: Any) -> Any:
        assert spec.chaincode_id.name == "other/learning"
        assert list(spec.input.args) == [b"ask", b"1"]
        payload = proposal_response_pb2.Response(status=404, message="none", payload=b"x")
        return message(Message.COMPLETED, payload.SerializeToString())

    async def handler(stub: Stub) -> Response:
        await stub.put_state("before", b"1")
        answer = await stub.invoke_chaincode("other", [b"ask", b"1"], "learning")
        assert (answer.status, answer.message, answer.payload) == (404, "none", b"x")
        return success(b"called")

    peer = await play(handler, offer)
    peer.callee = callee
    transaction, _ = await peer.invoke()
    write = "WRITE_BATCH_STATE" if offer is OFFER else "PUT_STATE"
    assert transaction.messages == [write, "INVOKE_CHAINCODE"]


def _crashed(_spec: Any) -> Any:
    return message(Message.ERROR, b"it crashed")


def _unknown(_spec: Any) -> Any:
    raise RefusedError("chaincode other not found")


@pytest.mark.parametrize(
    ("callee", "words"), [(_crashed, "it crashed"), (_unknown, "chaincode other not found")]
)
async def test_a_callee_that_gives_no_answer_is_an_exception(
    play: Play, callee: Any, words: str
) -> None:
    async def handler(stub: Stub) -> Response:
        with pytest.raises(PeerError, match=words):
            await stub.invoke_chaincode("other", [b"ask"])
        return success(b"caught")

    peer = await play(handler)
    peer.callee = callee
    assert (await peer.call()).payload == b"caught"


def test_every_error_is_the_packages_own() -> None:
    assert issubclass(InvalidKeyError, ShimError)
