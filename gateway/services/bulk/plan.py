"""What every plan in bulk is made of, whatever it does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Generic, Protocol, TypeVar

from pydantic import Field

from chaincode.domain import canonical
from chaincode.domain.caller import Role
from chaincode.domain.commands.base import Arguments
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import EnrolmentKey
from chaincode.domain.values import MspId
from gateway.model.bulk import BulkKind
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import Conflict
from gateway.services.intent import WriteRequest
from gateway.services.operations import OperationView

MAX_ITEMS: Final = 5_000
"""Of one plan: each is a transaction of its own."""
_ASKED_BYTES: Final = 4 * 1024 * 1024
_HEAD_BYTES: Final = _ASKED_BYTES + 1024 * 1024
_NAMED: Final = 100


class PlanChanged(Conflict):
    """Since it was planned, other credits are concerned, or the same in another version."""

    code = "plan-changed"
    title = "The plan is not what would be done now"


class PlanExpired(Conflict):
    """Too much time has passed since it was planned."""

    code = "plan-expired"
    title = "The plan has expired"


class Effect(StrEnum):
    """What a plan does to one enrolment."""

    CHANGE = "change"
    UNCHANGED = "unchanged"
    IMPOSSIBLE = "impossible"


class Hindrance(StrEnum):
    """Why it cannot be done now."""

    NOT_ADMITTED = "not-admitted"
    NO_WORK = "no-work"
    NOT_GRADED = "not-graded"
    """There is nothing to correct; a first grade has the reason first."""
    GRADED_ALREADY = "graded-already"
    """A first grade, where there is one."""
    OUTSIDE_SCALE = "outside-scale"
    SLOT_FULL = "slot-full"
    KEY_MISSING = "key-missing"
    """The home university's gateway has not delivered the enrolment's key."""
    UNREADABLE = "unreadable"
    """A stored mark is not what the ledger commits to."""
    NOT_REVIEWED = "not-reviewed"
    """An offline grade waits for the teaching university's second person."""
    RULED_ALREADY = "ruled-already"
    """Suspended or revoked."""
    NOT_RULED = "not-ruled"
    """There is nothing to lift."""
    ANOTHER_AUTHORITY = "another-authority"
    """Who ruled lifts it."""


class Asked(Arguments):
    """What a person asked for."""

    size_limit: ClassVar[int] = _ASKED_BYTES


class PlanItem(Arguments):
    """One enrolment of a plan."""

    enrolment: EnrolmentKey
    hindrance: Hindrance | None = None
    used_by: Annotated[tuple[MspId, ...], Field(max_length=64)] = ()
    """Members that count the credit now: decisions of theirs depend on it."""
    awarded: bool = False
    """Whether the credit was awarded: home accepts what is corrected now."""

    @property
    def effect(self) -> Effect:
        """What would be done."""
        return Effect.CHANGE if self.hindrance is None else Effect.IMPOSSIBLE

    def acts_on(self) -> list[JsonValue]:
        """What the ledger would be told, in which versions: the digest covers it.

        Raises:
            NotImplementedError: each kind of item says it itself.
        """
        raise NotImplementedError


class Summary(Arguments):
    """A plan in numbers."""

    items: int
    change: int
    unchanged: int
    impossible: int
    awarded: int
    """Of those to be changed: home has to accept a grade, or has accepted one before."""
    used: int
    """Of those to be changed: somebody counts them."""
    used_by: dict[MspId, int]
    hindrances: dict[str, int]

    @classmethod
    def of(cls, items: Sequence[PlanItem]) -> "Summary":
        """Count."""
        effects = Counter(item.effect for item in items)
        changing = [item for item in items if item.effect is Effect.CHANGE]
        return cls(
            items=len(items),
            change=effects[Effect.CHANGE],
            unchanged=effects[Effect.UNCHANGED],
            impossible=effects[Effect.IMPOSSIBLE],
            awarded=sum(item.awarded for item in changing),
            used=sum(bool(item.used_by) for item in changing),
            used_by=dict(Counter(member for item in changing for member in item.used_by)),
            hindrances=dict(Counter(item.hindrance.value for item in items if item.hindrance)),
        )


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What is kept of a plan beside its items, sealed."""

    asked: dict[str, JsonValue] = field(repr=False)
    digest: str
    summary: Summary

    def encode(self) -> bytes:
        """The canonical document."""
        summary: dict[str, JsonValue] = self.summary.model_dump(mode="json")
        return canonical.encode({"asked": self.asked, "digest": self.digest, "summary": summary})

    @classmethod
    def parse(cls, document: bytes) -> "PlanHead":
        """Read a document that `encode` made.

        Raises:
            InvalidArgument: it is none.
        """
        found = canonical.decode(document, limit=_HEAD_BYTES)
        asked, summary = found.get("asked"), found.get("summary")
        if not isinstance(asked, dict) or not isinstance(summary, dict):
            raise InvalidArgument("this is no plan")
        return cls(asked, str(found.get("digest")), Summary.check(summary))


Asked_contra = TypeVar("Asked_contra", bound=Asked, contravariant=True)
ItemType = TypeVar("ItemType", bound=PlanItem)


@dataclass(frozen=True, slots=True)
class Kind(Generic[ItemType]):
    """The documents of one kind of plan, and who makes such plans."""

    name: BulkKind
    role: Role
    asked: type[Asked]
    item: type[ItemType]


class Planner(Protocol[Asked_contra, ItemType]):
    """Plans one kind, and carries out its items."""

    @property
    def kind(self) -> Kind[ItemType]:
        """Which."""

    async def planned(self, person: AuthenticatedPerson, asked: Asked_contra) -> Sequence[ItemType]:
        """What would be done now, in the order of the enrolments' keys; nothing is written.

        Raises:
            InvalidArgument: what is asked for makes no plan; `field` says where.
            NotParty: it concerns other people's students; `field` says where.
            LedgerUnavailable: the peer cannot be reached.
        """

    async def carry_out(
        self, person: AuthenticatedPerson, item: ItemType, write: WriteRequest
    ) -> OperationView:
        """Do one item in the versions that it names, once whatever happens.

        Raises:
            ServiceError, DomainError: it was refused, or cannot be done at this moment.
        """


def digest_of(kind: BulkKind, asked: Asked, items: Sequence[PlanItem]) -> str:
    """Covers what was asked for and what would be done; 64 hexadecimal digits."""
    changing: list[JsonValue] = [
        [item.enrolment, *item.acts_on()] for item in items if item.effect is Effect.CHANGE
    ]
    document: dict[str, JsonValue] = {
        "kind": kind.value,
        "asked": asked.model_dump(mode="json"),
        "items": changing,
    }
    return canonical.digest(document)


def changes(before: Sequence[PlanItem], now: Sequence[PlanItem]) -> dict[str, JsonValue]:
    """Which enrolments would be done now and not before, no more, or otherwise."""
    old, new = _acts(before), _acts(now)
    moved = [key for key in old.keys() & new.keys() if old[key] != new[key]]
    found = {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": sorted(moved),
    }
    counts: dict[str, JsonValue] = {name: len(keys) for name, keys in found.items()}
    return {"counts": counts, **{name: [*keys[:_NAMED]] for name, keys in found.items()}}


def _acts(items: Sequence[PlanItem]) -> Mapping[str, list[JsonValue]]:
    return {item.enrolment: item.acts_on() for item in items if item.effect is Effect.CHANGE}
