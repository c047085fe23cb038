from typing import Any

import pytest
from fabric_protos.peer import chaincode_event_pb2, chaincode_shim_pb2

from chaincode.shim import InvalidArgumentError, Response, Stub, error, success
from tests.support.shim.proposals import MOMENT, signed_proposal
from tests.support.shim.stage import Certificates, Play

Message = chaincode_shim_pb2.ChaincodeMessage


async def test_a_function_sees_its_inputs(play: Play, certificates: Certificates) -> None:
    seen = []

    async def handler(stub: Stub) -> Response:
        seen.append(stub)
        return success(b"done")

    peer = await play(handler)
    response = await peer.call(
        b"AddGrade", "ä".encode(), txid="7e57", channel="credits", transient={"private": b"1.3"}
    )
    stub = seen[0]
    assert (response.status, response.payload) == (200, b"done")
    assert peer.chaincode_id == "credit:0123"
    assert stub.transaction_id == "7e57"
    assert stub.channel_id == "credits"
    assert stub.arguments == (b"AddGrade", "ä".encode())
    assert stub.function_and_parameters == ("AddGrade", ["ä"])
    assert stub.transient == {"private": b"1.3"}
    assert stub.timestamp == MOMENT
    assert stub.creator.msp_id == "alphaMSP"
    assert stub.creator.certificate == certificates.creator.certificate_pem
    assert stub.identity.get_attribute_value("crosscredit.role") == "teacher"
    assert stub.decorations == {"deco": b"rated"}
    assert stub.binding == stub.proposal.binding
    signed = signed_proposal(certificates.identity, transient={"private": b"1.3"})
    assert stub.signed_proposal == signed.SerializeToString()
    assert not stub.is_init


async def test_the_last_event_goes_with_the_response(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        stub.set_event("first", b"1")
        stub.set_event("graded", b"2")
        return success()

    peer = await play(handler)
    _, ending = await peer.invoke()
    expected = chaincode_event_pb2.ChaincodeEvent(event_name="graded", payload=b"2")
    assert ending.chaincode_event == expected


async def test_without_an_event_none_is_sent(play: Play) -> None:
    async def handler(_stub: Stub) -> Response:
        return success()

    peer = await play(handler)
    _, ending = await peer.invoke()
    assert not ending.HasField("chaincode_event")


@pytest.mark.parametrize("name", ["", "\ud800"])
async def test_an_event_needs_a_name(play: Play, name: str) -> None:
    async def handler(stub: Stub) -> Response:
        with pytest.raises(InvalidArgumentError):
            stub.set_event(name, b"")
        return success(b"refused")

    peer = await play(handler)
    assert (await peer.call()).payload == b"refused"


async def test_arguments_that_are_no_text_are_told(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        with pytest.raises(InvalidArgumentError):
            _ = stub.function_and_parameters
        return success(b"refused")

    peer = await play(handler)
    assert (await peer.call(b"\xff")).payload == b"refused"


async def test_no_arguments_are_no_function(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        assert stub.function_and_parameters == ("", [])
        return success(b"none")

    peer = await play(handler)
    assert (await peer.call()).payload == b"none"


async def test_a_refusal_reaches_the_peer_word_for_word(play: Play) -> None:
    async def handler(_stub: Stub) -> Response:
        return error('{"code": "not-allowed"}')

    peer = await play(handler)
    response = await peer.call()
    assert (response.status, response.message) == (500, '{"code": "not-allowed"}')


async def test_init_runs_the_chaincode_and_says_so(play: Play) -> None:
    async def handler(stub: Stub) -> Response:
        await stub.put_state("constitution", b"1")
        return success(b"init" if stub.is_init else b"")

    peer = await play(handler)
    transaction, ending = await peer.invoke(kind=Message.INIT)
    assert ending.type == Message.COMPLETED
    assert ("", "constitution", "value") in transaction.writes


@pytest.mark.parametrize(
    ("response", "kind"), [(error("no"), Message.ERROR), (Response(400, "no"), Message.COMPLETED)]
)
async def test_a_failed_init_is_an_error_as_with_go(play: Play, response: Any, kind: Any) -> None:
    async def handler(_stub: Stub) -> Response:
        return response

    peer = await play(handler)
    _, ending = await peer.invoke(kind=Message.INIT)
    assert ending.type == kind
    if kind == Message.ERROR:
        assert ending.payload == b"no"
