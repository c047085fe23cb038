"""What the linter finds in a rule alone: the code, where, and a rule that has it once."""

from chaincode.domain.recognition.lint_codes import LintCode
from chaincode.domain.recognition.rule import RuleContent
from tests.support.linting import (
    HOME_BANDS,
    HOME_COURSE,
    HOST_BANDS,
    HOST_COURSE,
    MEAN,
    MINIMUM,
    OTHER,
    TABLE,
    Document,
    bands,
    cap,
    of,
    one,
    shares,
)
from tests.support.recognition import HOME, HOST, PASS_ONLY, THIRD, mapping, rule

ADMISSION: Document = {"kind": "admission", "conversions": {"table": TABLE}}
ADMITTED = {
    "id": "m",
    "host": [{"course": HOST_COURSE}],
    "score": {"subject": "mathematics"},
    "conversion": "table",
}
UNREACHABLE: list[tuple[LintCode, str, RuleContent]] = [
    (
        LintCode.CONVERSION_UNUSED,
        "conversions.pass",
        rule(one(), conversions={"table": TABLE, "pass": PASS_ONLY}),
    ),
    (LintCode.MAPPING_NEVER_CHOSEN, "mappings.0", of(one(name="b"), one(name="a"))),
    (
        LintCode.MAPPING_NEVER_CHOSEN,
        "mappings.1",
        of(one(name="a"), one(name="b", demands=[MINIMUM])),
    ),
    (
        LintCode.DEMAND_NEVER_USED,
        "demands.0",
        of(one(demands=[MINIMUM | {"grade": "70.00"}]), demands=[MINIMUM]),
    ),
    (
        LintCode.DEMAND_REPEATED,
        "mappings.0.demands.0",
        of(one(demands=[MINIMUM]), one(name="n", conversion="pass"), demands=[MINIMUM]),
    ),
    (
        LintCode.DEMAND_SHADOWED,
        "demands.0",
        of(
            one(),
            demands=[cap("50.00", {"by": "host", "host": HOST}), cap("40.00", {"by": "each-host"})],
        ),
    ),
    (
        LintCode.DEMAND_SHADOWED,
        "demands.0",
        of(
            one(),
            demands=[
                cap("50.00", {"by": "host", "host": HOST}),
                {"kind": "home-share", "at_least": "50.00"},
            ],
        ),
    ),
    (
        LintCode.DEMAND_SHADOWED,
        "demands.0",
        rule(
            ADMITTED,
            **ADMISSION,
            demands=[
                {"kind": "minimum-score", "at_least": "1.00"},
                {"kind": "minimum-score", "subject": "mathematics", "at_least": "1.00"},
            ],
        ),
    ),
    (
        LintCode.DEMAND_EMPTY,
        "demands.0",
        of(one(), demands=[{"kind": "examination", "proctored": False, "second_review": False}]),
    ),
    (LintCode.DEMAND_EMPTY, "demands.0", of(one(), demands=[cap("100.00", {"by": "each-host"})])),
    (
        LintCode.DEMAND_EMPTY,
        "mappings.0.demands.0",
        of(one(demands=[{"kind": "examination", "proctored": False, "second_review": False}])),
    ),
    (
        LintCode.ENTRY_NEVER_READ,
        "conversions.table.pairs.1",
        of(one(), demands=[MINIMUM | {"grade": "80.00"}]),
    ),
    (
        LintCode.BAND_NEVER_PICKED,
        "conversions.s.home.bands.1",
        rule(
            one("s"),
            conversions={
                "s": shares(
                    HOST_BANDS,
                    bands(
                        ("16.00", "20.00", "45.00"),
                        ("15.00", "15.00", "10.00"),
                        ("10.00", "14.00", "45.00"),
                    ),
                )
            },
        ),
    ),
    (LintCode.DECIDER_WITHOUT_MAPPING, "deciders.1", of(one(), deciders=[HOME, THIRD])),
    (
        LintCode.CONFIRMATION_NEVER,
        "confirmation.below_grade",
        of(
            one(),
            demands=[MINIMUM],
            confirmation={"below_grade": {"grade": "60.00", "better": "higher"}},
        ),
    ),
    (
        LintCode.CONFIRMATION_NEVER,
        "confirmation.above_credits",
        of(one(), confirmation={"above_credits": "6.00"}),
    ),
    (
        LintCode.CONFIRMATION_NEVER,
        "confirmation.above_credits",
        of(one(), confirmation={"always": True, "above_credits": "1.00"}),
    ),
    (LintCode.PARTS_UNUSED, "partial_redemption", of(one(), partial_redemption=True)),
]
GAPS: list[tuple[LintCode, str, RuleContent]] = [
    (
        LintCode.GRADES_WITHOUT_ENTRY,
        "conversions.table",
        of(one(), demands=[MINIMUM | {"grade": "50.00"}]),
    ),
    (
        LintCode.GRADES_BETWEEN_ENTRIES,
        "mappings.0.combine.rounding",
        of(
            mapping(
                "m", [HOST_COURSE, OTHER], [(HOME_COURSE, "6.00")], conversion="table", combine=MEAN
            )
        ),
    ),
    (
        LintCode.BAND_WITHOUT_SHARE,
        "conversions.s.host.bands.0",
        rule(
            one("s"),
            conversions={
                "s": shares(
                    bands(
                        ("100.00", "100.00", "0.00"),
                        ("80.00", "99.00", "50.00"),
                        ("60.00", "79.00", "50.00"),
                    ),
                    HOME_BANDS,
                )
            },
        ),
    ),
    (
        LintCode.ROUNDING_LEAVES_BAND,
        "conversions.s.home.bands.0",
        rule(
            one("s"),
            conversions={
                "s": shares(
                    HOST_BANDS,
                    bands(("1.80", "2.00", "50.00"), ("1.00", "1.70", "50.00"), step="0.10"),
                    band_value="lowest",
                    rounding={"mode": "truncate", "digits": 0},
                )
            },
        ),
    ),
]
CONTRADICTIONS: list[tuple[LintCode, str, RuleContent]] = [
    (
        LintCode.MINIMUM_OUTSIDE_ENTRIES,
        "mappings.0.conversion",
        of(one("german"), demands=[MINIMUM | {"grade": "101.00"}]),
    ),
    (
        LintCode.SCALE_DIRECTION,
        "mappings.0.conversion",
        of(one(), demands=[MINIMUM | {"better": "lower"}]),
    ),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        of(
            mapping("m", [{"course": HOST_COURSE, "credits": "5.99"}], [(HOME_COURSE, "6.00")]),
            partial_redemption=True,
        ),
    ),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        of(
            mapping("m", [{"course": HOST_COURSE, "credits": "8.01"}], [(HOME_COURSE, "6.00")]),
            partial_redemption=True,
            demands=[{"kind": "credit-gap", "more_for_less": True, "largest_gap": "2.00"}],
        ),
    ),
    (
        LintCode.CATEGORY_IMPOSSIBLE,
        "mappings.0.home.0.category",
        of(
            {
                "id": "m",
                "conversion": "pass",
                "host": [{"course": HOST_COURSE, "category": "elective"}],
                "home": [{"course": HOME_COURSE, "credits": "6.00", "category": "compulsory"}],
            },
            demands=[{"kind": "category", "elective_by_compulsory": True}],
        ),
    ),
    (
        LintCode.QUALITY_IMPOSSIBLE,
        "mappings.0.host.0",
        of(
            one(),
            demands=[{"kind": "quality", "certified_by": 1, "certifiers": [HOST], "recheck": True}],
        ),
    ),
    (LintCode.SHARE_CAP_ZERO, "demands.0", of(one(), demands=[cap("0.00", {"by": "each-host"})])),
    (
        LintCode.HOME_SHARE_WHOLE,
        "demands.0",
        of(one(), demands=[{"kind": "home-share", "at_least": "100.00"}]),
    ),
    (
        LintCode.SCORE_UNREACHABLE,
        "demands.0",
        rule(
            ADMITTED,
            **ADMISSION,
            demands=[{"kind": "minimum-score", "subject": "mathematics", "at_least": "2.01"}],
        ),
    ),
    (
        LintCode.CONFIRMATION_ALWAYS,
        "confirmation.below_grade",
        of(one(), confirmation={"below_grade": {"grade": "100.01", "better": "higher"}}),
    ),
]
FAULTS = (*UNREACHABLE, *GAPS, *CONTRADICTIONS)
