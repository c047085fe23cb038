"""What was done on a real channel and what came of it, for doing it again on the sandbox."""

from dataclasses import dataclass, field
from datetime import datetime

from fabric_protos.peer import proposal_pb2


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stage that failed; peers are named by their members, not by their addresses."""

    stage: str
    code: str
    message: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A stage that succeeded: the contract's result, and what endorsers signed."""

    result: bytes
    response_payload: bytes = b""


Outcome = Answer | Refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal evaluated at a member, or endorsed beginning with it."""

    stage: str
    signed: proposal_pb2.SignedProposal
    at: str
    endorsers: tuple[str, ...]
    time: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Settled:
    """From here on these transactions are in blocks, at every member."""

    transaction_ids: tuple[str, ...]


@dataclass
class Trace:
    """One history: its events in the order in which they depend on each other."""

    name: str
    events: list[Asked | Settled] = field(default_factory=list)
    transactions: set[str] = field(default_factory=set)
