"""What the other members refuse of read-write sets that are made by hand."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fabric_client import (
    Gateway,
    Network,
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
from fabric_client.blocks import Endorsement, ValidationCode
from fabric_client.blocks.read_write_set import (
    MetadataWrite,
    Namespace,
    Read,
    ReadWriteSet,
    Version,
    Write,
)
from fabric_client.system import SystemChaincodes
from tests.support.fabric_members import (
    CHANNEL,
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
