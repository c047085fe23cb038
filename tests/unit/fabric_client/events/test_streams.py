from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import chaincode_event_pb2, events_pb2

from fabric_client import Connection, EventsError, Gateway, Network, SigningIdentity, ecdsa
from fabric_client.blocks import ValidationCode
from fabric_client.blocks.read_write_set import Write
from fabric_client.events import InMemoryCheckpointer
from fabric_client.retry import NEVER, RetryPolicy

LOST, REFUSED = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.PERMISSION_DENIED


@pytest.fixture
def network(connection: Connection, alice: SigningIdentity) -> Network:
    policy = RetryPolicy(initial=0.001, maximum=0.001, limit=5)
    return Gateway(connection, alice.identity, alice.signer, retry=policy).get_network("credits")


def answering(peer: Any, method: str, *streams: list[Any]) -> None:
    left = iter(streams)

    async def handler(_: Any, __: Any) -> list[Any]:
        return next(left)

    peer.on[method] = handler


def event(block: int, transaction_id: str) -> Any:
    return gateway_pb2.ChaincodeEventsResponse(
        block_number=block,
        events=[
            chaincode_event_pb2.ChaincodeEvent(
                chaincode_id="cc", tx_id=transaction_id, event_name="e", payload=b"p"
            )
        ],
    )


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in stream]


async def test_events_go_on_after_the_last_one_seen(network: Network, peer: Any) -> None:
    answering(
        peer, "chaincode_events", [event(3, "a"), event(3, "b"), LOST], [LOST], [event(4, "c")]
    )
    events = await collected(network.chaincode_events("cc", start_block=3))
    assert [item.transaction_id for item in events] == ["a", "b", "c"]
    assert events[0].payload == b"p"
    positions = [
        gateway_pb2.ChaincodeEventsRequest.FromString(request.request)
        for request in peer.asked("chaincode_events")
    ]
    assert [
        (item.start_position.specified.number, item.after_transaction_id) for item in positions
    ] == [(3, ""), (3, "b"), (3, "b")]


async def test_a_checkpoint_comes_before_the_start_block(network: Network, peer: Any) -> None:
    answering(peer, "chaincode_events", [], [])
    await collected(
        network.chaincode_events(
            "cc", start_block=3, checkpoint=InMemoryCheckpointer(9, transaction_id="x")
        )
    )
    await collected(
        network.chaincode_events("cc", start_block=3, checkpoint=InMemoryCheckpointer())
    )
    positions = [
        gateway_pb2.ChaincodeEventsRequest.FromString(request.request)
        for request in peer.asked("chaincode_events")
    ]
    assert [
        (item.start_position.specified.number, item.after_transaction_id) for item in positions
    ] == [(9, "x"), (3, "")]


async def test_without_a_position_events_begin_with_the_next_commit(
    network: Network, peer: Any
) -> None:
    answering(peer, "chaincode_events", [])
    await collected(network.chaincode_events("cc"))
    [request] = peer.asked("chaincode_events")
    position = gateway_pb2.ChaincodeEventsRequest.FromString(request.request).start_position
    assert position.WhichOneof("Type") == "next_commit"


async def test_a_refusal_ends_the_stream(network: Network, peer: Any) -> None:
    answering(peer, "chaincode_events", [REFUSED])
    with pytest.raises(EventsError, match="PERMISSION_DENIED"):
        await collected(network.chaincode_events("cc"))
    assert len(peer.asked("chaincode_events")) == 1


async def test_a_peer_that_stays_away_is_given_up(
    connection: Connection, alice: SigningIdentity, peer: Any
) -> None:
    answering(peer, "chaincode_events", [event(1, "a"), LOST])
    network = Gateway(connection, alice.identity, alice.signer, retry=NEVER).get_network("credits")
    stream = network.chaincode_events("cc", start_block=0)
    assert (await anext(stream)).transaction_id == "a"
    with pytest.raises(EventsError, match="UNAVAILABLE"):
        await anext(stream)


def full(number: int) -> Any:
    return events_pb2.DeliverResponse(
        block=common_pb2.Block(
            header=common_pb2.BlockHeader(number=number),
            metadata=common_pb2.BlockMetadata(metadata=[b""] * 3),
        )
    )


DONE = events_pb2.DeliverResponse(status=200)


async def test_blocks_go_on_after_the_last_one_seen(network: Network, peer: Any) -> None:
    answering(peer, "deliver", [full(0), full(1), LOST], [full(2), DONE])
    blocks = await collected(network.block_events(start_block=0, stop_block=2))
    assert [block.number for block in blocks] == [0, 1, 2]
    assert [
        (seek.start.specified.number, seek.stop.specified.number)
        for _, _, seek in peer.asked("deliver")
    ] == [(0, 2), (2, 2)]


async def test_a_stream_that_broke_after_its_last_block_is_complete(
    network: Network, peer: Any
) -> None:
    answering(peer, "deliver", [full(0), LOST])
    blocks = await collected(network.block_events(start_block=0, stop_block=0))
    assert [block.number for block in blocks] == [0]


async def test_a_request_is_signed_and_bound_to_the_connection(
    network: Network, peer: Any, connection: Connection, alice: SigningIdentity
) -> None:
    answering(peer, "deliver", [DONE])
    assert await collected(network.block_events()) == []
    [(envelope, payload, seek)] = peer.asked("deliver")
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    assert header.tls_cert_hash == connection.tls_certificate_hash
    assert len(header.tls_cert_hash) == 32
    assert seek.start.WhichOneof("Type") == "next_commit"
    key: Any = alice.identity.certificate().public_key()
    ecdsa.verify(key, envelope.signature, envelope.payload)


@pytest.mark.parametrize(
    ("status", "name"), [(403, "PERMISSION_DENIED"), (404, "NOT_FOUND"), (500, "UNKNOWN")]
)
async def test_a_status_of_the_peer_is_an_error(
    network: Network, peer: Any, status: int, name: str
) -> None:
    answering(peer, "deliver", [events_pb2.DeliverResponse(status=status)])
    with pytest.raises(EventsError, match=name):
        await collected(network.block_events(start_block=0))


async def test_filtered_blocks(network: Network, peer: Any) -> None:
    action = events_pb2.FilteredChaincodeAction(
        chaincode_event=chaincode_event_pb2.ChaincodeEvent(chaincode_id="cc", event_name="e")
    )
    block = events_pb2.FilteredBlock(
        channel_id="credits",
        number=4,
        filtered_transactions=[
            events_pb2.FilteredTransaction(
                txid="a",
                type=3,
                tx_validation_code=11,
                transaction_actions=events_pb2.FilteredTransactionActions(
                    chaincode_actions=[action, events_pb2.FilteredChaincodeAction()]
                ),
            )
        ],
    )
    answering(peer, "deliver", [events_pb2.DeliverResponse(filtered_block=block), DONE])
    [found] = await collected(network.filtered_block_events(start_block=4, stop_block=4))
    assert (found.channel_id, found.number) == ("credits", 4)
    [transaction] = found.transactions
    assert (transaction.transaction_id, transaction.type) == ("a", 3)
    assert transaction.code is ValidationCode.MVCC_READ_CONFLICT
    assert transaction.events == (("cc", "e"),)


async def test_blocks_with_private_data(network: Network, peer: Any) -> None:
    private = kv_rwset_pb2.KVRWSet(writes=[kv_rwset_pb2.KVWrite(key="k", value=b"secret")])
    collection = rwset_pb2.CollectionPvtReadWriteSet(
        collection_name="values", rwset=private.SerializeToString()
    )
    item = events_pb2.BlockAndPrivateData(block=full(2).block)
    item.private_data_map[3].ns_pvt_rwset.append(
        rwset_pb2.NsPvtReadWriteSet(namespace="cc", collection_pvt_rwset=[collection])
    )
    answering(peer, "deliver", [events_pb2.DeliverResponse(block_and_private_data=item), DONE])
    stream = network.block_and_private_data_events(start_block=2, stop_block=2)
    [found] = await collected(stream)
    assert found.block.number == 2
    [writes] = found.private_data[3]
    assert (writes.namespace, writes.collection) == ("cc", "values")
    assert writes.writes == (Write("k", b"secret"),)
    assert "secret" not in repr(found.private_data)
