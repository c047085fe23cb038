"""The Fabric client against real peers, orderers and authorities, by the probe chaincode."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from fabric_client import (
    ClientTls,
    CommitError,
    CommitStatusError,
    Connection,
    Contract,
    EndorseError,
    EvaluateError,
    EventsError,
    Gateway,
    Network,
    OutcomeUnknownError,
    SigningIdentity,
    Transaction,
)
from fabric_client.assembly import (
    ProposalContent,
    all_of,
    endorse,
    new_nonce,
    policy_principals,
    policy_write,
    prepared_transaction,
    response_payload,
)
from fabric_client.blocks import ChainVerifier, Endorsement, ValidationCode, parse_block
from fabric_client.blocks.read_write_set import (
    MetadataWrite,
    Namespace,
    Read,
    ReadWriteSet,
    Version,
    Write,
)
from fabric_client.endorser import Endorser
from fabric_client.events import BlockKind, FileCheckpointer, InMemoryCheckpointer
from fabric_client.retry import RetryPolicy
from fabric_client.system import NotOnLedgerError, SystemChaincodes

pytestmark = pytest.mark.fabric

CHANNEL, PROBE = "credits", "probe"
MEMBERS = ("alpha", "beta", "gamma", "ministry")
# Peers learn of each other's chaincodes by gossip: on a busy machine this takes a while.
PATIENT = RetryPolicy(limit=90.0)


class Members:
    """Every member's identities and a connection to its peer."""

    def __init__(self, layout: Any, stack: AsyncExitStack) -> None:
        self.layout = layout
        self._stack = stack
        self._connections: dict[str, Connection] = {}

    def identity(self, name: str, folder: str = "gateway_msp") -> SigningIdentity:
        member = self.layout.member(name)
        msp = getattr(member, folder)
        return SigningIdentity.from_pem(
            member.member.msp_id, msp.certificate.read_bytes(), msp.key.read_bytes()
        )

    async def connection(self, name: str) -> Connection:
        if name not in self._connections:
            member = self.layout.member(name)
            self._connections[name] = await self._stack.enter_async_context(
                self.connect(name, f"{member.peer.host}:{member.peer.port}")
            )
        return self._connections[name]

    def connect(self, name: str, address: str) -> Connection:
        member = self.layout.member(name)
        tls = member.gateway_client_tls
        client = ClientTls(tls.certificate.read_bytes(), tls.key.read_bytes())
        return Connection(address, member.tls_root.read_bytes(), client=client)

    async def network(self, name: str) -> Network:
        identity = self.identity(name)
        connection = await self.connection(name)
        gateway = Gateway(connection, identity.identity, identity.signer, retry=PATIENT)
        return gateway.get_network(CHANNEL)


@pytest.fixture
async def members(consortium: Any) -> AsyncIterator[Members]:
    async with AsyncExitStack() as stack:
        yield Members(consortium.layout, stack)


def script(*steps: list[Any]) -> str:
    return json.dumps(steps)


def fresh_key() -> str:
    return f"test/{token_hex(8)}"


async def endorsed(contract: Contract, steps: str) -> Transaction:
    """Endorse, again where not all peers have committed the last block yet."""
    return await PATIENT.run(contract.new_proposal("script", steps).endorse)


async def test_a_write_is_endorsed_committed_and_read_back(members: Members) -> None:
    network, key = await members.network("alpha"), fresh_key()
    contract = network.get_contract(PROBE)
    submitted = await contract.submit("script", script(["put", key, "value"]))
    assert json.loads(submitted.result) == [None]
    assert len(set(submitted.transaction.content.endorsing_msp_ids)) == 3
    assert submitted.transaction.read_write_set.namespace(PROBE).writes == (Write(key, b"value"),)
    assert json.loads(await contract.evaluate("script", script(["get", key]))) == ["value"]

    for name in MEMBERS:
        system = SystemChaincodes(await members.network(name), organizations=[f"{name}MSP"])
        block = await until_there(system, submitted.block_number)
        [entry] = [
            item
            for item in block.entries
            if item.transaction and item.transaction.transaction_id == submitted.transaction_id
        ]
        assert entry.code is ValidationCode.VALID
        assert entry.transaction is not None
        entry.transaction.verify()
        assert entry.transaction.endorsements == submitted.transaction.content.endorsements
        processed = await system.transaction_by_id(submitted.transaction_id)
        assert processed.code is ValidationCode.VALID
        assert processed.envelope == entry.transaction


async def until_there(system: SystemChaincodes, number: int) -> Any:
    """Another member's peer may be some milliseconds behind."""
    async with asyncio.timeout(30):
        while (await system.chain_info()).height <= number:  # noqa: ASYNC110 -- a query, no event
            await asyncio.sleep(0.02)
    return await system.block_by_number(number)


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


async def test_a_refusal_by_the_chaincode_names_each_peer(members: Members) -> None:
    contract = (await members.network("alpha")).get_contract(PROBE)
    refusal = script(["fail", 500, '{"code":"no"}'])
    with pytest.raises(EvaluateError) as evaluated:
        await contract.evaluate("script", refusal)
    with pytest.raises(EndorseError) as endorsed:
        await contract.submit("script", refusal)
    for error in (evaluated.value, endorsed.value):
        assert error.details
        for detail in error.details:
            assert detail.msp_id in {f"{name}MSP" for name in MEMBERS}
            assert detail.chaincode_response is not None
            assert detail.chaincode_response.status == 500
            assert detail.chaincode_response.message == '{"code":"no"}'


async def test_of_two_that_read_the_same_version_one_is_valid(members: Members) -> None:
    network, key = await members.network("alpha"), fresh_key()
    contract = network.get_contract(PROBE)
    await contract.submit("script", script(["put", key, "a"]))
    proposals = [contract.new_proposal("script", script(["add", key, text])) for text in ("b", "c")]
    transactions = [await proposal.endorse() for proposal in proposals]
    statuses = await asyncio.gather(*(contract.finish(item) for item in transactions))
    assert sorted(status.code for status in statuses) == [
        ValidationCode.VALID,
        ValidationCode.MVCC_READ_CONFLICT,
    ]
    [loser] = [status for status in statuses if not status.successful]
    with pytest.raises(CommitError, match="MVCC_READ_CONFLICT"):
        loser.require_success()


async def test_an_old_timestamp_is_refused(members: Members) -> None:
    contract = (await members.network("alpha")).get_contract(PROBE)
    old = datetime.now(UTC) - timedelta(hours=1)
    with pytest.raises(EndorseError, match="timestamp"):
        await contract.new_proposal("script", script(["put", "k", "v"]), timestamp=old).endorse()
    now = contract.new_proposal("script", script(["put", fresh_key(), "v"]))
    assert (await contract.finish(await now.endorse())).successful


async def test_the_same_envelope_twice_is_valid_once(members: Members) -> None:
    network, key = await members.network("alpha"), fresh_key()
    contract = network.get_contract(PROBE)
    await contract.submit("script", script(["put", key, "a"]))
    transaction = await endorsed(contract, script(["add", key, "x"]))
    first = await contract.finish(transaction)
    second = await contract.finish(transaction)
    assert first == second
    await contract.submit("script", script(["put", fresh_key(), "later"]))
    assert json.loads(await contract.evaluate("script", script(["get", key]))) == ["ax"]


async def test_a_transaction_that_nobody_knows_has_no_outcome(members: Members) -> None:
    network = await members.network("alpha")
    with pytest.raises(CommitStatusError) as caught:
        await network.new_commit("00" * 32).status(within=0.5)
    assert isinstance(caught.value, OutcomeUnknownError)
    with pytest.raises(NotOnLedgerError):
        await SystemChaincodes(network).transaction_by_id("00" * 32)
    with pytest.raises(NotOnLedgerError):
        await SystemChaincodes(network).block_by_transaction_id("00" * 32)
    with pytest.raises(NotOnLedgerError):
        await SystemChaincodes(network).block_by_number(10**9)


async def test_every_stage_works_with_signatures_made_elsewhere(members: Members) -> None:
    alice = members.identity("alpha")
    offline = Gateway(await members.connection("alpha"), alice.identity)
    contract = offline.get_network(CHANNEL).get_contract(PROBE)
    proposal = contract.new_proposal("script", script(["put", fresh_key(), "v"]))
    transaction = await offline.new_signed_proposal(
        proposal.to_bytes(), await alice.sign(proposal.message)
    ).endorse()
    commit = await offline.new_signed_transaction(
        transaction.to_bytes(), await alice.sign(transaction.message)
    ).submit()
    status = await offline.new_signed_commit(
        commit.to_bytes(), await alice.sign(commit.message)
    ).status()
    assert status.successful


async def test_another_key_than_the_certificates_is_refused(members: Members) -> None:
    alice, beta = members.identity("alpha"), members.identity("beta")
    gateway = Gateway(await members.connection("alpha"), alice.identity, beta.signer)
    contract = gateway.get_network(CHANNEL).get_contract(PROBE)
    with pytest.raises(EndorseError, match="access denied"):
        await contract.submit("script", script(["put", fresh_key(), "v"]))


class Conspiracy:
    """Makes read-write sets by hand and endorses them with peers' own keys."""

    def __init__(self, members: Members, network: Network, *names: str) -> None:
        self._members = members
        self._network = network
        self._peers = [members.identity(name, "peer_msp") for name in names]

    async def commit(self, namespace: Namespace) -> ValidationCode:
        beta = self._members.identity("beta")
        proposal = ProposalContent(
            creator=beta.identity,
            channel_id=CHANNEL,
            chaincode_name=PROBE,
            arguments=(b"script", b"[]"),
            timestamp=datetime.now(UTC),
            nonce=new_nonce(),
        ).serialize()
        payload = response_payload(proposal, ReadWriteSet((namespace,)), chaincode_version="1")
        endorsements: list[Endorsement] = [await endorse(payload, peer) for peer in self._peers]
        gateway = Gateway(await self._members.connection("beta"), beta.identity, beta.signer)
        transaction = gateway.new_transaction(prepared_transaction(proposal, payload, endorsements))
        status = await self._network.get_contract(PROBE).finish(transaction)
        return status.code


@pytest.fixture
async def shared_key(members: Members) -> tuple[str, Version]:
    """A key that alpha and beta must both endorse, and its version."""
    network, key = await members.network("alpha"), fresh_key()
    submitted = await network.get_contract(PROBE).submit(
        "script", script(["put", key, "93"], ["policy", key, ["alphaMSP", "betaMSP"]])
    )
    [write] = submitted.transaction.read_write_set.namespace(PROBE).metadata_writes
    assert policy_principals(write.entries[0][1]) == (2, ("alphaMSP", "betaMSP"))
    block = await SystemChaincodes(network).block_by_number(submitted.block_number)
    [position] = [
        entry.index
        for entry in block.entries
        if entry.transaction and entry.transaction.transaction_id == submitted.transaction_id
    ]
    return key, Version(submitted.block_number, position)


async def test_a_set_made_by_hand_needs_both_universities(
    members: Members, shared_key: tuple[str, Version]
) -> None:
    key, version = shared_key
    network = await members.network("beta")
    rewrite = Namespace(PROBE, reads=(Read(key, version),), writes=(Write(key, b"100"),))
    seize = Namespace(PROBE, metadata_writes=(policy_write(key, all_of(["betaMSP"])),))
    free = Namespace(PROBE, metadata_writes=(MetadataWrite(key),))
    alone = Conspiracy(members, network, "beta")
    third = Conspiracy(members, network, "beta", "gamma", "ministry")
    for wrong in (alone, third):
        for namespace in (rewrite, seize, free):
            code = await wrong.commit(namespace)
            assert code is ValidationCode.ENDORSEMENT_POLICY_FAILURE
    both = Conspiracy(members, network, "alpha", "beta")
    assert await both.commit(rewrite) is ValidationCode.VALID
    result = await network.get_contract(PROBE).evaluate("script", script(["get", key]))
    assert json.loads(result) == ["100"]


async def test_a_stale_read_made_by_hand_is_a_conflict(
    members: Members, shared_key: tuple[str, Version]
) -> None:
    key, version = shared_key
    network = await members.network("beta")
    stale = replace(version, block_number=version.block_number - 1)
    both = Conspiracy(members, network, "alpha", "beta")
    write = Namespace(PROBE, reads=(Read(key, stale),), writes=(Write(key, b"100"),))
    assert await both.commit(write) is ValidationCode.MVCC_READ_CONFLICT


async def test_one_peer_alone_can_be_asked(members: Members) -> None:
    alice = members.identity("alpha")
    content = ProposalContent(
        creator=alice.identity,
        channel_id=CHANNEL,
        chaincode_name=PROBE,
        arguments=(b"script", script(["put", "k", "v"]).encode()),
        timestamp=datetime.now(UTC),
        nonce=new_nonce(),
    )
    response = await Endorser(await members.connection("alpha")).process_proposal(content, alice)
    assert response.endorsed
    assert response.endorsement is not None
    assert response.endorsement.endorser.msp_id == "alphaMSP"
    response.endorsement.verify(response.payload)
    assert response.action is not None
    assert response.action.read_write_set.namespace(PROBE).writes == (Write("k", b"v"),)


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
