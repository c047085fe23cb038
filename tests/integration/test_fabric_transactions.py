"""The Fabric client, stage by stage, against real peers and orderers, by the probe chaincode."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fabric_client import (
    CommitError,
    CommitStatusError,
    EndorseError,
    EvaluateError,
    Gateway,
    OutcomeUnknownError,
)
from fabric_client.assembly import (
    ProposalContent,
    new_nonce,
)
from fabric_client.blocks import ValidationCode
from fabric_client.blocks.read_write_set import (
    Write,
)
from fabric_client.endorser import Endorser
from fabric_client.system import NotOnLedgerError, SystemChaincodes
from tests.support.fabric_members import (
    CHANNEL,
    MEMBERS,
    PROBE,
    Members,
    endorsed,
    fresh_key,
    script,
)

pytestmark = pytest.mark.fabric


@pytest.fixture
async def members(consortium: Any) -> AsyncIterator[Members]:
    async with AsyncExitStack() as stack:
        yield Members(consortium.layout, stack)


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
