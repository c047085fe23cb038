"""Collecting endorsements as the Gateway service does.

After Fabric's internal/pkg/gateway/endorse.go and endorsement.go. Where Fabric shuffles layouts,
the smallest set of members in the order of their MSP ids is tried first, so that runs repeat.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from fabric_protos.peer import proposal_pb2, proposal_response_pb2

from chaincode.ledger.memory.endorser import ERROR_THRESHOLD, Answer, process
from chaincode.ledger.memory.errors import Detail, EndorseFailed, ProposalRefused
from chaincode.ledger.memory.identity import Identity
from chaincode.ledger.memory.interest import Interest, Requirements
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.proposal import Invocation

MISMATCH = "ProposalResponsePayloads do not match"
_NO_COMBINATION = (
    "no combination of peers can be derived which satisfy the endorsement policy: "
    "no peer combination can satisfy the endorsement policy"
)


@dataclass
class Collected:
    """Matching endorsements so far, and what the others said."""

    payload: bytes = b""
    result: bytes = b""
    endorsements: dict[str, proposal_response_pb2.Endorsement] = field(default_factory=dict)
    details: list[Detail] = field(default_factory=list)

    def take(self, peer: Peer, answer: Answer) -> bool:
        """Add an endorsement, if its payload is the same as the first one's."""
        if answer.endorsement is None:
            self.refuse(peer, refusal(answer))
            return False
        if self.endorsements and answer.payload != self.payload:
            self.refuse(peer, MISMATCH)
            return False
        self.payload = answer.payload
        self.result = answer.result
        self.endorsements[peer.msp_id] = answer.endorsement
        return True

    def refuse(self, peer: Peer, message: str) -> None:
        """Remember why a member did not endorse."""
        self.details.append(Detail(peer.address, peer.msp_id, message))


def refusal(answer: Answer) -> str:
    """How the Gateway service words a peer's answer that is no endorsement."""
    if answer.is_peer_failure:
        return answer.message
    return f"chaincode response {answer.status}, {answer.message}"


class Planner:
    """Asks members' peers for endorsements of one proposal."""

    def __init__(
        self,
        peers: Mapping[str, Peer],
        signed: proposal_pb2.SignedProposal,
        invocation: Invocation,
    ) -> None:
        """Take all the channel's peers."""
        self._peers = peers
        self._signed = signed
        self._invocation = invocation
        self._transaction_id = invocation.transaction_id

    async def named(self, msp_ids: Sequence[str]) -> Collected:
        """Ask exactly these members; the caller answers for their being enough.

        Raises:
            EndorseFailed: one is missing, refused, or answered differently.
        """
        missing = [name for name in msp_ids if not self._is_up(name)]
        if missing:
            raise self._failed(
                f"failed to find any endorsing peers for org(s): {', '.join(missing)}",
                "UNAVAILABLE",
            )
        collected = Collected()
        if not await self._ask(list(dict.fromkeys(msp_ids)), collected):
            raise self._not_enough(collected)
        return collected

    async def planned(self, first: str, *, has_transient: bool) -> Collected:
        """Ask the first member, then those that the policies of its writes call for.

        Raises:
            EndorseFailed: no set of members could satisfy the policies, or none did.
        """
        collected = Collected()
        answer = await self._answer(self._peers[first], collected)
        if answer is None or not collected.take(self._peers[first], answer):
            raise EndorseFailed(
                "failed to endorse transaction, see attached details for more info",
                transaction_id=self._transaction_id,
                code="ABORTED",
                details=tuple(collected.details),
            )
        tried = False
        refused: set[str] = set()
        for members in self._layouts(first, answer.interest, has_transient=has_transient):
            if refused.intersection(members):
                continue
            tried = True
            rest = [name for name in members if name not in collected.endorsements]
            if await self._ask(rest, collected):
                chosen = {name: collected.endorsements[name] for name in members}
                return Collected(collected.payload, collected.result, chosen)
            refused.update(name for name in rest if name not in collected.endorsements)
        if not tried:
            raise self._failed(
                self._why_no_plan(first, answer.interest, has_transient=has_transient),
                "FAILED_PRECONDITION",
            )
        raise self._not_enough(collected)

    def _layouts(
        self, first: str, interest: Interest, *, has_transient: bool
    ) -> Iterator[tuple[str, ...]]:
        """Sets of members that would satisfy every policy, those with the first member first."""
        chaincode = self._peers[first].chaincode
        needed = Requirements(interest, chaincode, has_transient=has_transient)
        names = [
            name
            for name in sorted(self._peers)
            if self._is_up(name) and needed.admits(self._identity(name))
        ]
        satisfying = [
            members
            for size in range(1, len(names) + 1)
            for members in combinations(names, size)
            if needed.satisfied_by([self._identity(name) for name in members])
        ]
        minimal = [
            members
            for members in satisfying
            if not any(set(other) < set(members) for other in satisfying)
        ]
        yield from sorted(minimal, key=lambda members: first not in members)

    def _why_no_plan(self, first: str, interest: Interest, *, has_transient: bool) -> str:
        if has_transient and any(self._layouts(first, interest, has_transient=False)):
            names = " ".join(sorted(interest.written - interest.read))
            return (
                "requires endorsement from organisation(s) that are not in the distribution "
                f"policy of the private data collection(s): [{names}]; retry specifying trusted "
                "endorsing organizations to protect transient data"
            )
        return _NO_COMBINATION

    async def _ask(self, names: list[str], collected: Collected) -> bool:
        peers = [self._peers[name] for name in names]
        answers = await asyncio.gather(*(self._answer(peer, collected) for peer in peers))
        taken = [
            answer is not None and collected.take(peer, answer)
            for peer, answer in zip(peers, answers, strict=True)
        ]
        return all(taken)

    async def _answer(self, peer: Peer, collected: Collected) -> Answer | None:
        if not peer.available:
            collected.refuse(peer, "connection error: the peer cannot be reached")
            return None
        try:
            answer = await process(peer, self._signed, self._invocation)
        except ProposalRefused as error:
            collected.refuse(peer, str(error))
            return None
        if answer.status >= ERROR_THRESHOLD:
            collected.refuse(peer, refusal(answer))
            return None
        return answer

    def _identity(self, name: str) -> Identity:
        peer = self._peers[name]
        return peer.registry.deserialize(peer.member.peer.serialized)

    def _is_up(self, name: str) -> bool:
        peer = self._peers.get(name)
        return peer is not None and peer.available

    def _not_enough(self, collected: Collected) -> EndorseFailed:
        return EndorseFailed(
            "failed to collect enough transaction endorsements, see attached details for more info",
            transaction_id=self._transaction_id,
            code="ABORTED",
            details=tuple(collected.details),
        )

    def _failed(self, message: str, code: str) -> EndorseFailed:
        return EndorseFailed(message, transaction_id=self._transaction_id, code=code)
