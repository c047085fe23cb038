"""The sandbox: a Fabric channel in one process, behind the stages of Fabric's Gateway service.

Everything that a Fabric channel decides is decided here by the same rules, in the same messages;
nothing is durable, replicated or protected from who runs the process. It is no ledger.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2, transaction_pb2

from chaincode.ledger.memory.block import (
    Block,
    CommitStatus,
    CommittedTransaction,
    OrderedBlock,
)
from chaincode.ledger.memory.committer import commit
from chaincode.ledger.memory.definition import Chaincode, Member
from chaincode.ledger.memory.dissemination import disseminate
from chaincode.ledger.memory.endorser import ERROR_THRESHOLD, process
from chaincode.ledger.memory.envelope import Read, read
from chaincode.ledger.memory.errors import (
    ChannelHalted,
    CommitFailed,
    CommitStatusUnknown,
    Detail,
    EndorseFailed,
    EvaluateFailed,
    ProposalRefused,
    SubmitFailed,
)
from chaincode.ledger.memory.faults import Faults, Stage
from chaincode.ledger.memory.identity import Registry
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.planning import Planner, refusal
from chaincode.ledger.memory.proposal import unpack
from chaincode.ledger.memory.settings import Clock, Settings
from chaincode.ledger.memory.transaction import assemble
from chaincode.ledger.memory.validation import endorsers

_NOT_FROM_A_MEMBER = (
    transaction_pb2.BAD_CREATOR_SIGNATURE,
    transaction_pb2.BAD_PAYLOAD,
    transaction_pb2.BAD_COMMON_HEADER,
)
_ANOTHER_PEER_IS_TRIED = ("ABORTED", "UNAVAILABLE")


def system_clock() -> datetime:
    """The machine's time, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An endorsed transaction: its creator signs `payload` and submits the envelope."""

    transaction_id: str
    payload: bytes
    result: bytes
    endorsed_by: tuple[str, ...]

    def signed(self, signature: bytes) -> common_pb2.Envelope:
        """The envelope with its creator's signature over `payload`."""
        return common_pb2.Envelope(payload=self.payload, signature=signature)


class Consortium:
    """Members, their peers, the orderers between them; one channel, one chaincode."""

    kind = "sandbox: not a ledger"
    is_ledger = False

    def __init__(
        self,
        members: Sequence[Member],
        chaincode: Chaincode,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        first_block: int = 1,
    ) -> None:
        """Start with empty ledgers; block 0 would be the channel's configuration."""
        self.settings = settings
        self.chaincode = chaincode
        self.registry = Registry({member.msp_id: member.roots for member in members})
        self.faults = Faults()
        self.peers: Mapping[str, Peer] = {
            member.msp_id: Peer(member, chaincode, settings, self.registry, clock, member.handler)
            for member in members
        }
        self._blocks: list[OrderedBlock] = []
        self._next_block = first_block
        self._pending: dict[bytes, tuple[common_pb2.Envelope, Read]] = {}
        self._halted: ChannelHalted | None = None
        self._committed = asyncio.Condition()
        self._cutting = asyncio.Lock()

    @property
    def height(self) -> int:
        """The number of the next block."""
        return self._next_block

    async def evaluate(self, signed: proposal_pb2.SignedProposal, *, at: str) -> bytes:
        """Ask one member's peer; nothing is ordered.

        Raises:
            EvaluateFailed: the peer refused, or its contract answered with an error.
            ProposalRefused: the bytes are no proposal.
        """
        invocation = unpack(signed.proposal_bytes)
        identifier = invocation.transaction_id
        peer = self.peers[at]
        if not peer.available:
            raise _evaluate_failed(peer, identifier, "UNAVAILABLE", "the peer cannot be reached")
        try:
            answer = await process(peer, signed, invocation)
        except ProposalRefused as error:
            code = "UNAVAILABLE" if error.filtered else "FAILED_PRECONDITION"
            raise _evaluate_failed(peer, identifier, code, str(error)) from error
        if answer.status >= ERROR_THRESHOLD:
            code = "ABORTED" if answer.is_peer_failure else "UNKNOWN"
            raise _evaluate_failed(peer, identifier, code, refusal(answer))
        return answer.result

    async def endorse(
        self,
        signed: proposal_pb2.SignedProposal,
        *,
        at: str,
        endorsers: Sequence[str] | None = None,
    ) -> Prepared:
        """Collect endorsements, beginning with the member whose gateway is asked.

        Args:
            signed: the signed proposal.
            at: the member whose gateway plans, and whose peer is asked first.
            endorsers: exactly these members; None leaves the choice to the policies of what the
                transaction writes.

        Raises:
            EndorseFailed: with each member's answer.
            ProposalRefused: the bytes are no proposal.
        """
        self.faults.reach(Stage.BEFORE_ENDORSE)
        invocation = unpack(signed.proposal_bytes)
        if not self.peers[at].available:
            raise EndorseFailed(
                "the gateway's peer cannot be reached",
                transaction_id=invocation.transaction_id,
                code="UNAVAILABLE",
            )
        planner = Planner(self.peers, signed, invocation)
        if endorsers:
            collected = await planner.named(endorsers)
        else:
            collected = await planner.planned(at, has_transient=bool(invocation.transient))
        disseminate(self.peers, invocation.transaction_id)
        self.faults.reach(Stage.AFTER_ENDORSE)
        return Prepared(
            invocation.transaction_id,
            assemble(invocation, collected.payload, list(collected.endorsements.values())),
            collected.result,
            tuple(collected.endorsements),
        )

    async def submit(self, envelope: common_pb2.Envelope) -> None:
        """Hand an envelope to the orderers; the same one twice is ordered once while it waits.

        Raises:
            SubmitFailed: the orderers refuse it.
        """
        self.faults.reach(Stage.BEFORE_ORDER)
        found = self._accept(envelope)
        self._pending.setdefault(_request_of(envelope), (envelope, found))
        if len(self._pending) >= self.settings.block_size:
            await self.cut_block()
        self.faults.reach(Stage.AFTER_ORDER)

    def _accept(self, envelope: common_pb2.Envelope) -> Read:
        found = self._read(envelope)
        size, limit = envelope.ByteSize(), self.settings.max_envelope_bytes
        if size > limit:
            raise _submit_failed(
                found,
                "status=BAD_REQUEST, info=rejected by Order: message payload is "
                f"{size} bytes and exceeds maximum allowed {limit} bytes",
            )
        if found.code in _NOT_FROM_A_MEMBER:
            raise _submit_failed(found, "status=FORBIDDEN, info=permission denied")
        return found

    def _read(self, envelope: common_pb2.Envelope) -> Read:
        return read(envelope, self.registry, self.settings)

    async def cut_block(self) -> int | None:
        """Cut a block of all that waits, and let every member commit it.

        Returns:
            The block's number, None when nothing waited.

        Raises:
            ChannelHalted: real peers would stop at this block.
        """
        async with self._cutting:
            pending, self._pending = list(self._pending.values()), {}
            if not pending:
                return None
            number = self._next_block
            await self._commit(number, pending)
            return number

    async def commit_block(self, number: int, envelopes: Sequence[common_pb2.Envelope]) -> None:
        """Commit a block that was ordered elsewhere: a replay of a real channel's.

        Raises:
            ValueError: the number is not beyond the last one.
            ChannelHalted: real peers would stop at this block.
        """
        if number < self._next_block:
            raise ValueError(f"block {number} comes after block {self._next_block - 1}")
        async with self._cutting:
            await self._commit(number, [(each, self._read(each)) for each in envelopes])

    async def _commit(
        self, number: int, content: Sequence[tuple[common_pb2.Envelope, Read]]
    ) -> None:
        if self._halted is not None:
            raise self._halted
        self.faults.reach(Stage.BEFORE_COMMIT)
        reads = tuple(found for _, found in content)
        signers = [
            endorsers(item.transaction, self.registry, self.settings) if item.transaction else ()
            for item in reads
        ]
        try:
            for peer in self.peers.values():
                await commit(peer, number, reads, signers)
        except ChannelHalted as halt:
            self._halted = halt
            raise
        envelopes = tuple(envelope for envelope, _ in content)
        self._blocks.append(OrderedBlock(number, envelopes, reads))
        self._next_block = number + 1
        async with self._committed:
            self._committed.notify_all()
        self.faults.reach(Stage.AFTER_COMMIT)

    async def commit_status(self, transaction_id: str, *, at: str) -> CommitStatus:
        """What a member found of a transaction; waits until it is in a block.

        Raises:
            CommitStatusUnknown: it is in no block, and no envelope waits to be ordered.
        """
        self.faults.reach(Stage.BEFORE_STATUS)
        transactions = self.peers[at].ledger.transactions
        while transaction_id not in transactions:
            if self.settings.cut_on_demand:
                if await self.cut_block() is None and transaction_id not in transactions:
                    raise CommitStatusUnknown(transaction_id)
            else:
                async with self._committed:
                    await self._committed.wait_for(lambda: transaction_id in transactions)
        found = transactions[transaction_id]
        return CommitStatus(transaction_id, found.code, found.block_number)

    async def require_valid(self, transaction_id: str, *, at: str) -> CommitStatus:
        """As `commit_status`, where anything but valid is an error.

        Raises:
            CommitFailed: the transaction is invalid.
            CommitStatusUnknown: it is in no block, and no envelope waits to be ordered.
        """
        status = await self.commit_status(transaction_id, at=at)
        if not status.is_valid:
            raise CommitFailed(
                transaction_id=transaction_id,
                code=status.code,
                code_name=status.code_name,
                block_number=status.block_number,
            )
        return status

    async def blocks(self, start: int = 0, *, at: str) -> AsyncIterator[Block]:
        """Blocks from number `start` on as a member found them, for ever: new ones as they come."""
        position = 0
        while True:
            while position < len(self._blocks):
                ordered = self._blocks[position]
                position += 1
                if ordered.number >= start:
                    yield self._seen(ordered, at)
            async with self._committed:
                if position == len(self._blocks):
                    await self._committed.wait()

    def committed(self, start: int = 0, *, at: str) -> list[Block]:
        """Blocks from number `start` up to now, as a member found them."""
        return [self._seen(ordered, at) for ordered in self._blocks if ordered.number >= start]

    def _seen(self, ordered: OrderedBlock, at: str) -> Block:
        codes = self.peers[at].ledger.codes[ordered.number]
        return Block(
            ordered.number,
            tuple(
                CommittedTransaction(item.transaction_id, code, envelope, item.transaction)
                for item, code, envelope in zip(
                    ordered.reads, codes, ordered.envelopes, strict=True
                )
            ),
        )


def _request_of(envelope: common_pb2.Envelope) -> bytes:
    """What tells requests apart in SmartBFT's pool: creator and nonce, not the signature."""
    return bytes(common_pb2.Payload.FromString(envelope.payload).header.signature_header)


def _evaluate_failed(peer: Peer, identifier: str, code: str, message: str) -> EvaluateFailed:
    return EvaluateFailed(
        "failed to evaluate transaction, see attached details for more info"
        if code in _ANOTHER_PEER_IS_TRIED
        else f"evaluate call to endorser returned error: {message}",
        transaction_id=identifier,
        code=code,
        details=(Detail(peer.address, peer.msp_id, message),),
    )


def _submit_failed(found: Read, message: str) -> SubmitFailed:
    return SubmitFailed(
        "insufficient number of orderers could successfully process transaction to satisfy "
        "quorum requirement",
        transaction_id=found.transaction_id,
        code="UNAVAILABLE",
        details=(
            Detail("orderers", "", f"received unsuccessful response from orderer: {message}"),
        ),
    )
