"""Doing on the sandbox what was done on a real channel, and comparing what came of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2

from chaincode.ledger.memory.consortium import Consortium
from chaincode.ledger.memory.definition import Chaincode, Handler, Member
from chaincode.ledger.memory.errors import EndorseFailed, EvaluateFailed, StageFailed
from chaincode.ledger.memory.planning import MISMATCH
from chaincode.ledger.memory.proposal import unpack
from chaincode.ledger.memory.settings import Clock, Settings
from chaincode.ledger.memory.state import Version
from chaincode.ledger.memory.transaction import read_sets
from fabric_client.blocks.block import Block
from tests.support.differential.fabric_side import Channel, load_identity, read_answer
from tests.support.differential.trace import Answer, Asked, Outcome, Refusal, Settled, Trace

# What Fabric itself words differently each time: its clock, the order of a Go map, and (MISMATCH)
# whose answer came first.
_COLLECTIONS = re.compile(r"(?<=collection\(s\): \[)[^]]*")
_PEER_TIME = re.compile(r"peer time \S+, peer.authentication.timewindow .*")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the sandbox is not what Fabric is."""

    history: str
    where: str
    fabric: object
    sandbox: object

    def __str__(self) -> str:
        return f"{self.history}, {self.where}\n  fabric:  {self.fabric}\n  sandbox: {self.sandbox}"


@dataclass
class _Clock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now


def twin_of(channel: Channel, chaincode: Chaincode, handler: Handler, clock: Clock) -> Consortium:
    """A sandbox with the real consortium's roots and its peers' own keys."""
    members = [
        Member(
            member.member.msp_id,
            (member.ca_root.read_bytes(),),
            load_identity(member.member.msp_id, member.peer_msp),
            handler,
        )
        for member in channel.layout.members
    ]
    return Consortium(members, chaincode, Settings(channel.channel_id), clock=clock, first_block=0)


class Replay:
    """A sandbox made of a real consortium's members, fed with its blocks.

    Proposals are endorsed again on the state that Fabric endorsed them on, and Fabric's own
    envelopes are committed at their places, so that versions, read-write sets, response payloads,
    error texts and codes must be the same byte for byte.
    """

    def __init__(
        self, channel: Channel, blocks: Sequence[Block], chaincode: Chaincode, handler: Handler
    ) -> None:
        self.differences: list[Difference] = []
        self._blocks = blocks
        self._clock = _Clock()
        self.consortium = twin_of(channel, chaincode, handler, self._clock)

    async def run(self, traces: Sequence[Trace]) -> None:
        """Do everything again; differences are collected, not raised."""
        positions = dict.fromkeys(range(len(traces)), 0)
        for block in self._blocks:
            for index, trace in enumerate(traces):
                positions[index] = await self._advance(trace, positions[index])
            await self._commit(block, traces)
        for index, trace in enumerate(traces):
            end = await self._advance(trace, positions[index])
            assert end == len(trace.events), f"{trace.name} waits for transactions in no block"

    async def _advance(self, trace: Trace, position: int) -> int:
        known = next(iter(self.consortium.peers.values())).ledger.transactions
        while position < len(trace.events):
            event = trace.events[position]
            if isinstance(event, Settled):
                if any(each not in known for each in event.transaction_ids):
                    break
            else:
                await self._ask(trace, position, event)
            position += 1
        return position

    async def _ask(self, trace: Trace, position: int, asked: Asked) -> None:
        self._clock.now = asked.time
        outcome: Outcome
        try:
            if asked.stage == "evaluate":
                outcome = Answer(await self.consortium.evaluate(asked.signed, at=asked.at))
            else:
                prepared = await self.consortium.endorse(
                    asked.signed, at=asked.at, endorsers=asked.endorsers or None
                )
                outcome = read_answer(prepared.payload)
        except (EvaluateFailed, EndorseFailed) as error:
            outcome = _refusal(asked.stage, error)
        expected = _comparable(asked.outcome)
        found = _comparable(outcome)
        if expected != found:
            place = f"event {position} ({asked.stage} at {asked.at} by {asked.endorsers})"
            place += f" {_arguments(asked.signed)}"
            self._differ(trace.name, place, readable(expected), readable(found))

    async def _commit(self, block: Block, traces: Sequence[Trace]) -> None:
        envelopes = [common_pb2.Envelope.FromString(entry.envelope) for entry in block.entries]
        await self.consortium.commit_block(block.number, envelopes)
        owners = {each: trace.name for trace in traces for each in trace.transactions}
        for msp_id in self.consortium.peers:
            (committed,) = self.consortium.committed(block.number, at=msp_id)
            for entry, item in zip(block.entries, committed.transactions, strict=True):
                owner = owners.get(item.transaction_id)
                if owner is not None and entry.code != item.code:
                    place = f"code at {msp_id}, block {block.number}, place {entry.index}"
                    self._differ(owner, place, entry.code, item.code_name)

    def events(self) -> list[tuple[int, str, str, bytes]]:
        """The events of valid transactions, as the first member found them."""
        at = next(iter(self.consortium.peers))
        return [
            (block.number, item.transaction_id, item.event.event_name, item.event.payload)
            for block in self.consortium.committed(at=at)
            for item in block.transactions
            if item.event is not None and item.event.chaincode_id == self.consortium.chaincode.name
        ]

    def _differ(self, history: str, where: str, fabric: object, sandbox: object) -> None:
        self.differences.append(Difference(history, where, fabric, sandbox))


def definition_place(blocks: Sequence[Block], chaincode: str) -> Version:
    """Where the chaincode's definition in force was committed."""
    key = f"namespaces/fields/{chaincode}/Sequence"
    place = None
    for block in blocks:
        for entry in block.entries:
            if entry.transaction is None or entry.code != 0:
                continue
            payload = common_pb2.Envelope.FromString(entry.envelope).payload
            signed = read_answer(payload).response_payload
            extension = proposal_response_pb2.ProposalResponsePayload.FromString(signed).extension
            results = proposal_pb2.ChaincodeAction.FromString(extension).results
            for part in read_sets(results):
                if any(write.key == key for write in part.public.writes):
                    place = Version(block.number, entry.index)
    assert place is not None, f"{chaincode} was never defined"
    return place


def _comparable(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Answer):
        return outcome
    details = {
        ("", message) if message == MISMATCH else (msp_id, _settled_words(message))
        for msp_id, message in outcome.details
    }
    message = _settled_words(outcome.message)
    return Refusal(outcome.stage, outcome.code, message, tuple(sorted(details)))


def _settled_words(message: str) -> str:
    timeless = _PEER_TIME.sub("peer time", message)
    return _COLLECTIONS.sub(lambda found: " ".join(sorted(found[0].split())), timeless)


def _refusal(stage: str, error: StageFailed) -> Refusal:
    details = tuple(sorted((detail.msp_id, detail.message) for detail in error.details))
    return Refusal(stage, error.code, error.message, details)


def _arguments(signed: proposal_pb2.SignedProposal) -> str:
    arguments = unpack(signed.proposal_bytes).arguments
    return " ".join(each.decode(errors="replace") for each in arguments)


def readable(outcome: Outcome) -> object:
    """An outcome for people: read-write sets as text."""
    if isinstance(outcome, Refusal) or not outcome.response_payload:
        return outcome
    extension = proposal_response_pb2.ProposalResponsePayload.FromString(
        outcome.response_payload
    ).extension
    action = proposal_pb2.ChaincodeAction.FromString(extension)
    shown: Mapping[str, str] = {
        part.namespace: " ".join(
            str(each)
            for each in (
                part.public,
                *((item.name, item.hashed, item.private_hash) for item in part.collections),
            )
        )
        for part in read_sets(action.results)
    }
    return outcome.result, shown, action.events, str(action.response), str(action.chaincode_id)
