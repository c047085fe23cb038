"""A university with all its keys and a peer of its own, which does not run our code.

It makes read-write sets by hand, endorses them with its peer's key, signs them with its client's,
and hands them to the orderers. Nothing of the contracts is asked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from fabric_client.assembly import (
    ProposalContent,
    all_of,
    endorse,
    new_nonce,
    policy_write,
    prepared_transaction,
    response_payload,
)
from fabric_client.blocks.read_write_set import MetadataWrite, Namespace, ReadWriteSet, Write
from fabric_client.connection import Connection
from fabric_client.gateway import Gateway
from fabric_client.identity import SigningIdentity
from fabric_client.status import Status


@dataclass(frozen=True, slots=True)
class DishonestMember:
    """What such a member holds. `peers` may be those of several conspirators."""

    connection: Connection
    client: SigningIdentity
    peers: tuple[SigningIdentity, ...]
    channel: str
    chaincode: str
    chaincode_version: str

    async def rewrite(self, function: str, key: str, value: bytes) -> Status:
        """Write a value of one's own under any key, as if `function` had done it."""
        return await self._commit(function, writes=(Write(key, value),))

    async def seize(self, function: str, key: str) -> Status:
        """Put a key under the policy that this member's own peers suffice."""
        own = all_of(peer.identity.msp_id for peer in self.peers)
        return await self._commit(function, metadata=(policy_write(key, own),))

    async def _commit(
        self,
        function: str,
        *,
        writes: tuple[Write, ...] = (),
        metadata: tuple[MetadataWrite, ...] = (),
    ) -> Status:
        proposal = ProposalContent(
            creator=self.client.identity,
            channel_id=self.channel,
            chaincode_name=self.chaincode,
            arguments=(function.encode(), b"{}"),
            timestamp=datetime.now(UTC),
            nonce=new_nonce(),
        ).serialize()
        made_by_hand = ReadWriteSet(
            (Namespace(self.chaincode, writes=writes, metadata_writes=metadata),)
        )
        payload = response_payload(proposal, made_by_hand, chaincode_version=self.chaincode_version)
        endorsements = [await endorse(payload, peer) for peer in self.peers]
        gateway = Gateway(self.connection, self.client.identity, self.client.signer)
        transaction = gateway.new_transaction(prepared_transaction(proposal, payload, endorsements))
        contract = gateway.get_network(self.channel).get_contract(self.chaincode)
        return await contract.finish(transaction)
