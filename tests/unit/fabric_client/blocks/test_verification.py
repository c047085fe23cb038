from typing import Any

import pytest
from fabric_protos.common import common_pb2
from hypothesis import given
from hypothesis import strategies as st

from fabric_client import ecdsa
from fabric_client.blocks import (
    ChainBrokenError,
    ChainVerifier,
    DataHashError,
    QuorumMissingError,
    check_data,
    check_signatures,
    parse_block,
    parse_config_block,
    quorum,
)
from fabric_client.wire import MalformedMessageError


@pytest.mark.parametrize(("n", "q"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (7, 5), (10, 7)])
def test_quorum(n: int, q: int) -> None:
    assert quorum(n) == q


@given(st.integers(1, 200))
def test_two_quorums_share_an_honest_consenter(n: int) -> None:
    faulty = (n - 1) // 3
    assert 2 * quorum(n) - n >= faulty + 1
    assert quorum(n) <= n - faulty or n < 4


async def test_a_chain_that_holds_is_followed(chain: Any) -> None:
    verifier = ChainVerifier.from_genesis(parse_block(chain.blocks[0]))
    assert verifier.accept(parse_block(await chain.add(b"one"))) == (1, 2, 3)
    assert verifier.accept(parse_block(await chain.add(b"two", signers=(3, 1, 2)))) == (2, 3, 4)
    assert verifier.last.number == 2


async def test_a_new_configuration_holds_from_the_next_block_on(chain: Any, authority: Any) -> None:
    verifier = ChainVerifier.from_genesis(parse_block(chain.blocks[0]))
    old = list(chain.orderers)
    chain.orderers[3] = authority.signing_identity("ministryMSP", "new", "orderer")
    envelope = chain.config_envelope(sequence=1)
    chain.orderers, new = old, list(chain.orderers)
    verifier.accept(parse_block(await chain.add(envelope, signers=(1, 2, 3))))
    assert verifier.config.sequence == 1
    refused = parse_block(await chain.add(b"x", signers=(1, 2, 3)))
    with pytest.raises(QuorumMissingError):
        verifier.accept(refused)
    chain.blocks.pop()
    chain.previous_hash = verifier.last.hash
    chain.orderers = new
    verifier.accept(parse_block(await chain.add(b"x", signers=(1, 2, 3))))


@pytest.mark.parametrize("signers", [(), (0,), (0, 1), (0, 0, 0)])
async def test_too_few_signatures_are_refused(chain: Any, signers: tuple[int, ...]) -> None:
    verifier = ChainVerifier.from_genesis(parse_block(chain.blocks[0]))
    with pytest.raises(QuorumMissingError, match="of 3"):
        verifier.accept(parse_block(await chain.add(b"one", signers=signers)))
    assert verifier.last.number == 0


async def test_a_signature_by_another_key_does_not_count(chain: Any, authority: Any) -> None:
    verifier = ChainVerifier.from_genesis(parse_block(chain.blocks[0]))
    chain.orderers[2] = authority.signing_identity("gammaMSP", "impostor", "orderer")
    with pytest.raises(QuorumMissingError, match="consenter 3: the signature does not hold"):
        verifier.accept(parse_block(await chain.add(b"one")))


async def test_a_signature_over_another_header_does_not_count(chain: Any) -> None:
    config = parse_config_block(parse_block(chain.blocks[0]))
    message = common_pb2.Block.FromString(await chain.add(b"one"))
    check_signatures(parse_block(message.SerializeToString()), config.consenters)
    message.header.data_hash = b"\x00" * 32
    with pytest.raises(QuorumMissingError, match="0 of 3"):
        check_signatures(parse_block(message.SerializeToString()), config.consenters)


async def test_a_signature_without_identifier_does_not_count(chain: Any) -> None:
    config = parse_config_block(parse_block(chain.blocks[0]))
    message = common_pb2.Block.FromString(await chain.add(b"one"))
    metadata = common_pb2.Metadata.FromString(message.metadata.metadata[0])
    metadata.signatures[0].ClearField("identifier_header")
    message.metadata.metadata[0] = metadata.SerializeToString()
    with pytest.raises(QuorumMissingError, match="none of a BFT orderer"):
        check_signatures(parse_block(message.SerializeToString()), config.consenters)


async def test_without_consenters_nothing_is_signed(chain: Any) -> None:
    with pytest.raises(QuorumMissingError, match="no consenters"):
        check_signatures(parse_block(await chain.add(b"one")), ())


async def test_changed_data_are_refused(chain: Any) -> None:
    message = common_pb2.Block.FromString(await chain.add(b"one"))
    check_data(parse_block(message.SerializeToString()))
    message.data.data[0] = b"two"
    with pytest.raises(DataHashError):
        check_data(parse_block(message.SerializeToString()))


async def test_a_block_that_follows_another_is_refused(chain: Any) -> None:
    verifier = ChainVerifier.from_genesis(parse_block(chain.blocks[0]))
    with pytest.raises(ChainBrokenError, match="another block"):
        verifier.accept(parse_block(await chain.add(b"x", previous_hash=b"\x00" * 32)))
    with pytest.raises(ChainBrokenError, match="does not come after"):
        verifier.accept(parse_block(await chain.add(b"x", number=5)))


async def test_only_a_genesis_block_starts_a_chain(chain: Any) -> None:
    with pytest.raises(ChainBrokenError):
        ChainVerifier.from_genesis(parse_block(await chain.add(b"one")))
    chain.blocks.clear()
    with pytest.raises(MalformedMessageError, match="no configuration"):
        ChainVerifier.from_genesis(parse_block(await chain.add(b"not a config", number=0)))


async def test_a_high_s_is_no_signature(chain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    config = parse_config_block(parse_block(chain.blocks[0]))
    monkeypatch.setattr(ecdsa, "to_low_s", _to_high_s)
    block = parse_block(await chain.add(b"one"))
    with pytest.raises(QuorumMissingError, match="high S"):
        check_signatures(block, config.consenters)


def _to_high_s(signature: bytes) -> bytes:
    r, s = ecdsa.decode_dss_signature(signature)
    high = s if s > ecdsa.P256_ORDER // 2 else ecdsa.P256_ORDER - s
    return ecdsa.encode_dss_signature(r, high)
