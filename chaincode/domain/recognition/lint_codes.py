"""The closed list of what the linter can say of a rule, and how much each weighs."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from chaincode.domain.recognition.verdict import Plain, Quoted
from chaincode.domain.values import Value


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """A part of the rule can never do what it says."""
    WARNING = "warning"
    """Probably not what was meant."""
    NOTICE = "notice"
    """Without effect, or worth a look."""


class LintCode(StrEnum):
    """What was found."""

    BAND_NEVER_PICKED = "band-never-picked"
    BAND_WITHOUT_SHARE = "band-without-share"
    CATEGORY_DIFFERS = "category-differs"
    CATEGORY_IMPOSSIBLE = "category-impossible"
    CONFIRMATION_ALWAYS = "confirmation-always"
    CONFIRMATION_NEVER = "confirmation-never"
    CONVERSION_UNUSED = "conversion-unused"
    COURSE_CHANGED = "course-changed"
    COURSE_NOT_APPROVED = "course-not-approved"
    COURSE_UNKNOWN = "course-unknown"
    CREDITS_IMPOSSIBLE = "credits-impossible"
    DECIDER_WITHOUT_MAPPING = "decider-without-mapping"
    DEMAND_EMPTY = "demand-empty"
    DEMAND_NEVER_USED = "demand-never-used"
    DEMAND_REPEATED = "demand-repeated"
    DEMAND_SHADOWED = "demand-shadowed"
    ENTRY_NEVER_READ = "entry-never-read"
    FIELD_DIFFERS = "field-differs"
    FRAMEWORK_BROKEN = "framework-broken"
    GRADES_BETWEEN_ENTRIES = "grades-between-entries"
    GRADES_WITHOUT_ENTRY = "grades-without-entry"
    HOME_CREDITS_DIFFER = "home-credits-differ"
    HOME_SHARE_WHOLE = "home-share-whole"
    MAPPING_NEVER_CHOSEN = "mapping-never-chosen"
    MINIMUM_OUTSIDE_ENTRIES = "minimum-outside-entries"
    MINIMUM_OUTSIDE_SCALE = "minimum-outside-scale"
    PART_EXCEEDS_COURSE = "part-exceeds-course"
    PARTS_UNUSED = "parts-unused"
    QUALITY_IMPOSSIBLE = "quality-impossible"
    ROUNDING_LEAVES_BAND = "rounding-leaves-band"
    SCALE_DIRECTION = "scale-direction"
    SCORE_UNREACHABLE = "score-unreachable"
    SHARE_CAP_ZERO = "share-cap-zero"
    VALIDITY_PAST = "validity-past"
    VALIDITY_SHORTER_THAN_WINDOW = "validity-shorter-than-window"


_ERRORS = (
    LintCode.CATEGORY_IMPOSSIBLE,
    LintCode.COURSE_CHANGED,
    LintCode.COURSE_UNKNOWN,
    LintCode.CREDITS_IMPOSSIBLE,
    LintCode.FIELD_DIFFERS,
    LintCode.FRAMEWORK_BROKEN,
    LintCode.HOME_SHARE_WHOLE,
    LintCode.MINIMUM_OUTSIDE_ENTRIES,
    LintCode.MINIMUM_OUTSIDE_SCALE,
    LintCode.PART_EXCEEDS_COURSE,
    LintCode.QUALITY_IMPOSSIBLE,
    LintCode.SCALE_DIRECTION,
    LintCode.SCORE_UNREACHABLE,
)
_NOTICES = (
    LintCode.BAND_NEVER_PICKED,
    LintCode.BAND_WITHOUT_SHARE,
    LintCode.CONFIRMATION_NEVER,
    LintCode.DEMAND_REPEATED,
    LintCode.ENTRY_NEVER_READ,
    LintCode.PARTS_UNUSED,
)
SEVERITIES: Mapping[LintCode, Severity] = MappingProxyType(
    dict.fromkeys(LintCode, Severity.WARNING)
    | dict.fromkeys(_ERRORS, Severity.ERROR)
    | dict.fromkeys(_NOTICES, Severity.NOTICE)
)
_RANKS = tuple(Severity)


class LintFinding(Value):
    """One thing about a rule that somebody should see before it is proposed."""

    code: LintCode
    path: str
    """Where in the document, for example mappings.3.demands.0."""
    values: Quoted
    """What its sentence quotes: amounts are texts such as 6.00."""

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return SEVERITIES[self.code]


def finding(code: LintCode, *path: str | int, **values: Plain) -> LintFinding:
    """A finding at a path."""
    return LintFinding(code=code, path=".".join(map(str, path)), values=values)


def in_order(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """Each finding once: errors first, then as they stand in the document."""
    once = {
        (one.code, one.path, tuple(sorted(one.values.items(), key=str))): one for one in findings
    }
    return tuple(
        sorted(
            once.values(), key=lambda one: (_RANKS.index(one.severity), _steps(one.path), one.code)
        )
    )


def _steps(path: str) -> tuple[tuple[int, str], ...]:
    """A path's steps, numbers by their size."""
    return tuple((int(step), "") if step.isdigit() else (-1, step) for step in path.split("."))
