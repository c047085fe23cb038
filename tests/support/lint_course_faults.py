"""What the linter finds in a rule that fits its course badly: code, place, the rule, the course."""

from chaincode.domain.grading import Better, Scale
from chaincode.domain.recognition.lint_codes import LintCode
from chaincode.domain.recognition.lint_courses import KnownCourse
from chaincode.domain.values import parse_instant
from tests.support.linting import (
    MINIMUM,
    PERCENT,
    Document,
)

COURSES: list[tuple[LintCode, str, Document, KnownCourse]] = [
    (
        LintCode.GRADES_WITHOUT_ENTRY,
        "conversions.table",
        {},
        KnownCourse(scale=PERCENT.model_copy(update={"pass_mark": 5_000})),
    ),
    (
        LintCode.GRADES_BETWEEN_ENTRIES,
        "conversions.table",
        {},
        KnownCourse(scale=PERCENT.model_copy(update={"step": 50})),
    ),
    (
        LintCode.SCALE_DIRECTION,
        "mappings.0.host.0",
        {},
        KnownCourse(scale=PERCENT.model_copy(update={"better": Better.LOWER})),
    ),
    (
        LintCode.MINIMUM_OUTSIDE_SCALE,
        "mappings.0.host.0",
        {"demands": [MINIMUM]},
        KnownCourse(
            scale=Scale(
                lowest=6_100, highest=10_000, pass_mark=6_100, better=Better.HIGHER, step=100
            )
        ),
    ),
    (LintCode.CREDITS_IMPOSSIBLE, "mappings.0", {}, KnownCourse(credits=599)),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        {"demands": [{"kind": "class-hours", "hours_per_credit": 18}]},
        KnownCourse(credits=600, class_hours=107),
    ),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        {"demands": [{"kind": "credit-ratio", "host": "1.50", "home": "1.00"}]},
        KnownCourse(credits=899),
    ),
    (LintCode.COURSE_NOT_APPROVED, "mappings.0.host.0.course", {}, KnownCourse(approved=False)),
    (
        LintCode.VALIDITY_PAST,
        "mappings.0.host.0.course",
        {"demands": [{"kind": "validity", "years": 1}]},
        KnownCourse(
            opens=parse_instant("2023-09-01T00:00:00Z"),
            closes=parse_instant("2024-08-31T00:00:00Z"),
        ),
    ),
    (
        LintCode.VALIDITY_SHORTER_THAN_WINDOW,
        "mappings.0.host.0.course",
        {"demands": [{"kind": "validity", "years": 1}]},
        KnownCourse(
            opens=parse_instant("2026-09-01T00:00:00Z"),
            closes=parse_instant("2029-08-31T00:00:00Z"),
        ),
    ),
]
