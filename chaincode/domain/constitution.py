"""The constitution: who the members are and what binds them all."""

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument, NotPermitted
from chaincode.domain.keys import CONSTITUTION_KEY, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import MspId, Slug, Value


class MemberKind(StrEnum):
    """What a member is; universities and authorities count towards a majority."""

    UNIVERSITY = "university"
    AUTHORITY = "authority"
    PLATFORM = "platform"
    EMPLOYER = "employer"
    CREDIT_BANK = "credit-bank"


VOTING = frozenset({MemberKind.UNIVERSITY, MemberKind.AUTHORITY})


class Member(Value):
    """One member of the consortium."""

    msp_id: MspId
    kind: MemberKind


class Alliance(Value):
    """Members that agree on rules among themselves, by a threshold of their votes."""

    id: Slug
    members: Annotated[tuple[MspId, ...], Field(min_length=2, max_length=500)]
    threshold: Annotated[int, Field(ge=2, le=500)]
    """How many of them bring a rule into force: more than half."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.members)) != len(self.members) or list(self.members) != sorted(
            self.members
        ):
            raise ValueError("an alliance lists its members once each, in order")
        if not len(self.members) < 2 * self.threshold <= 2 * len(self.members):
            raise ValueError("a threshold is more than half of the members, and at most all")
        return self


class Parameters(Value):
    """Numbers that bind all members."""

    deadline_margin_seconds: Annotated[int, Field(ge=0, le=3600)] = 300
    """How far a client's clock may bend a deadline: the peers' window (design, time)."""
    entries_per_slot: Annotated[int, Field(ge=1, le=128)] = 64
    """How many pieces of work, and how many grades, one enrolment holds: 128 fill a document."""


class ConstitutionContent(Value):
    """What the members agreed on; its digest is configured at each of them."""

    members: Annotated[tuple[Member, ...], Field(min_length=1, max_length=500)]
    majority: Annotated[int, Field(ge=1, le=500)]
    parameters: Parameters
    alliances: Annotated[tuple[Alliance, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [member.msp_id for member in self.members]
        if len(set(names)) != len(names) or names != sorted(names):
            raise ValueError("members are listed once each, in the order of their MSP ids")
        voting = len(self.voting)
        if not voting:
            raise ValueError("a consortium needs a university or an authority")
        if self.majority != voting // 2 + 1:
            raise ValueError(f"the majority of {voting} voting members is {voting // 2 + 1}")
        self._require_alliances()
        return self

    def _require_alliances(self) -> None:
        names = [alliance.id for alliance in self.alliances]
        if len(set(names)) != len(names) or names != sorted(names):
            raise ValueError("alliances are listed once each, in the order of their ids")
        voting = set(self.voting)
        for alliance in self.alliances:
            if not voting.issuperset(alliance.members):
                raise ValueError(f"who is in alliance {alliance.id} is a member that votes")

    @property
    def voting(self) -> tuple[str, ...]:
        """The MSP ids of universities and authorities."""
        return tuple(member.msp_id for member in self.members if member.kind in VOTING)

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.model_dump(mode="json"))


class Constitution(Record):
    """The record of the constitution in force."""

    kind: ClassVar[Kind] = Kind.CONSTITUTION

    content: ConstitutionContent

    @classmethod
    def founded(cls, content: ConstitutionContent, *, operation: str) -> Self:
        """The first constitution: InitLedger."""
        return cls(key=CONSTITUTION_KEY, version=1, operation=operation, content=content)

    def kind_of(self, msp_id: str) -> MemberKind:
        """What a member is.

        Raises:
            NotPermitted: it is no member.
        """
        for member in self.content.members:
            if member.msp_id == msp_id:
                return member.kind
        raise NotPermitted(f"{msp_id} is no member of the consortium")

    def count(self, kind: MemberKind) -> int:
        """How many members are of a kind."""
        return sum(member.kind is kind for member in self.content.members)

    def require_kind(self, msp_id: str, *kinds: MemberKind) -> None:
        """Hold a member to kinds that may do something.

        Raises:
            NotPermitted: it is of another kind, or no member.
        """
        found = self.kind_of(msp_id)
        if found not in kinds:
            raise NotPermitted(
                f"{msp_id} is a {found.value}; this is for: {', '.join(kinds)}",
                facts={"kind": found.value},
            )

    def alliance(self, identifier: str, *, field: str = "alliance") -> Alliance:
        """One of its alliances; `field` names who asks for it.

        Raises:
            InvalidArgument: there is none of this id.
        """
        for alliance in self.content.alliances:
            if alliance.id == identifier:
                return alliance
        raise InvalidArgument(
            "the constitution knows no such alliance",
            field=field,
            facts={"alliances": [alliance.id for alliance in self.content.alliances]},
        )
