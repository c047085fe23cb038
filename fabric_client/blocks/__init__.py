"""Blocks, taken apart and checked offline. Nothing here speaks to anybody."""

from fabric_client.blocks.block import Block, BlockEntry, OrdererSignature, parse_block
from fabric_client.blocks.chaincode_action import ChaincodeAction, ChaincodeEventRecord
from fabric_client.blocks.channel_config import (
    ChannelConfig,
    Consenter,
    Organization,
    parse_config_block,
)
from fabric_client.blocks.endorsement import Endorsement
from fabric_client.blocks.header_type import HeaderType
from fabric_client.blocks.msp_config import MspConfig, NodeUnits
from fabric_client.blocks.transaction_envelope import (
    EnvelopeInconsistentError,
    TransactionEnvelope,
)
from fabric_client.blocks.transaction_parser import parse_action, parse_transaction
from fabric_client.blocks.validation_code import ValidationCode
from fabric_client.blocks.verification import (
    BlockRefusedError,
    ChainBrokenError,
    ChainVerifier,
    DataHashError,
    QuorumMissingError,
    check_data,
    check_follows,
    check_signatures,
    quorum,
)

__all__ = [
    "Block",
    "BlockEntry",
    "BlockRefusedError",
    "ChainBrokenError",
    "ChainVerifier",
    "ChaincodeAction",
    "ChaincodeEventRecord",
    "ChannelConfig",
    "Consenter",
    "DataHashError",
    "Endorsement",
    "EnvelopeInconsistentError",
    "HeaderType",
    "MspConfig",
    "NodeUnits",
    "OrdererSignature",
    "Organization",
    "QuorumMissingError",
    "TransactionEnvelope",
    "ValidationCode",
    "check_data",
    "check_follows",
    "check_signatures",
    "parse_action",
    "parse_block",
    "parse_config_block",
    "parse_transaction",
    "quorum",
]
