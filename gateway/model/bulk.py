"""Plans of writes in bulk: listed first, carried out as listed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chaincode.domain.json_value import JsonValue


class BulkKind(StrEnum):
    """What is done to each enrolment of a plan."""

    GRADES = "grades"
    """A teacher enters or corrects a grade (AddGrade)."""
    CORRECTIONS = "corrections"
    """Home's registrar accepts what was corrected (AcceptCorrection)."""
    RULINGS = "rulings"
    """A supervisor rules on the credit (RuleOnCredit)."""


class BulkStatus(StrEnum):
    """planned → running → finished."""

    PLANNED = "planned"
    """Nothing was written."""
    RUNNING = "running"
    FINISHED = "finished"
    """Every item that was to be done is committed or refused."""


class BulkItemState(StrEnum):
    """listed, or waiting → committed | refused."""

    LISTED = "listed"
    """Nothing is to be done: it stays as it is, or cannot be changed."""
    WAITING = "waiting"
    COMMITTED = "committed"
    REFUSED = "refused"


@dataclass
class BulkPlan:
    """What one person means to do, as it was shown to that person."""

    id: str
    """Random, 32 hexadecimal digits."""
    person: str
    """Person id of its maker, who alone sees it and carries it out."""
    kind: BulkKind
    status: BulkStatus
    created_at: datetime
    expires_at: datetime
    """From then on it is forgotten, unless it is under way."""
    finished_at: datetime | None
    sealed: bytes = field(repr=False)
    """What was asked for, the digest and the counts, encrypted by the secret box."""


@dataclass
class BulkItem:
    """One enrolment of a plan, and what became of it."""

    plan: str
    position: int
    """From 1 on."""
    state: BulkItemState
    operation: str | None
    problem: dict[str, JsonValue] | None
    """code, detail, field, facts of a refusal."""
    sealed: bytes = field(repr=False)
    """What would be done, marks included, encrypted by the secret box."""
