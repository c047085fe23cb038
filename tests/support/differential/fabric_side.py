"""Playing histories on a real channel, with everything recorded that decides what comes of them."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import (
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)

from chaincode.ledger.memory.authority import SigningIdentity
from chaincode.ledger.memory.proposal import Proposal, propose
from fabric_client.blocks.block import Block
from fabric_client.connection import ClientTls, Connection
from fabric_client.gateway import Gateway
from fabric_client.gateway_errors import GatewayError, OutcomeUnknownError
from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Identity, PrivateKeySigner
from fabric_client.timeouts import Timeouts
from network.layout import Layout, MspFolder
from tests.support.differential.trace import Answer, Asked, Outcome, Refusal, Settled, Trace

_ABSENCE = (
    "failed to find any endorsing peers",
    "no peers available",
    "rpc error",
    "connection error",
    "too many requests",
    "context deadline exceeded",
    "due to unavailability of peers",
)


def load_identity(msp_id: str, folder: MspFolder) -> SigningIdentity:
    """An identity from a running consortium's files."""
    key = load_pem_private_key(folder.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return SigningIdentity(msp_id, folder.certificate.read_bytes(), key)


class Channel:
    """A real channel: a connection to each member's peer."""

    def __init__(self, layout: Layout, channel_id: str, chaincode: str) -> None:
        self.layout = layout
        self.channel_id = channel_id
        self.chaincode = chaincode
        self.operators: dict[str, SigningIdentity] = {}
        self._connections: dict[str, Connection] = {}
        self.services: dict[str, GatewayService] = {}

    async def __aenter__(self) -> Self:
        for member in self.layout.members:
            msp_id = member.member.msp_id
            tls = ClientTls(
                member.operator_tls.certificate.read_bytes(), member.operator_tls.key.read_bytes()
            )
            connection = Connection(str(member.peer), member.tls_root.read_bytes(), client=tls)
            self._connections[msp_id] = connection
            self.services[msp_id] = GatewayService(connection, Timeouts())
            self.operators[msp_id] = load_identity(msp_id, member.operator)
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._connections.values():
            await connection.close()

    async def await_everybody(self, arguments: Sequence[bytes]) -> None:
        """Wait until every gateway reaches every member's peer, which gossip needs time for."""
        for msp_id, operator in self.operators.items():
            player = Player(self, "everybody")
            found = await player.endorse(
                operator, arguments, at=msp_id, endorsers=tuple(self.operators)
            )
            assert found is not None, player.trace.events

    async def blocks(self, at: str, last: int) -> list[Block]:
        """All blocks up to number `last`, as a member's peer found them."""
        network = self._gateway(at).get_network(self.channel_id)
        return [block async for block in network.block_events(start_block=0, stop_block=last)]

    async def block_of(self, at: str, transaction_id: str) -> int:
        """The block that holds a transaction."""
        network = self._gateway(at).get_network(self.channel_id)
        return (await network.new_commit(transaction_id).status()).block_number

    async def events(self, at: str, last: str) -> list[tuple[int, str, str, bytes]]:
        """The chaincode's events, up to that of transaction `last`."""
        network = self._gateway(at).get_network(self.channel_id)
        found = []
        async for event in network.chaincode_events(self.chaincode, start_block=0):
            found.append(
                (event.block_number, event.transaction_id, event.event_name, event.payload)
            )
            if event.transaction_id == last:
                break
        return found

    def _gateway(self, msp_id: str) -> Gateway:
        operator = self.operators[msp_id]
        return Gateway(
            self._connections[msp_id],
            Identity(msp_id, operator.certificate),
            PrivateKeySigner(operator.key),
        )


@dataclass(frozen=True, slots=True)
class Endorsed:
    """A transaction that its creator may submit."""

    transaction_id: str
    creator: SigningIdentity
    payload: bytes
    result: bytes


class Player:
    """Does what a history says on the real channel, and writes it down."""

    def __init__(self, channel: Channel, name: str) -> None:
        self.channel = channel
        self.trace = Trace(name)

    def propose(
        self,
        creator: SigningIdentity,
        arguments: Sequence[bytes],
        transient: Mapping[str, bytes] | None = None,
        timestamp: datetime | None = None,
    ) -> Proposal:
        """A proposal of now, unless another time is asked for."""
        return propose(
            channel_id=self.channel.channel_id,
            chaincode=self.channel.chaincode,
            creator=creator.serialized,
            arguments=arguments,
            timestamp=timestamp or datetime.now(UTC),
            nonce=secrets.token_bytes(24),
            transient=transient,
        )

    async def evaluate(
        self,
        creator: SigningIdentity,
        arguments: Sequence[bytes],
        *,
        at: str | None = None,
        transient: Mapping[str, bytes] | None = None,
        timestamp: datetime | None = None,
    ) -> Outcome:
        """Ask one member's peer."""
        proposal = self.propose(creator, arguments, transient, timestamp)
        signed = proposal.signed(creator.sign(proposal.message))
        where = at or creator.msp_id
        request = gateway_pb2.EvaluateRequest(
            transaction_id=proposal.transaction_id,
            channel_id=self.channel.channel_id,
            proposed_transaction=signed,
            target_organizations=[where],
        )
        outcome: Outcome
        try:
            response = await present(
                lambda: self.channel.services[where].evaluate(request, None),
                patient=timestamp is None,
            )
            outcome = Answer(response.result.payload)
        except GatewayError as error:
            outcome = _refusal("evaluate", error)
        self._note("evaluate", signed, where, (), outcome)
        return outcome

    async def endorse(
        self,
        creator: SigningIdentity,
        arguments: Sequence[bytes],
        *,
        at: str | None = None,
        endorsers: Sequence[str] = (),
        transient: Mapping[str, bytes] | None = None,
        timestamp: datetime | None = None,
    ) -> Endorsed | None:
        """Collect endorsements; None where they were refused."""
        proposal = self.propose(creator, arguments, transient, timestamp)
        signed = proposal.signed(creator.sign(proposal.message))
        where = at or creator.msp_id
        request = gateway_pb2.EndorseRequest(
            transaction_id=proposal.transaction_id,
            channel_id=self.channel.channel_id,
            proposed_transaction=signed,
            endorsing_organizations=endorsers,
        )
        try:
            response = await present(
                lambda: self.channel.services[where].endorse(request, None),
                patient=timestamp is None,
            )
        except GatewayError as error:
            self._note("endorse", signed, where, endorsers, _refusal("endorse", error))
            return None
        payload = response.prepared_transaction.payload
        answer = read_answer(payload)
        self._note("endorse", signed, where, endorsers, answer)
        return Endorsed(proposal.transaction_id, creator, payload, answer.result)

    async def order(self, endorsed: Endorsed) -> None:
        """Sign a transaction and hand it to the orderers."""
        envelope = common_pb2.Envelope(
            payload=endorsed.payload, signature=endorsed.creator.sign(endorsed.payload)
        )
        request = gateway_pb2.SubmitRequest(
            transaction_id=endorsed.transaction_id,
            channel_id=self.channel.channel_id,
            prepared_transaction=envelope,
        )
        with suppress(OutcomeUnknownError):  # the commit status tells
            await self.channel.services[endorsed.creator.msp_id].submit(request, None)
        self.trace.transactions.add(endorsed.transaction_id)

    async def settle(self, transaction_ids: Sequence[str]) -> tuple[int, ...]:
        """Wait until every member's peer has committed the transactions; their codes."""
        codes: list[int] = []
        for transaction_id in transaction_ids:
            found = await asyncio.gather(
                *(self._status(msp_id, transaction_id) for msp_id in self.channel.services)
            )
            assert len(set(found)) == 1, f"members differ about {transaction_id}: {found}"
            codes.append(found[0])
        self.trace.events.append(Settled(tuple(transaction_ids)))
        return tuple(codes)

    async def transact(
        self,
        creator: SigningIdentity,
        arguments: Sequence[bytes],
        *,
        endorsers: Sequence[str] = (),
        transient: Mapping[str, bytes] | None = None,
        at: str | None = None,
    ) -> int | None:
        """Endorse, order, wait: the validation code, None where endorsement was refused."""
        endorsed = await self.endorse(
            creator, arguments, endorsers=endorsers, transient=transient, at=at
        )
        if endorsed is None:
            return None
        await self.order(endorsed)
        return (await self.settle([endorsed.transaction_id]))[0]

    async def _status(self, msp_id: str, transaction_id: str) -> int:
        operator = self.channel.operators[msp_id]
        request = gateway_pb2.CommitStatusRequest(
            channel_id=self.channel.channel_id,
            transaction_id=transaction_id,
            identity=operator.serialized,
        ).SerializeToString()
        signed = gateway_pb2.SignedCommitStatusRequest(
            request=request, signature=operator.sign(request)
        )
        response = await self.channel.services[msp_id].commit_status(signed, transaction_id, 60)
        return int(response.result)

    def _note(
        self,
        stage: str,
        signed: proposal_pb2.SignedProposal,
        at: str,
        endorsers: Sequence[str],
        outcome: Outcome,
    ) -> None:
        now = datetime.now(UTC)
        self.trace.events.append(Asked(stage, signed, at, tuple(endorsers), now, outcome))


async def present(call: Callable[[], Awaitable[Any]], *, patient: bool = True) -> Any:
    """Make a call again as long as it fails for a machine that is not reached, not for what it is.

    Gossip and connections between peers come and go under load. Where no set of peers is found,
    that may be the right answer too: then it is the same a little later.
    """
    start = asyncio.get_running_loop().time()
    while True:
        try:
            return await call()
        except GatewayError as error:
            waited = asyncio.get_running_loop().time() - start
            if not patient or waited > _patience(error):
                raise
        await asyncio.sleep(0.2)


def _patience(error: GatewayError) -> float:
    """For how many seconds a failure may be one of reaching machines."""
    said = " ".join((error.message, *(item.message for item in error.details)))
    if error.status.name == "DEADLINE_EXCEEDED" or any(words in said for words in _ABSENCE):
        return 60.0
    return 2.0 if "no peer combination" in said else 0.0


def read_answer(payload: bytes) -> Answer:
    """What endorsers signed, out of an envelope's payload."""
    data = common_pb2.Payload.FromString(payload).data
    (action,) = transaction_pb2.Transaction.FromString(data).actions
    content = transaction_pb2.ChaincodeActionPayload.FromString(action.payload)
    signed = content.action.proposal_response_payload
    extension = proposal_response_pb2.ProposalResponsePayload.FromString(signed).extension
    response = proposal_pb2.ChaincodeAction.FromString(extension).response
    return Answer(response.payload, signed)


def _refusal(stage: str, error: GatewayError) -> Refusal:
    details = tuple(sorted((item.msp_id, item.message) for item in error.details))
    return Refusal(stage, error.status.name, error.message, details)
