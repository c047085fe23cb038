"""The blocks of a real consortium (Fabric 3.1, SmartBFT): `tests/vectors/fabric_blocks`."""

import gzip
from hashlib import sha256
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2

from fabric_client.assembly import policy_principals
from fabric_client.blocks import (
    Block,
    BlockEntry,
    BlockRefusedError,
    ChainVerifier,
    TransactionEnvelope,
    ValidationCode,
    parse_block,
)
from fabric_client.blocks.read_write_set import Write

CHAIN = Path(__file__).parents[4] / "tests" / "vectors" / "fabric_blocks" / "chain.gz"
MEMBERS = ["alphaMSP", "betaMSP", "gammaMSP", "ministryMSP"]


def framed(data: bytes) -> list[bytes]:
    blocks = []
    while data:
        end = 4 + int.from_bytes(data[:4], "big")
        blocks.append(data[4:end])
        data = data[end:]
    return blocks


BLOCKS = framed(gzip.decompress(CHAIN.read_bytes()))


def entries() -> list[BlockEntry]:
    return [entry for data in BLOCKS for entry in parse_block(data).entries]


def of_probe() -> list[TransactionEnvelope]:
    transactions = (entry.transaction for entry in entries())
    return [item for item in transactions if item and item.chaincode_name == "probe"]


def test_the_chain_is_signed_from_the_genesis_block_on() -> None:
    verifier = ChainVerifier.from_genesis(parse_block(BLOCKS[0]))
    for number, data in enumerate(BLOCKS[1:], 1):
        assert len(verifier.accept(parse_block(data))) >= 3
        assert verifier.last.number == number
    assert sorted(verifier.config.msps()) == MEMBERS
    assert verifier.config.consensus == "BFT"
    assert sorted(item.msp_id for item in verifier.config.consenters) == MEMBERS


def test_every_transaction_holds_and_was_found_valid() -> None:
    assert all(entry.malformed is None for entry in entries())
    assert {entry.code for entry in entries()} == {ValidationCode.VALID}
    transactions = [entry.transaction for entry in entries() if entry.transaction]
    assert len(transactions) > 10
    for transaction in transactions:
        transaction.verify()


def test_a_write_under_a_policy_of_its_key() -> None:
    transaction = of_probe()[-2]
    assert len(set(transaction.endorsing_msp_ids)) == 3
    touched = transaction.action.read_write_set.namespace("probe")
    assert touched.writes == (Write("grade", b"93"),)
    [metadata] = touched.metadata_writes
    assert policy_principals(metadata.entries[0][1]) == (2, ("alphaMSP", "betaMSP"))
    event = transaction.action.event
    assert event is not None
    assert (event.name, event.payload) == ("graded", b"grade")


def test_private_values_stand_there_as_hashes() -> None:
    transaction = of_probe()[-1]
    assert sorted(transaction.endorsing_msp_ids) == ["alphaMSP", "betaMSP"]
    collections = transaction.action.read_write_set.namespace("probe").collections
    assert [item.name for item in collections] == ["values-alphaMSP", "values-betaMSP"]
    for collection in collections:
        [write] = collection.writes
        assert write.key_hash == sha256(b"mark").digest()
        assert write.value_hash == sha256(b"93").digest()


def refused(block: Block) -> None:
    verifier = ChainVerifier.from_genesis(parse_block(BLOCKS[0]))
    with pytest.raises(BlockRefusedError):
        verifier.accept(block)


@pytest.mark.parametrize("field", ["number", "previous_hash", "data_hash"])
def test_a_changed_header_is_refused(field: str) -> None:
    message = common_pb2.Block.FromString(BLOCKS[1])
    value = getattr(message.header, field)
    changed = value + 1 if field == "number" else bytes([value[0] ^ 1]) + value[1:]
    setattr(message.header, field, changed)
    refused(parse_block(message.SerializeToString()))


def test_changed_data_and_changed_signatures_are_refused() -> None:
    message = common_pb2.Block.FromString(BLOCKS[1])
    message.data.data[0] += b"\x00"
    refused(parse_block(message.SerializeToString()))
    message = common_pb2.Block.FromString(BLOCKS[1])
    metadata = common_pb2.Metadata.FromString(message.metadata.metadata[0])
    metadata.value += b"\x00"
    message.metadata.metadata[0] = metadata.SerializeToString()
    refused(parse_block(message.SerializeToString()))


def test_a_block_left_out_is_noticed() -> None:
    refused(parse_block(BLOCKS[2]))
