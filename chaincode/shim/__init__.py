"""Fabric's chaincode protocol, as a service in asyncio.

Start with `ChaincodeServer`; a chaincode is a coroutine function from `Stub` to `Response`.
Source of the protocol: fabric-protos `peer/chaincode_shim.proto`, fabric-chaincode-go v2 `shim`.
"""

from chaincode.shim.client_identity import ClientIdentity
from chaincode.shim.creator import Creator
from chaincode.shim.errors import (
    ConfigurationError,
    IdentityError,
    InvalidArgumentError,
    InvalidCollectionError,
    InvalidKeyError,
    InvalidProposalError,
    InvalidValueError,
    MessageTooLargeError,
    PeerError,
    ProtocolError,
    ShimError,
    StreamLostError,
    TransactionEndedError,
    WritesLostError,
)
from chaincode.shim.handler import Handler
from chaincode.shim.key_modification import KeyModification
from chaincode.shim.key_value import KeyValue
from chaincode.shim.keys import create_composite_key, split_composite_key
from chaincode.shim.page import Page
from chaincode.shim.proposal import Proposal
from chaincode.shim.query_iterator import QueryIterator
from chaincode.shim.response import Response, error, success
from chaincode.shim.server import ChaincodeServer
from chaincode.shim.server_tls import ServerTLS
from chaincode.shim.stub import Stub

__all__ = [
    "ChaincodeServer",
    "ClientIdentity",
    "ConfigurationError",
    "Creator",
    "Handler",
    "IdentityError",
    "InvalidArgumentError",
    "InvalidCollectionError",
    "InvalidKeyError",
    "InvalidProposalError",
    "InvalidValueError",
    "KeyModification",
    "KeyValue",
    "MessageTooLargeError",
    "Page",
    "PeerError",
    "Proposal",
    "ProtocolError",
    "QueryIterator",
    "Response",
    "ServerTLS",
    "ShimError",
    "StreamLostError",
    "Stub",
    "TransactionEndedError",
    "WritesLostError",
    "create_composite_key",
    "error",
    "split_composite_key",
    "success",
]
