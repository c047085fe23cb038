from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from fabric_protos.peer import proposal_response_pb2

from fabric_client import Connection, EndorseError, SigningIdentity
from fabric_client.assembly import ProposalContent
from fabric_client.endorser import Endorser


@pytest.fixture
def content(alice: SigningIdentity) -> ProposalContent:
    return ProposalContent(
        creator=alice.identity,
        channel_id="credits",
        chaincode_name="cc",
        arguments=(b"Write",),
        timestamp=datetime(2026, 11, 1, tzinfo=UTC),
        nonce=b"n" * 24,
    )


async def test_an_endorsement_is_given_with_what_it_covers(
    connection: Connection, peer: Any, alice: SigningIdentity, content: ProposalContent
) -> None:
    response = await Endorser(connection).process_proposal(content, alice)
    assert response.endorsed
    assert response.endorsement is not None
    response.endorsement.verify(response.payload)
    assert response.endorsement.endorser == peer.endorsers[0].identity
    assert response.action is not None
    assert response.action.result == response.result == b"result"


async def test_a_refusal_carries_its_message(
    connection: Connection, peer: Any, alice: SigningIdentity, content: ProposalContent
) -> None:
    async def refuse(_: Any, __: Any) -> Any:
        answer = proposal_response_pb2.Response(status=500, message="no")
        return proposal_response_pb2.ProposalResponse(response=answer)

    peer.on["process_proposal"] = refuse
    response = await Endorser(connection).process_proposal(content, alice)
    assert not response.endorsed
    assert (response.status, response.message, response.action) == (500, "no", None)


async def test_a_peer_that_cannot_be_reached_is_an_endorse_error(
    connection: Connection, peer: Any, alice: SigningIdentity, content: ProposalContent
) -> None:
    async def gone(_: Any, context: Any) -> None:
        await context.abort(grpc.StatusCode.UNAVAILABLE, "gone")

    peer.on["process_proposal"] = gone
    with pytest.raises(EndorseError, match="UNAVAILABLE gone") as caught:
        await Endorser(connection).process_proposal(content, alice)
    assert caught.value.transaction_id == content.transaction_id
