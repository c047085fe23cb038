"""Transactions: assembled from endorsements, read back from envelopes.

After Fabric's internal/pkg/gateway/submit.go (prepareTransaction) and protoutil.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)

from chaincode.ledger.memory.proposal import Invocation


def assemble(
    invocation: Invocation,
    payload: bytes,
    endorsements: Sequence[proposal_response_pb2.Endorsement],
) -> bytes:
    """The payload of the envelope that the creator has to sign."""
    action = transaction_pb2.ChaincodeActionPayload(
        chaincode_proposal_payload=invocation.public_payload,
        action=transaction_pb2.ChaincodeEndorsedAction(
            proposal_response_payload=payload, endorsements=endorsements
        ),
    )
    transaction = transaction_pb2.Transaction(
        actions=[
            transaction_pb2.TransactionAction(
                header=invocation.header.signature_header, payload=action.SerializeToString()
            )
        ]
    )
    return bytes(
        common_pb2.Payload(
            header=invocation.header, data=transaction.SerializeToString()
        ).SerializeToString()
    )


@dataclass(frozen=True)
class CollectionSet:
    """One collection's hashed read-write set."""

    name: str
    hashed: kv_rwset_pb2.HashedRWSet
    private_hash: bytes


@dataclass(frozen=True)
class NamespaceSet:
    """One namespace's read-write set."""

    namespace: str
    public: kv_rwset_pb2.KVRWSet
    collections: tuple[CollectionSet, ...]

    @property
    def writes(self) -> bool:
        """Whether it would change anything."""
        return bool(
            self.public.writes
            or self.public.metadata_writes
            or any(
                part.hashed.hashed_writes or part.hashed.metadata_writes
                for part in self.collections
            )
        )


@dataclass(frozen=True)
class Transaction:
    """An endorser transaction, read from its envelope."""

    header: common_pb2.Header
    channel: common_pb2.ChannelHeader
    creator: bytes
    nonce: bytes
    public_payload: bytes
    response_payload: bytes
    proposal_hash: bytes
    action: proposal_pb2.ChaincodeAction
    endorsements: tuple[proposal_response_pb2.Endorsement, ...]

    @property
    def transaction_id(self) -> str:
        """As its header claims."""
        return str(self.channel.tx_id)

    @property
    def timestamp(self) -> datetime | None:
        """The client's claimed time, UTC; None where it is no date, which no committer minds."""
        try:
            stamp: datetime = self.channel.timestamp.ToDatetime(UTC)
        except (ValueError, OverflowError):
            return None
        return stamp

    @property
    def result(self) -> bytes:
        """What the contract answered."""
        return bytes(self.action.response.payload)

    @property
    def event(self) -> chaincode_event_pb2.ChaincodeEvent | None:
        """The contract's event, None when it set none."""
        if not self.action.events:
            return None
        return chaincode_event_pb2.ChaincodeEvent.FromString(self.action.events)


def read_sets(results: bytes) -> tuple[NamespaceSet, ...]:
    """Read a serialized TxReadWriteSet.

    Raises:
        DecodeError: it is none.
    """
    whole = rwset_pb2.TxReadWriteSet.FromString(results)
    return tuple(
        NamespaceSet(
            namespace=part.namespace,
            public=kv_rwset_pb2.KVRWSet.FromString(part.rwset),
            collections=tuple(
                CollectionSet(
                    name=hashed.collection_name,
                    hashed=kv_rwset_pb2.HashedRWSet.FromString(hashed.hashed_rwset),
                    private_hash=hashed.pvt_rwset_hash,
                )
                for hashed in part.collection_hashed_rwset
            ),
        )
        for part in whole.ns_rwset
    )
