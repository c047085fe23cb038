"""Bent clocks and transactions sent twice, at the real peers."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2

from chaincode.domain.commands.reading import ReadRecord
from fabric_client import EndorseError, Gateway, OutcomeUnknownError
from fabric_client.assembly import ProposalContent, new_nonce
from fabric_client.blocks import ValidationCode
from fabric_client.endorser import Endorser
from gateway.ledger.invocation import arguments_of
from tests.support.consortium import CHANNEL
from tests.support.on_fabric.calls import stored_everywhere
from tests.support.on_fabric.chain import read_chains, settled
from tests.support.on_fabric.forging import conspiracy
from tests.support.on_fabric.members import CREDIT, MEMBERS, Members
from tests.support.on_fabric.stage import OnFabric

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

HOUR = timedelta(hours=1)
REFUSAL = (
    r"request unauthorized due to incorrect timestamp .*, peer\.authentication\.timewindow 5m0s$"
)


def claiming(members: Members, at: datetime) -> ProposalContent:
    """A proposal that claims to be of that time."""
    return ProposalContent(
        creator=members.gateway("beta").identity,
        channel_id=CHANNEL,
        chaincode_name=CREDIT,
        arguments=arguments_of(ReadRecord(key="constitution")),
        timestamp=at,
        nonce=new_nonce(),
    )


@pytest.mark.parametrize("off", [-HOUR, HOUR], ids=["an hour old", "an hour ahead"])
async def test_no_peer_endorses_a_bent_clock(on_fabric: OnFabric, off: timedelta) -> None:
    members = on_fabric.members
    for at in MEMBERS:
        endorser = Endorser(await members.connection(at))
        bent = claiming(members, datetime.now(UTC) + off)
        with pytest.raises(EndorseError, match=REFUSAL):
            await endorser.process_proposal(bent, members.gateway("beta"))
        right = claiming(members, datetime.now(UTC))
        assert (await endorser.process_proposal(right, members.gateway("beta"))).endorsed


async def test_a_transaction_of_the_story_sent_again_has_no_effect(on_fabric: OnFabric) -> None:
    members, key = on_fabric.members, on_fabric.slot("grade")
    graded = next(
        item.transaction_id
        for step in on_fabric.told
        for item in step.transactions
        if item.function == "AddGrade"
    )
    chain = (await read_chains(members))["gamma"]
    [entry] = [item for item in chain.credit() if item.transaction.transaction_id == graded]
    await settled(members)
    before = await stored_everywhere(members, key)

    # Gamma found it in a block, and sends it through its own peer.
    gamma = members.gateway("gamma")
    gateway = Gateway(await members.connection("gamma"), gamma.identity, gamma.signer)
    prepared = gateway_pb2.PreparedTransaction(
        transaction_id=graded, envelope=common_pb2.Envelope(payload=entry.transaction.payload)
    )
    transaction = gateway.new_signed_transaction(
        prepared.SerializeToString(), entry.transaction.signature
    )
    # Orderers that remember it refuse it; what they let through, the peers find to be a duplicate.
    with contextlib.suppress(OutcomeUnknownError):
        await transaction.submit()
    await (await conspiracy(members, "gamma")).write("AddGrade", key, b"{}")
    await settled(members)

    codes = [
        item.code
        for item in (await read_chains(members))["alpha"].entries(CREDIT)
        if item.transaction.transaction_id == graded
    ]
    assert codes[0] is ValidationCode.VALID
    assert set(codes[1:]) <= {ValidationCode.DUPLICATE_TXID}
    assert await stored_everywhere(members, key) == before
