"""A block, taken apart as far as it can be read."""

from dataclasses import dataclass, field

from fabric_protos.common import common_pb2

from fabric_client.blocks.header import hash_of_data, header_bytes, header_hash
from fabric_client.blocks.header_type import HeaderType
from fabric_client.blocks.transaction_envelope import TransactionEnvelope
from fabric_client.blocks.transaction_parser import parse_transaction
from fabric_client.blocks.validation_code import ValidationCode
from fabric_client.wire import MalformedMessageError, parse

_SIGNATURES, _TRANSACTIONS_FILTER = 0, 2  # common.BlockMetadataIndex


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """One envelope of a block and what the peer that gave the block found about it.

    No orderer signs the code: it is that peer's word. It is None in a block that has not been
    through a peer. An endorser transaction that cannot be read has no `transaction` but a
    `malformed` reason; such an entry is never valid.
    """

    index: int
    type: int | None
    code: ValidationCode | None
    transaction: TransactionEnvelope | None
    malformed: str | None
    envelope: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OrdererSignature:
    """A signature of the ordering service.

    A BFT orderer names itself by the consenter id in `identifier_header`; others carry their
    identity in `signature_header`.
    """

    signature: bytes
    signature_header: bytes
    identifier_header: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A block's header, entries and orderer signatures."""

    number: int
    previous_hash: bytes
    data_hash: bytes
    entries: tuple[BlockEntry, ...]
    signatures: tuple[OrdererSignature, ...] = field(repr=False)
    signed_metadata: bytes = field(repr=False)

    @property
    def header_bytes(self) -> bytes:
        """The header's DER, which orderers sign and the next block's `previous_hash` hashes."""
        return header_bytes(self.number, self.previous_hash, self.data_hash)

    @property
    def hash(self) -> bytes:
        """The hash by which the next block refers to this one."""
        return header_hash(self.number, self.previous_hash, self.data_hash)

    @property
    def computed_data_hash(self) -> bytes:
        """The hash of the envelopes that are here, which is to equal `data_hash`."""
        return hash_of_data(entry.envelope for entry in self.entries)

    @property
    def last_config(self) -> int:
        """The number of the configuration block in force, as the orderers signed it.

        Raises:
            MalformedMessageError: the signed metadata cannot be read.
        """
        metadata = parse(common_pb2.OrdererBlockMetadata, self.signed_metadata, "block metadata")
        return int(metadata.last_config.index)

    @property
    def is_config(self) -> bool:
        """Whether the block holds a channel configuration and nothing else."""
        return len(self.entries) == 1 and self.entries[0].type == HeaderType.CONFIG


def parse_block(data: bytes) -> Block:
    """Take a `common.Block` apart.

    Raises:
        MalformedMessageError: the block itself cannot be read. An envelope in it that cannot be
            read does not raise: see `BlockEntry`.
    """
    message = parse(common_pb2.Block, data, "block")
    metadata = list(message.metadata.metadata)
    signed = parse(common_pb2.Metadata, _slot(metadata, _SIGNATURES), "signatures metadata")
    codes = _slot(metadata, _TRANSACTIONS_FILTER)
    if codes and len(codes) != len(message.data.data):
        raise MalformedMessageError("the block has not one validation code for each envelope")
    return Block(
        number=message.header.number,
        previous_hash=message.header.previous_hash,
        data_hash=message.header.data_hash,
        entries=tuple(
            _parse_entry(index, envelope, ValidationCode(codes[index]) if codes else None)
            for index, envelope in enumerate(message.data.data)
        ),
        signatures=tuple(
            OrdererSignature(item.signature, item.signature_header, item.identifier_header)
            for item in signed.signatures
        ),
        signed_metadata=signed.value,
    )


def _slot(metadata: list[bytes], index: int) -> bytes:
    return metadata[index] if index < len(metadata) else b""


def _parse_entry(index: int, envelope: bytes, code: ValidationCode | None) -> BlockEntry:
    kind: int | None = None
    transaction: TransactionEnvelope | None = None
    malformed: str | None = None
    try:
        outer = parse(common_pb2.Envelope, envelope, "envelope")
        payload = parse(common_pb2.Payload, outer.payload, "payload")
        header = parse(common_pb2.ChannelHeader, payload.header.channel_header, "channel header")
        kind = header.type
        if kind == HeaderType.ENDORSER_TRANSACTION:
            transaction = parse_transaction(outer.payload, outer.signature)
    except MalformedMessageError as error:
        malformed = str(error)
    return BlockEntry(index, kind, code, transaction, malformed, envelope)
