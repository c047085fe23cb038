"""What a decision is made on: facts with the ledger versions where they stand.

Amounts are integers in hundredths, as in the records that they come from. What is not known is
None: the demand about it could not be checked, and is never taken for fulfilled.
"""

from enum import StrEnum
from typing import Annotated, Any, Self, cast

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from chaincode.domain import canonical
from chaincode.domain.faults import fault, refusal
from chaincode.domain.grading import Scale
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import CourseKey, EnrolmentKey, ProgrammeKey, RecordKey, TermKey
from chaincode.domain.qualification.days import Day
from chaincode.domain.qualification.process import ProcessFlag, Thresholds
from chaincode.domain.qualification.shares import Load, Share
from chaincode.domain.recognition.demands import Category, CourseKind
from chaincode.domain.values import (
    ClassHours,
    Credits,
    Digest,
    FieldOfStudy,
    Mark,
    MspId,
    Slug,
    Value,
    Version,
)


class Source(Value):
    """Where a fact stands on the ledger: the version of a record that was read."""

    key: RecordKey
    version: Version


Sources = Annotated[tuple[Source, ...], Field(max_length=64)]


class Standing(StrEnum):
    """What holds of a credit, all rulings considered."""

    NOT_AWARDED = "not-awarded"
    AWARDED = "awarded"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class RedeemedFacts(Value):
    """A part of the credit that is held or redeemed already, other than by this decision."""

    programme: ProgrammeKey
    amount: Credits


class SatFacts(Value):
    """Where an examination was sat."""

    at_member: bool | None
    province: Slug | None
    """Its code in ISO 3166-2, in small letters."""
    city: Slug | None


class ExaminationFacts(SatFacts):
    """Where and how the examination was sat."""

    proctored: bool | None
    second_review: bool | None
    parts: Annotated[tuple[SatFacts, ...], Field(min_length=2, max_length=20)] | None = None
    """Where each part of it was sat, in place of the three, where that is not one place."""

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Facts that were kept before there were parts keep their form, and their commitment."""
        found: dict[str, Any] = handler(self)
        if self.parts is None:
            del found["parts"]
        return found


class ProcessFacts(Value):
    """What the learning process showed; `flags` were found under these `thresholds`."""

    watched_share: Share | None
    flags: Annotated[tuple[ProcessFlag, ...], Field(max_length=4)] | None
    thresholds: Thresholds


class CreditFacts(Value):
    """One credit of the student."""

    enrolment: EnrolmentKey
    sources: Sources = ()
    course: CourseKey
    course_digest: Digest | None = None
    credits: Credits | None = None
    """As awarded."""
    class_hours: ClassHours | None = None
    field: FieldOfStudy | None = None
    course_kind: CourseKind | None = None
    category: Category | None = None
    """What the course is at the host, where the rule does not say it."""
    scale: Scale | None = None
    mark: Annotated[Mark | None, Field(repr=False)] = None
    awarded_on: Day | None = None
    """The day of the award, in the time zone of the university that awarded."""
    term: TermKey | None = None
    """The decider's term that the course is counted in."""
    standing: Standing | None = None
    redeemed: Annotated[tuple[RedeemedFacts, ...], Field(max_length=64)] | None = None
    certified_by: Annotated[tuple[MspId, ...], Field(max_length=100)] | None = None
    """Who certifies the course version now."""
    examination: ExaminationFacts | None = None
    process: ProcessFacts | None = None

    @property
    def host(self) -> str:
        """The university that taught the course."""
        return self.course.split("/", 2)[1]


class HomeCourseFacts(Value):
    """A course of the programme."""

    course: CourseKey
    category: Category | None = None


class ProgrammeFacts(Value):
    """The degree that the credits shall count towards."""

    key: ProgrammeKey
    sources: Sources = ()
    load: Load | None = None
    """All courses and credits of the degree."""
    courses: Annotated[tuple[HomeCourseFacts, ...], Field(max_length=500)] | None = None
    """None where the programme's courses are not listed: then any home course belongs to it."""


class TermFacts(Value):
    """All that the student takes of the programme in one term, recognised courses included."""

    key: TermKey
    sources: Sources = ()
    load: Load


class CountedHost(Value):
    """A host course that was counted before."""

    host: MspId
    course_kind: CourseKind | None = None
    term: TermKey | None = None


class CountedFacts(Value):
    """A home course that was replaced before, towards the same degree."""

    home: CourseKey
    credits: Credits
    hosts: Annotated[tuple[CountedHost, ...], Field(min_length=1, max_length=20)]
    sources: Sources = ()


class Facts(Value):
    """All facts of one decision."""

    decider: MspId
    credits: Annotated[tuple[CreditFacts, ...], Field(max_length=64)]
    programme: ProgrammeFacts | None = None
    terms: Annotated[tuple[TermFacts, ...], Field(max_length=64)] = ()
    counted: Annotated[tuple[CountedFacts, ...], Field(max_length=500)] | None = None
    wanted: Annotated[tuple[CourseKey, ...], Field(max_length=64)] | None = None
    """The home courses that shall be replaced (table B); None means whatever can be."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        for name, keys in (
            ("credits", [credit.enrolment for credit in self.credits]),
            ("credits", [credit.course for credit in self.credits]),
            ("terms", [term.key for term in self.terms]),
            ("wanted", list(self.wanted or ())),
        ):
            if len(set(keys)) != len(keys):
                raise fault(name, message="nothing stands twice among the facts")
        return self

    def document(self) -> dict[str, JsonValue]:
        """The JSON form, whose canonical bytes are committed."""
        return cast("dict[str, JsonValue]", self.model_dump(mode="json"))

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.document())


def read_facts(document: bytes) -> Facts:
    """Read facts from JSON of at most 256 KiB.

    Raises:
        InvalidArgument: names the first field at fault by its path, and repeats no value.
    """
    values = canonical.decode(document, limit=canonical.MAX_RULE_BYTES)
    try:
        return Facts.model_validate_json(canonical.encode(values))
    except ValidationError as error:
        raise refusal(error, values) from None
