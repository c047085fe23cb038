"""Blocks of the sandbox: ordered envelopes with what one member found of each."""

from dataclasses import dataclass
from hashlib import sha256

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_event_pb2, transaction_pb2

from chaincode.ledger.memory.envelope import Read
from chaincode.ledger.memory.transaction import Transaction


@dataclass(frozen=True)
class CommittedTransaction:
    """A transaction in a block.

    Attributes:
        code: Fabric's validation code; 0 is valid.
        transaction: None where the envelope could not be read as one.
    """

    transaction_id: str
    code: int
    envelope: common_pb2.Envelope
    transaction: Transaction | None

    @property
    def is_valid(self) -> bool:
        """Whether its writes hold."""
        return bool(self.code == transaction_pb2.VALID)

    @property
    def code_name(self) -> str:
        """The code by name, for example MVCC_READ_CONFLICT."""
        return str(transaction_pb2.TxValidationCode.Name(self.code))

    @property
    def event(self) -> chaincode_event_pb2.ChaincodeEvent | None:
        """The contract's event, of valid transactions alone."""
        if not self.is_valid or self.transaction is None:
            return None
        return self.transaction.event


@dataclass(frozen=True)
class Block:
    """A block as one member sees it."""

    number: int
    transactions: tuple[CommittedTransaction, ...]

    @property
    def data_hash(self) -> bytes:
        """SHA-256 of the concatenated envelopes, as in Fabric's block header."""
        envelopes = (item.envelope.SerializeToString() for item in self.transactions)
        return sha256(b"".join(envelopes)).digest()


@dataclass(frozen=True)
class OrderedBlock:
    """A block as the orderers cut it, with what every member reads out of it alike."""

    number: int
    envelopes: tuple[common_pb2.Envelope, ...]
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """What one member found of a transaction."""

    transaction_id: str
    code: int
    block_number: int

    @property
    def is_valid(self) -> bool:
        """Whether its writes hold."""
        return bool(self.code == transaction_pb2.VALID)

    @property
    def code_name(self) -> str:
        """The code by name."""
        return str(transaction_pb2.TxValidationCode.Name(self.code))
