"""What a plan in bulk is asked for with."""

from typing import Annotated, Final

from pydantic import Field

from chaincode.domain.grade import GradeReason
from chaincode.domain.keys import Kind
from chaincode.domain.ruling import RulingKind, RulingReason
from chaincode.domain.values import Digest, Instant, Slug, Value
from gateway.api.documents.decimals import FactorText, MarkText, OffsetText
from gateway.api.documents.identifiers import CourseId, RecordId, key_of
from gateway.services.bulk.corrections import AskedCorrections
from gateway.services.bulk.grade_documents import SAME, AskedGrade, AskedGrades, GradeRule
from gateway.services.bulk.plan import MAX_ITEMS
from gateway.services.bulk.rulings import AskedRulings

_LISTED: Final = Field(min_length=1, max_length=MAX_ITEMS)


class SelectionBody(Value):
    """What is selected: a course, a teacher, a period, or what they have in common."""

    course: CourseId | None = None
    teacher: RecordId | None = None
    """The teacher's account."""
    first: Instant | None = None
    """From then on."""
    last: Instant | None = None
    """Until then."""

    @property
    def course_key(self) -> str | None:
        """The course's ledger key."""
        return None if self.course is None else key_of(Kind.COURSE, self.course)

    @property
    def teacher_key(self) -> str | None:
        """The ledger key of the teacher's account."""
        return None if self.teacher is None else key_of(Kind.ACCOUNT, self.teacher)


class PlannedGradeBody(Value):
    """One student's new grade of one part."""

    enrolment: RecordId
    part: Slug
    mark: Annotated[MarkText, Field(repr=False)]
    reason: Annotated[GradeReason, Field(strict=False)]
    """`first` where the part is not graded yet."""


class GradeRuleBody(Value):
    """Old mark times `factor` plus `offset`, rounded as the course's scale rounds."""

    part: Slug
    factor: FactorText | None = None
    """1 where nothing is said."""
    offset: OffsetText | None = None
    """Points; 0 where nothing is said."""
    clamp: bool = False
    """Whether what leaves the scale comes to its end, instead of not being changed."""
    reason: Annotated[GradeReason, Field(strict=False)]


class PlanGradesBody(SelectionBody):
    """A list of grades, an enrolment once; or a rule, and for which students of the teacher's.

    The period is that in which the part was graded last.
    """

    grades: Annotated[list[PlannedGradeBody], _LISTED] | None = None
    rule: GradeRuleBody | None = None

    def asked(self) -> AskedGrades:
        """With ledger keys."""
        grades, rule = self.grades, self.rule
        return AskedGrades(
            course=self.course_key,
            teacher=self.teacher_key,
            first=self.first,
            last=self.last,
            grades=None
            if grades is None
            else tuple(
                AskedGrade(
                    enrolment=key_of(Kind.ENROLMENT, one.enrolment),
                    part=one.part,
                    mark=one.mark,
                    reason=one.reason,
                )
                for one in grades
            ),
            rule=None
            if rule is None
            else GradeRule(
                part=rule.part,
                factor=SAME if rule.factor is None else rule.factor,
                offset=rule.offset or 0,
                clamp=rule.clamp,
                reason=rule.reason,
            ),
        )


class PlanCorrectionsBody(SelectionBody):
    """Which corrections are accepted: a list of credits, or a selection.

    The period is that in which a grade was corrected.
    """

    credits: Annotated[list[RecordId], _LISTED] | None = None

    def asked(self) -> AskedCorrections:
        """With ledger keys."""
        listed = self.credits
        return AskedCorrections(
            course=self.course_key,
            teacher=self.teacher_key,
            first=self.first,
            last=self.last,
            credits=None
            if listed is None
            else tuple(key_of(Kind.ENROLMENT, one) for one in listed),
        )


class PlanRulingsBody(SelectionBody):
    """Which credits, and what shall be said of them.

    The period is that in which they were awarded.
    """

    ruling: Annotated[RulingKind, Field(strict=False)]
    reason: Annotated[RulingReason, Field(strict=False)]
    gives_back: bool = False

    def asked(self) -> AskedRulings:
        """With ledger keys."""
        return AskedRulings(
            course=self.course_key,
            teacher=self.teacher_key,
            first=self.first,
            last=self.last,
            ruling=self.ruling,
            reason=self.reason,
            gives_back=self.gives_back,
        )


class ExecuteBulkPlanBody(Value):
    """The plan as it was listed."""

    digest: Digest
