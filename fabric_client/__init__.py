"""An asyncio client of Hyperledger Fabric's peer gateway, in the shape of the official clients.

`Connection` is to a peer, `Gateway` is one identity's view over it, `Network` a channel, `Contract`
a chaincode. `blocks` reads and checks blocks offline, `ca` speaks to fabric-ca.
"""

from fabric_client.commit import Commit
from fabric_client.connection import ClientTls, Connection
from fabric_client.contract import Contract
from fabric_client.errors import FabricClientError
from fabric_client.gateway import Gateway
from fabric_client.gateway_errors import (
    CommitError,
    CommitStatusError,
    EndorseError,
    EnvelopeRefusedError,
    EvaluateError,
    EventsError,
    GatewayError,
    NotSignedError,
    OutcomeUnknownError,
    SubmitError,
)
from fabric_client.identity import Identity, PrivateKeySigner, Signer, SigningIdentity
from fabric_client.network import Network
from fabric_client.peer_error import ChaincodeResponse, PeerError
from fabric_client.proposal import Proposal
from fabric_client.status import Status
from fabric_client.submitted_transaction import SubmittedTransaction
from fabric_client.timeouts import Timeouts
from fabric_client.transaction import Transaction

__all__ = [
    "ChaincodeResponse",
    "ClientTls",
    "Commit",
    "CommitError",
    "CommitStatusError",
    "Connection",
    "Contract",
    "EndorseError",
    "EnvelopeRefusedError",
    "EvaluateError",
    "EventsError",
    "FabricClientError",
    "Gateway",
    "GatewayError",
    "Identity",
    "Network",
    "NotSignedError",
    "OutcomeUnknownError",
    "PeerError",
    "PrivateKeySigner",
    "Proposal",
    "Signer",
    "SigningIdentity",
    "Status",
    "SubmitError",
    "SubmittedTransaction",
    "Timeouts",
    "Transaction",
]
