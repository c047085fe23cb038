"""The parts of a rule document, each bounded by itself."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from chaincode.domain.keys import CourseKey
from chaincode.domain.qualification.days import Day, Period, TimeZone, end_of, start_of
from chaincode.domain.recognition.amounts import Clause, CreditAmount, CreditLimit
from chaincode.domain.recognition.conversions import Combine, Conversion
from chaincode.domain.recognition.demands import Category, CourseDemand, MappingDemand, RuleDemand
from chaincode.domain.recognition.on_scale import OnScale
from chaincode.domain.values import Digest, MspId, Slug, Title

MAX_MAPPINGS = 500


class Internal(Clause):
    """Inside one university: its own online courses, another department."""

    kind: Literal["internal"]


class Bilateral(Clause):
    """Agreed by two members."""

    kind: Literal["bilateral"]
    members: Annotated[tuple[MspId, ...], Field(min_length=2, max_length=2)]


class InAlliance(Clause):
    """Agreed by the vote of an alliance of the constitution."""

    kind: Literal["alliance"]
    alliance: Slug


class Framework(Clause):
    """The authority's: it decides nothing itself and binds all other rules."""

    kind: Literal["framework"]


Scope: TypeAlias = Annotated[
    Internal | Bilateral | InAlliance | Framework, Field(discriminator="kind")
]


class InForce(Clause, Period):
    """From the first day through the last, in the time zone of the decider."""

    last: Day | None = None
    time_zone: TimeZone

    @property
    def begins(self) -> datetime:
        """The first instant of the first day, in UTC."""
        return start_of(self.first, self.time_zone)

    @property
    def ends(self) -> datetime | None:
        """The first instant after the last day, in UTC; None where the end is open."""
        return None if self.last is None else end_of(self.last, self.time_zone)

    def meets(self, other: "InForce") -> bool:
        """Whether some instant belongs to both, each with the days of its own time zone."""
        return (self.ends is None or other.begins < self.ends) and (
            other.ends is None or self.begins < other.ends
        )


class HostCourse(Clause):
    """A course version of the host; `credits` names a part of it, left out it is the whole."""

    course: CourseKey
    digest: Digest | None = None
    """The content that was agreed; left out, whatever stands under the key."""
    credits: CreditAmount | None = None
    category: Category | None = None
    """What the course is at the host; left out, the facts say it."""


class HomeCourse(Clause):
    """A course of the decider that is replaced, with the credits that are recognised for it."""

    course: CourseKey
    credits: CreditAmount
    category: Category | None = None
    """What the course is at home; left out, the programme says it."""


class Score(Clause):
    """Admission: the subject of the entrance examination that grades become a score in."""

    subject: Slug


class Mapping(Clause):
    """Host courses that together count for home courses, or for a score."""

    id: Slug
    host: Annotated[tuple[HostCourse, ...], Field(min_length=1, max_length=20)]
    home: Annotated[tuple[HomeCourse, ...], Field(max_length=20)] = ()
    score: Score | None = None
    conversion: Slug
    combine: Combine | None = None
    demands: Annotated[tuple[MappingDemand, ...], Field(max_length=9)] = ()
    """Each takes the place of the rule's demand of its kind."""

    def demand(self, rule: "RuleParts", kind: str) -> MappingDemand | None:
        """The demand of a kind that holds for it, its own before the rule's."""
        own = next((demand for demand in self.demands if demand.kind == kind), None)
        return own or rule.course_demand(kind)


class GradeBelow(OnScale):
    """A host grade worse than this one."""


class Confirmation(Clause):
    """When a person confirms what the rule decided."""

    always: bool = False
    below_grade: GradeBelow | None = None
    above_credits: CreditLimit | None = None


ProgrammeSeries = Annotated[
    str, StringConstraints(pattern=r"^programme/[A-Za-z][A-Za-z0-9-]{0,30}MSP/[0-9a-f]{32}$")
]
"""A programme in all its versions: its key without the number."""


class RuleKind(StrEnum):
    """What a rule decides on."""

    RECOGNITION = "recognition"
    ADMISSION = "admission"


class RuleParts(Clause):
    """What a rule document holds, before its parts are held to each other."""

    format: Literal["crosscredit/rule/v1"]
    title: Title
    kind: RuleKind
    scope: Scope
    deciders: Annotated[tuple[MspId, ...], Field(max_length=500)] = ()
    """Who decides by it; empty in a framework, which binds all."""
    valid: InForce
    mappings: Annotated[tuple[Mapping, ...], Field(max_length=MAX_MAPPINGS)] = ()
    demands: Annotated[tuple[RuleDemand, ...], Field(max_length=50)] = ()
    conversions: dict[Slug, Conversion] = Field(default_factory=dict, max_length=50)
    confirmation: Confirmation = Confirmation()
    joint_programmes: Annotated[tuple[ProgrammeSeries, ...], Field(max_length=50)] = ()
    """Programmes of one joint degree: a credit may count once for each of them."""
    partial_redemption: bool = False
    """Whether a part of a credit may count."""
    forbids_joint_programmes: Literal[True] | None = None
    """In a framework alone: no rule makes an exception for a joint degree."""

    def course_demand(self, kind: str) -> MappingDemand | None:
        """The rule's own demand of a kind that is judged for each mapping."""
        return next(
            (one for one in self.demands if isinstance(one, CourseDemand) and one.kind == kind),
            None,
        )
