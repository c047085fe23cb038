"""Checking blocks offline: content, chain and the signatures of a BFT ordering service.

None of this shows that a transaction in a block is valid: that is each peer's own finding.
"""

from collections.abc import Sequence

from fabric_protos.common import common_pb2

from fabric_client import ecdsa
from fabric_client.blocks.block import Block, OrdererSignature
from fabric_client.blocks.channel_config import ChannelConfig, Consenter, parse_config_block
from fabric_client.errors import FabricClientError
from fabric_client.wire import MalformedMessageError, parse


class BlockRefusedError(FabricClientError):
    """A block that does not hold.

    Attributes:
        number: the block's number.
    """

    def __init__(self, number: int, message: str) -> None:
        super().__init__(f"block {number}: {message}")
        self.number = number


class DataHashError(BlockRefusedError):
    """The data are not those that the header commits to."""


class ChainBrokenError(BlockRefusedError):
    """The block does not follow the one before it."""


class QuorumMissingError(BlockRefusedError):
    """Too few consenters signed."""


def quorum(consenters: int) -> int:
    """Give how many of n consenters must sign: ceil((n + f + 1) / 2) with f = (n - 1) // 3."""
    faulty = (consenters - 1) // 3
    return (consenters + faulty + 2) // 2


def check_data(block: Block) -> None:
    """Check that the header commits to the data.

    Raises:
        DataHashError: it commits to other data.
    """
    if block.computed_data_hash != block.data_hash:
        raise DataHashError(block.number, "the data do not hash to what the header says")


def check_follows(previous: Block, block: Block) -> None:
    """Check that one block follows another.

    Raises:
        ChainBrokenError: number or hash do not fit.
    """
    if block.number != previous.number + 1:
        raise ChainBrokenError(block.number, f"does not come after block {previous.number}")
    if block.previous_hash != previous.hash:
        raise ChainBrokenError(block.number, "names another block as the one before it")


def check_signatures(block: Block, consenters: Sequence[Consenter]) -> tuple[int, ...]:
    """Check that a quorum of a BFT ordering service signed the block.

    Args:
        block: not the genesis block, which nobody signs.
        consenters: of the configuration in force before this block.

    Returns:
        The ids of the consenters whose signatures hold.

    Raises:
        QuorumMissingError: too few of them do; the message says why each other one does not.
    """
    by_id = {consenter.id: consenter for consenter in consenters}
    if not by_id:
        raise QuorumMissingError(block.number, "the configuration names no consenters")
    signed: set[int] = set()
    refused: list[str] = []
    for item in block.signatures:
        try:
            signed.add(_check_signature(block, item, by_id))
        except FabricClientError as error:
            refused.append(str(error))
    needed = quorum(len(by_id))
    if len(signed) < needed:
        reasons = f" ({'; '.join(refused)})" if refused else ""
        raise QuorumMissingError(
            block.number, f"{len(signed)} of {needed} consenters needed signed{reasons}"
        )
    return tuple(sorted(signed))


class ChainVerifier:
    """Follows a chain from a block that is trusted, and takes over configurations on the way."""

    def __init__(self, trusted: Block, config: ChannelConfig) -> None:
        """Start after a trusted block.

        Args:
            trusted: the genesis block, or another known by its hash.
            config: the configuration in force after it; its own where it is a config block.
        """
        self._last = trusted
        self._config = config

    @classmethod
    def from_genesis(cls, genesis: Block) -> "ChainVerifier":
        """Start from a genesis block that came from a trusted place.

        Raises:
            BlockRefusedError: it is not block 0 or does not hold its data.
            MalformedMessageError: its configuration cannot be read.
        """
        if genesis.number != 0:
            raise ChainBrokenError(genesis.number, "is no genesis block")
        check_data(genesis)
        return cls(genesis, parse_config_block(genesis))

    @property
    def last(self) -> Block:
        """The last block that held."""
        return self._last

    @property
    def config(self) -> ChannelConfig:
        """The configuration in force after it."""
        return self._config

    def accept(self, block: Block) -> tuple[int, ...]:
        """Check the next block and move on to it.

        Returns:
            The ids of the consenters that signed it.

        Raises:
            BlockRefusedError: it does not hold; the verifier stays where it was.
            MalformedMessageError: it is a config block that cannot be read.
        """
        check_follows(self._last, block)
        check_data(block)
        signed = check_signatures(block, self._config.consenters)
        if block.is_config:
            self._config = parse_config_block(block)
        self._last = block
        return signed


def _check_signature(block: Block, item: OrdererSignature, by_id: dict[int, Consenter]) -> int:
    if not item.identifier_header:
        raise MalformedMessageError("a signature without identifier is none of a BFT orderer")
    identifier = int(
        parse(common_pb2.IdentifierHeader, item.identifier_header, "identifier header").identifier
    )
    consenter = by_id.get(identifier)
    if consenter is None:
        raise ecdsa.SignatureRefusedError(f"{identifier} is no consenter")
    message = block.signed_metadata + item.identifier_header + block.header_bytes
    whose = f"consenter {identifier}"
    key = ecdsa.public_key(consenter.certificate_pem, whose)
    try:
        ecdsa.verify(key, item.signature, message)
    except ecdsa.SignatureRefusedError as error:
        raise ecdsa.SignatureRefusedError(f"{whose}: {error}") from error
    return identifier
