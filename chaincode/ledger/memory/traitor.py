"""A member that cheats: another contract, or read-write sets made by hand and signed nonetheless.

All the keys and machines of one member are in its hands; whatever it does with them goes through
the same doors as everybody's transactions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import (
    chaincode_pb2,
    proposal_pb2,
    proposal_response_pb2,
)

from chaincode.ledger.memory.consortium import Prepared
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.proposal import Proposal, unpack
from chaincode.ledger.memory.rwset import ReadWriteSet
from chaincode.ledger.memory.state import Version
from chaincode.ledger.memory.transaction import assemble


@dataclass
class Forgery:
    """A read-write set made by hand; nothing has to fit anything.

    Attributes:
        reads: versions to claim as read; None claims that the key was absent.
        writes: values to write; an empty one deletes.
        policies: key-level policies to set.
        private: values to write by collection and key.
    """

    reads: Mapping[str, Version | None] = field(default_factory=dict)
    writes: Mapping[str, bytes] = field(default_factory=dict)
    policies: Mapping[str, bytes] = field(default_factory=dict)
    private: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def rwset(self, chaincode: str) -> ReadWriteSet:
        """The set, as an honest simulation would have collected it."""
        made = ReadWriteSet(chaincode)
        made.reads.update(self.reads)
        made.writes.update(self.writes)
        made.policies.update(self.policies)
        for name, values in self.private.items():
            made.collection(name).writes.update(values)
        return made


def forge(
    proposal: Proposal, forgery: Forgery, peers: Sequence[Peer], *, answer: bytes = b"{}"
) -> Prepared:
    """Endorse a forgery with the peers of those who take part, past every contract."""
    invocation = unpack(proposal.message)
    rwset = forgery.rwset(peers[0].chaincode.name)
    for peer in peers:
        peer.keep_private(invocation.transaction_id, rwset.private())
    return forge_results(proposal, rwset.public(), peers, answer=answer)


def forge_results(
    proposal: Proposal, results: bytes, peers: Sequence[Peer], *, answer: bytes = b"{}"
) -> Prepared:
    """Endorse any bytes as the results of a simulation."""
    invocation = unpack(proposal.message)
    chaincode = peers[0].chaincode
    action = proposal_pb2.ChaincodeAction(
        results=results,
        response=proposal_response_pb2.Response(status=200, payload=answer),
        chaincode_id=chaincode_pb2.ChaincodeID(name=chaincode.name, version=chaincode.version),
    )
    payload = proposal_response_pb2.ProposalResponsePayload(
        proposal_hash=invocation.proposal_hash, extension=action.SerializeToString()
    ).SerializeToString()
    return Prepared(
        invocation.transaction_id,
        assemble(invocation, payload, [peer.endorse(payload) for peer in peers]),
        answer,
        tuple(peer.msp_id for peer in peers),
    )


def results_of(chaincode: str, public: kv_rwset_pb2.KVRWSet) -> bytes:
    """Serialized TxReadWriteSet of one public set, for forgeries that no simulation could make."""
    namespace = rwset_pb2.NsReadWriteSet(namespace=chaincode, rwset=public.SerializeToString())
    return bytes(rwset_pb2.TxReadWriteSet(ns_rwset=[namespace]).SerializeToString())
