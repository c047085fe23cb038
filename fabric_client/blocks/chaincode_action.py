from dataclasses import dataclass

from fabric_client.blocks.read_write_set import ReadWriteSet


@dataclass(frozen=True, slots=True)
class ChaincodeEventRecord:
    """The event that a transaction carries, as it stands in the block."""

    chaincode_name: str
    transaction_id: str
    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class ChaincodeAction:
    """What the endorsers agreed upon (`peer.ProposalResponsePayload`)."""

    proposal_hash: bytes
    chaincode_name: str
    chaincode_version: str
    status: int
    message: str
    result: bytes
    read_write_set: ReadWriteSet
    event: ChaincodeEventRecord | None
