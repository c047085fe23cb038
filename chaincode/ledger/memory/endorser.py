"""One member's peer as an endorser: checks a proposal, runs the member's contract, signs.

After Fabric's core/handlers/auth/filter and core/endorser/endorser.go. What a peer refuses before
any contract runs is `ProposalRefused`, everything later an `Answer`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from fabric_protos.common import common_pb2
from fabric_protos.peer import (
    chaincode_pb2,
    proposal_pb2,
    proposal_response_pb2,
)

from chaincode.ledger.memory.errors import PeerError, ProposalRefused
from chaincode.ledger.memory.identity import (
    Identity,
    InvalidIdentity,
    InvalidSignatureBytes,
    UnknownIdentity,
)
from chaincode.ledger.memory.interest import Interest, interest_of
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.policy import MalformedPolicy
from chaincode.ledger.memory.proposal import Invocation, transaction_id
from chaincode.ledger.memory.simulation import Simulation
from chaincode.ledger.memory.stub import Creator, MemoryStub

ERROR_THRESHOLD = 400
_ERROR = 500


@dataclass(frozen=True)
class Answer:
    """What an endorsing peer answers; `endorsement` is None where it did not endorse.

    Attributes:
        payload: serialized ProposalResponsePayload, empty where the peer itself failed.
        interest: whose policies the writes fall under.
    """

    status: int
    message: str
    result: bytes
    payload: bytes = b""
    endorsement: proposal_response_pb2.Endorsement | None = None
    interest: Interest = field(default_factory=Interest)

    @property
    def is_peer_failure(self) -> bool:
        """Whether the peer or a crash spoke, not the contract; another peer may do better."""
        return self.status == _ERROR and not self.payload


async def process(
    peer: Peer, signed: proposal_pb2.SignedProposal, invocation: Invocation
) -> Answer:
    """Endorse or refuse one proposal; `invocation` is what it holds, unpacked.

    Raises:
        ProposalRefused: before the contract ran, with Fabric's text.
    """
    creator = _check(peer, invocation, signed)
    async with peer.lock.simulating():
        return await _invoke(peer, invocation, creator)


def _check(peer: Peer, invocation: Invocation, signed: proposal_pb2.SignedProposal) -> Identity:
    now = peer.clock()
    _check_time(peer, invocation, now)
    creator = _identify(peer, invocation)
    if creator is not None and now > creator.not_after:
        raise ProposalRefused("proposal client identity expired", filtered=True)
    if invocation.channel_id != peer.settings.channel_id:
        raise ProposalRefused(f"channel '{invocation.channel_id}' not found")
    _check_header(invocation)
    if creator is None:
        raise ProposalRefused(
            f"error validating proposal: access denied: channel [{invocation.channel_id}] "
            "creator org unknown, creator is malformed"
        )
    _check_creator(peer, invocation, creator, signed)
    if invocation.transaction_id in peer.ledger.transactions:
        raise ProposalRefused(
            f"duplicate transaction found [{invocation.transaction_id}]. "
            f"Creator [{invocation.creator.hex()}]"
        )
    return creator


def _check_time(peer: Peer, invocation: Invocation, now: datetime) -> None:
    window = peer.settings.time_window
    claimed = invocation.timestamp
    if abs(claimed - now) > window:
        raise ProposalRefused(
            f"request unauthorized due to incorrect timestamp {_rfc3339(claimed)}, "
            f"peer time {_rfc3339(now)}, peer.authentication.timewindow {window}",
            filtered=True,
        )


def _identify(peer: Peer, invocation: Invocation) -> Identity | None:
    try:
        return peer.registry.deserialize(invocation.creator)
    except UnknownIdentity:
        return None


def _check_header(invocation: Invocation) -> None:
    problem = None
    if invocation.header_type != common_pb2.ENDORSER_TRANSACTION:
        problem = f"invalid header type {invocation.header_type}"
    elif invocation.epoch != 0:
        problem = "epoch is non-zero"
    elif not invocation.nonce:
        problem = "nonce is empty"
    elif not invocation.creator:
        problem = "creator is empty"
    else:
        expected = transaction_id(invocation.nonce, invocation.creator)
        if invocation.transaction_id != expected:
            problem = (
                f"incorrectly computed txid '{invocation.transaction_id}' -- expected '{expected}'"
            )
    if problem is not None:
        raise ProposalRefused(f"error validating proposal: {problem}")


def _check_creator(
    peer: Peer,
    invocation: Invocation,
    creator: Identity,
    signed: proposal_pb2.SignedProposal,
) -> None:
    try:
        creator.require_valid()
        if peer.settings.verify_signatures:
            creator.verify(signed.proposal_bytes, signed.signature)
    except (InvalidIdentity, InvalidSignatureBytes) as error:
        raise ProposalRefused(
            f"error validating proposal: access denied: channel [{invocation.channel_id}] "
            f"creator org [{creator.msp_id}]"
        ) from error


async def _invoke(peer: Peer, invocation: Invocation, creator: Identity) -> Answer:
    if invocation.chaincode != peer.chaincode.name:
        name, channel = invocation.chaincode, invocation.channel_id
        return Answer(
            _ERROR,
            f"make sure the chaincode {name} has been successfully defined on channel {channel} "
            f"and try again: chaincode {name} not found",
            b"",
        )
    simulation = Simulation(
        peer.ledger,
        peer.chaincode,
        channel_id=invocation.channel_id,
        transaction_id=invocation.transaction_id,
        creator=creator,
    )
    stub = MemoryStub(invocation, simulation, Creator(creator.msp_id, creator.certificate))
    try:
        response = await _run(peer, stub)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a contract's crash is an answer
        return Answer(_ERROR, crash_message(error), b"")
    if response.status < ERROR_THRESHOLD:
        peer.keep_private(invocation.transaction_id, simulation.rwset.private())
    try:
        return _answer(peer, invocation, stub, simulation, response)
    except MalformedPolicy:
        return Answer(
            _ERROR,
            "error in simulation: error unmarshalling SignaturePolicyEnvelope: "
            "proto: cannot parse invalid wire-format data",
            b"",
        )


async def _run(peer: Peer, stub: MemoryStub) -> proposal_response_pb2.Response:
    try:
        answered = await peer.handler(stub)
        response = proposal_response_pb2.Response(
            status=answered.status, message=answered.message, payload=answered.payload
        )
        if answered.status < ERROR_THRESHOLD:
            stub.send_writes()
    finally:
        stub.close()
    return response


def crash_message(error: BaseException) -> str:
    """What a client is told of a crash: its type, and a peer's own words."""
    words = f": {error}" if isinstance(error, PeerError) else ""
    return (
        "error in simulation: transaction returned with failure: "
        f"the chaincode failed by {type(error).__name__}{words}"
    )


def _answer(
    peer: Peer,
    invocation: Invocation,
    stub: MemoryStub,
    simulation: Simulation,
    response: proposal_response_pb2.Response,
) -> Answer:
    if ERROR_THRESHOLD <= response.status < _ERROR:
        return Answer(response.status, response.message, response.payload)
    action = proposal_pb2.ChaincodeAction(
        results=simulation.rwset.public(),
        events=stub.event(peer.chaincode.name) if response.status < ERROR_THRESHOLD else b"",
        response=response,
        chaincode_id=chaincode_pb2.ChaincodeID(
            name=peer.chaincode.name, version=peer.chaincode.version
        ),
    )
    payload = proposal_response_pb2.ProposalResponsePayload(
        proposal_hash=invocation.proposal_hash, extension=action.SerializeToString()
    ).SerializeToString()
    return Answer(
        status=response.status,
        message=response.message,
        result=response.payload,
        payload=payload,
        endorsement=peer.endorse(payload) if response.status < ERROR_THRESHOLD else None,
        interest=interest_of(simulation, peer.ledger),
    )


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
