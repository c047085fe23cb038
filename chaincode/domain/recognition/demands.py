"""What a rule can demand: a closed list, each demand a model of its own."""

from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from chaincode.domain.faults import fault
from chaincode.domain.qualification.days import Years
from chaincode.domain.qualification.process import ProcessFlag
from chaincode.domain.qualification.shares import ShareUnit
from chaincode.domain.recognition.amounts import (
    Clause,
    CreditAmount,
    CreditLimit,
    Percent,
    ScoreAmount,
)
from chaincode.domain.recognition.on_scale import OnScale
from chaincode.domain.recognition.process_limits import ProcessLimits
from chaincode.domain.values import MspId, Slug


class MinimumGrade(OnScale):
    """Each host course was passed with this grade or a better one, on the host's scale."""

    kind: Literal["minimum-grade"]


class CreditGap(Clause):
    """How far the host's credits may lie from the home courses'."""

    kind: Literal["credit-gap"]
    more_for_less: bool
    """True: they may exceed them by the gap, never fall short. False: either way by the gap."""
    largest_gap: CreditLimit


class Category(StrEnum):
    """Whether a programme asks for a course, or offers it."""

    COMPULSORY = "compulsory"
    ELECTIVE = "elective"


class CategoryDemand(Clause):
    """A compulsory course may replace an elective one where said so; never the reverse."""

    kind: Literal["category"]
    elective_by_compulsory: bool


class ClassHoursDemand(Clause):
    """The host's credits are counted from its class hours, rounded down to hundredths."""

    kind: Literal["class-hours"]
    hours_per_credit: Annotated[int, Field(ge=1, le=100)]


class CreditRatio(Clause):
    """So many credits of the host are so many at home: 1.00 to 1.50, rounded down."""

    kind: Literal["credit-ratio"]
    host: CreditAmount
    home: CreditAmount


class ValidityDemand(Clause):
    """The award lies at most so many years back, its own day included."""

    kind: Literal["validity"]
    years: Years


class AtMember(Clause):
    """An examination at any member."""

    kind: Literal["member"]


class InProvince(Clause):
    """An examination in this province, by the name that the parties use for it."""

    kind: Literal["province"]
    name: Slug


class InCity(Clause):
    """An examination in this city, by the name that the parties use for it."""

    kind: Literal["city"]
    name: Slug


Place: TypeAlias = Annotated[AtMember | InProvince | InCity, Field(discriminator="kind")]


class ExaminationDemand(Clause):
    """Where and how the examination was sat; `places` empty means anywhere."""

    kind: Literal["examination"]
    places: Annotated[tuple[Place, ...], Field(max_length=50)] = ()
    proctored: bool
    second_review: bool


class QualityDemand(Clause):
    """So many members other than the host certify the course version."""

    kind: Literal["quality"]
    certified_by: Annotated[int, Field(ge=1, le=100)]
    certifiers: Annotated[tuple[MspId, ...], Field(min_length=1, max_length=100)] | None = None
    """Whose certificates count; left out, everybody's."""
    recheck: bool
    """Whether a certificate withdrawn later opens the decision again."""


class ProcessDemand(Clause):
    """What the learning process must show: a flag bars, asks for a person, or is shown only."""

    kind: Literal["process"]
    watched_share: Percent | None = None
    limits: ProcessLimits = ProcessLimits()
    bar: Annotated[tuple[ProcessFlag, ...], Field(max_length=4)] = ()
    confirm: Annotated[tuple[ProcessFlag, ...], Field(max_length=4)] = ()
    show: Annotated[tuple[ProcessFlag, ...], Field(max_length=4)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[ProcessFlag] = set()
        for name, flags in (("bar", self.bar), ("confirm", self.confirm), ("show", self.show)):
            for place, flag in enumerate(flags):
                if flag in seen:
                    raise fault(name, place, message="each flag has one effect, named once")
                if flag not in self.limits.flagged:
                    raise fault(name, place, message="limits do not say where this flag begins")
                seen.add(flag)
        if seen != self.limits.flagged:
            raise fault("limits", message="a limit needs its flag in bar, confirm or show")
        if self.watched_share is None and not seen:
            raise fault(message="a process demand names a watched share or flags")
        return self


class CourseKind(StrEnum):
    """How a course was taught and examined."""

    ONLINE = "online"
    BLENDED = "blended"
    ON_SITE = "on-site"


class OfCourseKind(Clause):
    """Courses of one kind, wherever they were taken."""

    by: Literal["course-kind"]
    course_kind: CourseKind


class OfHost(Clause):
    """Courses of one host."""

    by: Literal["host"]
    host: MspId


class OfEachHost(Clause):
    """Courses of each host other than the decider, every host by itself."""

    by: Literal["each-host"]


CapSubject: TypeAlias = Annotated[OfCourseKind | OfHost | OfEachHost, Field(discriminator="by")]


class Within(StrEnum):
    """What a share is taken of."""

    TERM = "term"
    DEGREE = "degree"


class ShareCap(Clause):
    """At most this share of a term's or a degree's courses or credits, rounded down."""

    kind: Literal["share-cap"]
    unit: ShareUnit
    of: CapSubject
    within: Within
    at_most: Percent


class HomeShare(Clause):
    """At least this share of the degree's credits are the decider's own, rounded up."""

    kind: Literal["home-share"]
    at_least: Percent


class MinimumScore(Clause):
    """Admission: at least this score in a subject or, without one, in all together."""

    kind: Literal["minimum-score"]
    subject: Slug | None = None
    at_least: ScoreAmount


CourseDemand: TypeAlias = (
    MinimumGrade
    | CreditGap
    | CategoryDemand
    | ClassHoursDemand
    | CreditRatio
    | ValidityDemand
    | ExaminationDemand
    | QualityDemand
    | ProcessDemand
)
"""Judged for each mapping by itself."""
TotalDemand: TypeAlias = ShareCap | HomeShare | MinimumScore
"""Judged over all that a decision recognises together."""
MappingDemand: TypeAlias = Annotated[CourseDemand, Field(discriminator="kind")]
RuleDemand: TypeAlias = Annotated[CourseDemand | TotalDemand, Field(discriminator="kind")]


def identity(demand: CourseDemand | TotalDemand) -> str:
    """What may stand once in a list of demands: the kind and, for totals, what they count."""
    match demand:
        case ShareCap():
            subject = demand.of.model_dump_json()
            return f"{demand.kind} {demand.unit} {demand.within} {subject}"
        case MinimumScore():
            return f"{demand.kind} {demand.subject or ''}"
        case _:
            return demand.kind
