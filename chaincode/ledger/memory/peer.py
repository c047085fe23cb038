"""One member's peer: its committed state, its private values, its key and its contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fabric_protos.peer import proposal_response_pb2

from chaincode.ledger.memory import policy
from chaincode.ledger.memory.definition import Chaincode, Handler, Member
from chaincode.ledger.memory.identity import Registry
from chaincode.ledger.memory.lock import CommitLock
from chaincode.ledger.memory.settings import Clock, Settings
from chaincode.ledger.memory.state import MemberLedger


@dataclass
class Peer:
    """A member's machine, which nobody else writes to.

    Attributes:
        handler: the contract that it runs; replace it to have a member with altered code.
        available: False while the machine is down or cut off.
        transient: private write sets seen in endorsements, by transaction: collection, bytes. A
            peer keeps those of collections that it is no member of too: let none endorse them.
    """

    member: Member
    chaincode: Chaincode
    settings: Settings
    registry: Registry
    clock: Clock
    handler: Handler
    ledger: MemberLedger = field(default_factory=MemberLedger)
    lock: CommitLock = field(default_factory=CommitLock)
    available: bool = True
    transient: dict[str, set[tuple[str, bytes]]] = field(default_factory=dict)

    @property
    def msp_id(self) -> str:
        """Whose peer it is."""
        return self.member.msp_id

    @property
    def address(self) -> str:
        """How error details name it."""
        return self.member.address or f"{self.msp_id}.sandbox"

    def endorse(self, payload: bytes) -> proposal_response_pb2.Endorsement:
        """Sign a ProposalResponsePayload with the peer's key, whatever it holds."""
        endorser = self.member.peer.serialized
        signature = b""
        if self.settings.verify_signatures:
            signature = self.member.peer.sign(payload + endorser)
        return proposal_response_pb2.Endorsement(endorser=endorser, signature=signature)

    def holds(self, name: str) -> bool:
        """Whether the peer is a member of the collection, and so keeps its values."""
        collection = self.chaincode.collection(name)
        if collection is None:
            return False
        own = self.registry.deserialize(self.member.peer.serialized)
        return policy.is_satisfied(collection.member_policy, [own])

    def keep_private(self, transaction_id: str, writes: Mapping[str, bytes]) -> None:
        """Put private write sets into the transient store."""
        if writes:
            self.transient.setdefault(transaction_id, set()).update(writes.items())
