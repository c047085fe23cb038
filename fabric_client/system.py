"""The peer's own chaincodes: what it knows of the chain (`qscc`) and its configuration (`cscc`).

Every answer is the word of the peer that gave it; what can be checked, `fabric_client.blocks` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fabric_protos.common import ledger_pb2
from fabric_protos.peer import transaction_pb2

from fabric_client.blocks.block import Block, parse_block
from fabric_client.blocks.channel_config import ChannelConfig, parse_config_block
from fabric_client.blocks.transaction_envelope import TransactionEnvelope
from fabric_client.blocks.transaction_parser import parse_transaction
from fabric_client.blocks.validation_code import ValidationCode
from fabric_client.errors import FabricClientError
from fabric_client.gateway_errors import EvaluateError
from fabric_client.network import Network
from fabric_client.wire import parse


class NotOnLedgerError(FabricClientError):
    """The peer has no such block or transaction, so far."""


@dataclass(frozen=True, slots=True)
class ChainInfo:
    """How long a peer's chain is, and the hashes of its last two headers."""

    height: int
    current_hash: bytes
    previous_hash: bytes


@dataclass(frozen=True, slots=True)
class ProcessedTransaction:
    """A transaction from a peer's ledger and what that peer found about it."""

    envelope: TransactionEnvelope
    code: ValidationCode


class SystemChaincodes:
    """Queries to the system chaincodes on one channel."""

    def __init__(self, network: Network, *, organizations: Sequence[str] = ()) -> None:
        """Take a channel.

        Args:
            network: the channel.
            organizations: whose peers may answer (MSP ids); any if left out.
        """
        self._channel_id = network.channel_id
        self._ledger = network.get_contract("qscc")
        self._configuration = network.get_contract("cscc")
        self._organizations = tuple(organizations)

    async def chain_info(self) -> ChainInfo:
        """Ask for height and hashes.

        Raises:
            EvaluateError: no peer answered.
        """
        data = await self._ask("GetChainInfo")
        message = parse(ledger_pb2.BlockchainInfo, data, "chain info")
        return ChainInfo(message.height, message.currentBlockHash, message.previousBlockHash)

    async def block_by_number(self, number: int) -> Block:
        """Ask for a block.

        Raises:
            NotOnLedgerError: the peer has no such block.
            EvaluateError: no peer answered.
        """
        return parse_block(await self._ask("GetBlockByNumber", str(number)))

    async def block_by_transaction_id(self, transaction_id: str) -> Block:
        """Ask for the block that holds a transaction.

        Raises:
            NotOnLedgerError: the peer has no such transaction.
            EvaluateError: no peer answered.
        """
        return parse_block(await self._ask("GetBlockByTxID", transaction_id))

    async def transaction_by_id(self, transaction_id: str) -> ProcessedTransaction:
        """Ask for a transaction and its validation code.

        Raises:
            NotOnLedgerError: the peer has no such transaction, so far.
            EvaluateError: no peer answered.
        """
        data = await self._ask("GetTransactionByID", transaction_id)
        message = parse(transaction_pb2.ProcessedTransaction, data, "processed transaction")
        envelope = message.transactionEnvelope
        return ProcessedTransaction(
            envelope=parse_transaction(envelope.payload, envelope.signature),
            code=ValidationCode(message.validationCode),
        )

    async def config_block(self) -> Block:
        """Ask for the block that holds the configuration in force.

        Raises:
            EvaluateError: no peer answered.
        """
        data = await self._configuration.evaluate(
            "GetConfigBlock", self._channel_id, endorsing_organizations=self._organizations
        )
        return parse_block(data)

    async def channel_config(self) -> ChannelConfig:
        """Ask for the configuration in force.

        Raises:
            EvaluateError: no peer answered.
        """
        return parse_config_block(await self.config_block())

    async def _ask(self, function: str, *arguments: str) -> bytes:
        try:
            return await self._ledger.evaluate(
                function,
                self._channel_id,
                *arguments,
                endorsing_organizations=self._organizations,
            )
        except EvaluateError as error:
            if _is_missing(error):
                raise NotOnLedgerError(f"{function} {' '.join(arguments)}: not there") from error
            raise


def _is_missing(error: EvaluateError) -> bool:
    # common/ledger/blkstorage: "no such transaction ID [..] in index", "no such block number [..]"
    texts = (error.message, *(item.message for item in error.details))
    return any("no such transaction" in text or "no such block" in text for text in texts)
