"""Events, blocks and the chain, as real peers deliver them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from fabric_client import (
    EventsError,
    Gateway,
)
from fabric_client.blocks import ChainVerifier, ValidationCode, parse_block
from fabric_client.blocks.read_write_set import (
    Write,
)
from fabric_client.events import BlockKind, FileCheckpointer, InMemoryCheckpointer
from fabric_client.system import SystemChaincodes
from tests.support.fabric_members import (
    CHANNEL,
    MEMBERS,
    PATIENT,
    PROBE,
    Members,
    fresh_key,
    script,
)

pytestmark = pytest.mark.fabric


@pytest.fixture
async def members(consortium: Any) -> AsyncIterator[Members]:
    async with AsyncExitStack() as stack:
        yield Members(consortium.layout, stack)


async def test_the_whole_chain_is_verified_from_the_genesis_block(
    members: Members, consortium: Any
) -> None:
    network = await members.network("gamma")
    await network.get_contract(PROBE).submit("script", script(["put", fresh_key(), "v"]))
    system = SystemChaincodes(network, organizations=["gammaMSP"])
    info = await system.chain_info()
    genesis = parse_block(await asyncio.to_thread(consortium.layout.genesis(CHANNEL).read_bytes))
    verifier = ChainVerifier.from_genesis(genesis)
    transactions = 0
    async for block in network.block_events(start_block=1, stop_block=info.height - 1):
        assert len(verifier.accept(block)) >= 3
        for entry in block.entries:
            if entry.transaction is not None and entry.code is ValidationCode.VALID:
                entry.transaction.verify()
                transactions += 1
    assert verifier.last.hash == info.current_hash
    assert verifier.last.previous_hash == info.previous_hash
    assert transactions > 0
    assert verifier.config == await system.channel_config()
    assert sorted(verifier.config.msps()) == [f"{name}MSP" for name in MEMBERS]
    assert {item.msp_id for item in verifier.config.consenters} == set(verifier.config.msps())
    assert verifier.config.consensus == "BFT"
    assert all(msp.node_units for msp in verifier.config.msps().values())


async def test_events_come_once_each_and_go_on_from_a_checkpoint(
    members: Members, tmp_path: Path
) -> None:
    network = await members.network("alpha")
    contract = network.get_contract(PROBE)
    start = (await SystemChaincodes(network).chain_info()).height
    names = [f"event-{number}" for number in range(4)]
    sent = await asyncio.gather(
        *(
            contract.submit("script", script(["put", fresh_key(), "v"], ["event", name, name]))
            for name in names
        )
    )
    seen = []
    file = tmp_path / "checkpoint"
    for _ in range(2):
        checkpoint = await FileCheckpointer.open(file)
        stream = network.chaincode_events(PROBE, start_block=start, checkpoint=checkpoint)
        for _ in range(2):
            event = await anext(stream)
            seen.append(event)
            await checkpoint.checkpoint_chaincode_event(event)
        await stream.aclose()  # type: ignore[attr-defined]
    assert {event.event_name for event in seen} == set(names)
    assert {event.transaction_id for event in seen} == {item.transaction_id for item in sent}
    assert all(event.payload == event.event_name.encode() for event in seen)


async def test_filtered_blocks_tell_ids_and_codes(members: Members) -> None:
    network = await members.network("alpha")
    contract = network.get_contract(PROBE)
    submitted = await contract.submit(
        "script", script(["put", fresh_key(), "v"], ["event", "e", "p"])
    )
    number = submitted.block_number
    stream = network.filtered_block_events(start_block=number, stop_block=number)
    [block] = [block async for block in stream]
    [found] = [t for t in block.transactions if t.transaction_id == submitted.transaction_id]
    assert (block.channel_id, block.number) == (CHANNEL, number)
    assert (found.code, found.events) == (ValidationCode.VALID, ((PROBE, "e"),))


async def test_a_request_for_blocks_can_be_signed_elsewhere(members: Members) -> None:
    alice = members.identity("alpha")
    offline = Gateway(await members.connection("alpha"), alice.identity)
    request = offline.get_network(CHANNEL).new_block_events_request(
        BlockKind.FULL, start_block=0, stop_block=0
    )
    signed = offline.new_signed_block_events_request(
        BlockKind.FULL, request.to_bytes(), await alice.sign(request.message)
    )
    [response] = [response async for response in signed.responses()]
    assert parse_block(response.block.SerializeToString()).number == 0


async def test_streams_that_a_peer_refuses_say_so(members: Members) -> None:
    alice, beta = members.identity("alpha"), members.identity("beta")
    gateway = Gateway(await members.connection("alpha"), alice.identity, beta.signer)
    network = gateway.get_network(CHANNEL)
    with pytest.raises(EventsError, match="PERMISSION_DENIED"):
        await anext(network.block_events(start_block=0))
    with pytest.raises(EventsError, match="PERMISSION_DENIED"):
        await anext(network.chaincode_events(PROBE, start_block=0))


class Wire:
    """A TCP relay to a peer whose connections a test can cut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers += [writer, far_writer]
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()


async def test_a_cut_connection_loses_no_event_and_no_block(members: Members) -> None:
    alice, target = members.identity("alpha"), members.layout.member("alpha").peer
    contract = (await members.network("alpha")).get_contract(PROBE)
    wire = Wire(target.host, target.port)
    async with wire as address, members.connect("alpha", address) as connection:
        gateway = Gateway(connection, alice.identity, alice.signer, retry=PATIENT)
        network = gateway.get_network(CHANNEL)
        start = (await SystemChaincodes(network).chain_info()).height
        events = network.chaincode_events(
            PROBE, checkpoint=InMemoryCheckpointer(block_number=start)
        )
        blocks = network.block_events(start_block=start)
        seen, numbers = [], []
        for number in range(3):
            name = f"cut-{number}"
            sent = await contract.submit(
                "script", script(["put", fresh_key(), "v"], ["event", name, "p"])
            )
            while name not in seen:
                seen.append((await anext(events)).event_name)
            while sent.block_number not in numbers:
                numbers.append((await anext(blocks)).number)
            wire.cut()
        assert seen == ["cut-0", "cut-1", "cut-2"]
        assert numbers == list(range(start, numbers[-1] + 1))
        await events.aclose()  # type: ignore[attr-defined]
        await blocks.aclose()  # type: ignore[attr-defined]


async def test_private_data_show_by_hashes_alone(members: Members) -> None:
    network, key = await members.network("alpha"), fresh_key()
    contract = network.get_contract(PROBE)
    submitted = await contract.submit(
        "script",
        script(["put_private", "values-alphaMSP", key, "$mark"]),
        script(["put_private", "values-betaMSP", key, "$mark"]),
        transient={"mark": b"93"},
        endorsing_organizations=["alphaMSP", "betaMSP"],
    )
    content = submitted.transaction.content
    assert sorted(content.endorsing_msp_ids) == ["alphaMSP", "betaMSP"]
    [collection] = content.action.read_write_set.namespace(PROBE).collections
    assert collection.name == "values-alphaMSP"
    [write] = collection.writes
    assert write.key_hash == sha256(key.encode()).digest()
    assert write.value_hash == sha256(b"93").digest()
    assert b"$mark" in content.payload
    start = submitted.block_number
    async for item in network.block_and_private_data_events(start_block=start, stop_block=start):
        [[private]] = [
            [entry for entry in entries if entry.writes[0].key == key]
            for entries in item.private_data.values()
        ]
        assert private.collection == "values-alphaMSP"
        assert private.writes == (Write(key, b"93"),)
