"""Write golden decisions: `PYTHONPATH=. python tests/vectors/decisions/generate.py`.

A case that stands already is never written again: what an evaluator once said, it says for good.
A new evaluator's verdicts are added to each case.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from chaincode.domain.recognition.evaluate import EVALUATORS, evaluate
from chaincode.domain.recognition.facts import read_facts
from chaincode.domain.recognition.rule import read_rule
from tests.support.recognition import (
    DAY,
    GERMAN_SCALE,
    HOME,
    HOST,
    PROGRAMME,
    TERM,
    THIRD,
    course,
    credit,
    facts_document,
    mapping,
    rule_document,
)

FOLDER = Path(__file__).parent
HOME_COURSE, OTHER = course(9, HOME), course(8, HOME)
SIMPLE = mapping("m", [course(1)], [(HOME_COURSE, "6.00")])
GRADE = {"kind": "minimum-grade", "grade": "80.00", "better": "higher"}
PLACES = [{"kind": "member"}, {"kind": "city", "name": "nanjing"}]
SAT = {"at_member": True, "province": "jiangsu", "city": "nanjing"}
SAT |= {"proctored": True, "second_review": False}
LIMITS = {"pace_above": "2.00", "parallel_over_seconds": 5, "burst_more_than": 3}
SEEN = {"watched_share": 6_000, "flags": ["pace"]}
SEEN |= {"thresholds": {"pace_above": 200, "parallel_over": 5_000, "burst_more_than": 3}}
ALL_DEMANDS = [
    GRADE,
    {"kind": "credit-gap", "more_for_less": True, "largest_gap": "2.00"},
    {"kind": "category", "elective_by_compulsory": True},
    {"kind": "validity", "years": 7},
    {"kind": "examination", "places": PLACES, "proctored": True, "second_review": True},
    {"kind": "quality", "certified_by": 2, "recheck": True},
    {
        "kind": "process",
        "watched_share": "60.00",
        "limits": LIMITS,
        "bar": ["parallel"],
        "confirm": ["pace"],
        "show": ["burst"],
    },
    {
        "kind": "share-cap",
        "unit": "courses",
        "of": {"by": "course-kind", "course_kind": "online"},
        "within": "term",
        "at_most": "40.00",
    },
    {
        "kind": "share-cap",
        "unit": "credits",
        "of": {"by": "each-host"},
        "within": "degree",
        "at_most": "10.00",
    },
    {"kind": "home-share", "at_least": "50.00"},
]
CATEGORIES = mapping("m", [{"course": course(1), "digest": "c" * 64, "category": "compulsory"}]) | {
    "home": [{"course": HOME_COURSE, "credits": "6.00", "category": "elective"}]
}
PROGRAMME_FACTS = {
    "key": PROGRAMME,
    "sources": [{"key": PROGRAMME, "version": 1}],
    "load": {"courses": 30, "credits": 18_000},
    "courses": [{"course": HOME_COURSE, "category": "elective"}, {"course": OTHER}],
}
TERMS = [
    {
        "key": TERM,
        "sources": [{"key": TERM, "version": 1}],
        "load": {"courses": 4, "credits": 2_400},
    }
]
COUNTED = [
    {
        "home": OTHER,
        "credits": 600,
        "hosts": [{"host": THIRD, "course_kind": "on-site", "term": TERM}],
        "sources": [{"key": f"decision/{HOME}/{'d' * 32}", "version": 2}],
    }
]
KNOWN: dict[str, Any] = {"programme": PROGRAMME_FACTS, "terms": TERMS, "counted": COUNTED}
GOOD = {
    "certified_by": [HOME, THIRD],
    "examination": SAT | {"second_review": True},
    "process": SEEN | {"flags": ["burst"]},
}
MEAN = {
    "grade": "weighted-mean",
    "order": "convert-then-combine",
    "rounding": {"mode": "truncate", "digits": 1},
}
BAVARIAN = {
    "kind": "modified-bavarian",
    "host_pass": "60.00",
    "host_best": "100.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
SCORES = {
    "kind": "linear",
    "host_pass": "60.00",
    "host_best": "100.00",
    "home_pass": "90.00",
    "home_best": "150.00",
    "rounding": {"mode": "half-even", "digits": 0},
}
SHARES = {
    "kind": "by-distribution",
    "host": {
        "better": "lower",
        "step": "0.10",
        "graded": 120,
        "bands": [
            {"lowest": "1.00", "highest": "1.50", "share": "33.30"},
            {"lowest": "1.60", "highest": "2.50", "share": "33.30"},
            {"lowest": "2.60", "highest": "4.00", "share": "33.30"},
        ],
    },
    "home": {
        "better": "higher",
        "step": "1.00",
        "graded": 120,
        "bands": [
            {"lowest": "90.00", "highest": "100.00", "share": "25.00"},
            {"lowest": "75.00", "highest": "89.00", "share": "50.00"},
            {"lowest": "60.00", "highest": "74.00", "share": "25.00"},
        ],
    },
    "pick": "largest-overlap",
    "band_value": "middle",
    "fewest_graded": 100,
    "rounding": {"mode": "half-up", "digits": 0},
}
GRADED_OR_PASSED = [
    mapping("graded", [course(1)], [(HOME_COURSE, "6.00")], conversion="g"),
    mapping("passed", [course(1)], [(OTHER, "6.00")]),
]
APART = {"at_member": None, "province": None, "city": None, "proctored": True}
APART |= {
    "second_review": True,
    "parts": [
        {"at_member": True, "province": "cn-js", "city": "nanjing"},
        {"at_member": False, "province": "cn-js", "city": "suzhou"},
    ],
}
CONFIRM = {
    "always": True,
    "below_grade": {"grade": "90.00", "better": "higher"},
    "above_credits": "5.00",
}
# No sum of these reaches what the cap leaves: every combination is nearly the best.
MANY = [
    mapping(f"m-{number}", [course(number)], [(course(100 + number, HOME), f"6.{2 * number:02}")])
    for number in range(1, 19)
]
HALF = {
    "kind": "share-cap",
    "unit": "credits",
    "of": {"by": "host", "host": HOST},
    "within": "degree",
    "at_most": "50.00",
}

Case = tuple[dict[str, Any], dict[str, Any], date]


def cases() -> dict[str, Case]:
    """What is decided, by name."""
    demanding = rule_document(CATEGORIES, demands=ALL_DEMANDS)
    simple = rule_document(SIMPLE, demands=[GRADE])
    two = rule_document(
        mapping("large", [course(1), course(2)], [(HOME_COURSE, "9.00")]),
        mapping("small", [course(1)], [(OTHER, "3.00")]),
        demands=[GRADE],
    )
    several = rule_document(
        mapping(
            "m", [course(1), course(2)], [(HOME_COURSE, "10.00")], conversion="g", combine=MEAN
        ),
        conversions={"g": BAVARIAN},
    )
    admission = rule_document(
        mapping("m", [course(1)], conversion="s", score={"subject": "mathematics"}),
        mapping("p", [course(2)], conversion="s", score={"subject": "physics"}),
        kind="admission",
        conversions={"s": SCORES},
        demands=[{"kind": "minimum-score", "at_least": "240.00"}],
    )
    german = {"scale": GERMAN_SCALE, "mark": 170}
    taken = [{"programme": PROGRAMME, "amount": 100}]
    return {
        "all-demands-fulfilled": (demanding, facts_document(credit(1, **GOOD), **KNOWN), DAY),
        "all-demands-failed": (
            demanding,
            facts_document(
                credit(
                    1,
                    mark=7_000,
                    credits=900,
                    awarded_on="2019-11-21",
                    course_digest="e" * 64,
                    standing="suspended",
                    redeemed=taken,
                    certified_by=[HOST],
                    examination=SAT | {"proctored": False, "at_member": False, "city": "suzhou"},
                    process=SEEN | {"watched_share": 10, "flags": ["pace", "parallel"]},
                ),
                programme=PROGRAMME_FACTS | {"courses": [], "load": {"courses": 1, "credits": 600}},
                terms=[{"key": TERM, "load": {"courses": 2, "credits": 1_200}}],
                counted=[COUNTED[0] | {"home": HOME_COURSE}],
            ),
            DAY,
        ),
        "nothing-known": (
            demanding,
            {
                "decider": HOME,
                "credits": [{"enrolment": credit(1)["enrolment"], "course": course(1)}],
            },
            DAY,
        ),
        "grade-too-low": (simple, facts_document(credit(1, mark=7_999)), DAY),
        "grade-just-reached": (simple, facts_document(credit(1, mark=8_000)), DAY),
        "before-the-rule": (simple, facts_document(credit(1)), date(2025, 12, 31)),
        "not-a-decider": (simple, facts_document(credit(1), decider=THIRD), DAY),
        "another-course": (simple, facts_document(credit(2)), DAY),
        "flag-asks-for-a-person": (
            demanding,
            facts_document(credit(1, **(GOOD | {"process": SEEN})), **KNOWN),
            DAY,
        ),
        "always-a-person": (
            rule_document(SIMPLE, confirmation=CONFIRM),
            facts_document(credit(1)),
            DAY,
        ),
        "best-choice": (two, facts_document(credit(1), credit(2)), DAY),
        "best-choice-unknown": (two, facts_document(credit(1), credit(2, mark=None)), DAY),
        "best-choice-unfinished": (
            rule_document(*MANY, demands=[HALF]),
            facts_document(
                *(credit(number, credits=700, sources=[]) for number in range(1, 19)),
                programme={"key": PROGRAMME, "load": {"courses": 18, "credits": 11_002}},
            ),
            DAY,
        ),
        "several-for-one": (
            several,
            facts_document(credit(1), credit(2, credits=400, mark=6_500)),
            DAY,
        ),
        "several-for-one-incomplete": (several, facts_document(credit(1)), DAY),
        "by-distribution": (
            rule_document(
                mapping("m", [course(1)], [(HOME_COURSE, "6.00")], conversion="d"),
                conversions={"d": SHARES},
            ),
            facts_document(credit(1, **german)),
            DAY,
        ),
        "class-hours": (
            rule_document(SIMPLE, demands=[{"kind": "class-hours", "hours_per_credit": 18}]),
            facts_document(credit(1, class_hours=107)),
            DAY,
        ),
        "credit-ratio": (
            rule_document(
                SIMPLE, demands=[{"kind": "credit-ratio", "host": "1.00", "home": "1.50"}]
            ),
            facts_document(credit(1, credits=400)),
            DAY,
        ),
        "wanted-and-missing": (
            rule_document(SIMPLE, mapping("o", [course(2)], [(OTHER, "6.00")])),
            facts_document(credit(1), credit(2, standing="revoked"), wanted=[HOME_COURSE, OTHER]),
            DAY,
        ),
        "part-of-a-credit": (
            rule_document(
                mapping("m", [{"course": course(1), "credits": "4.00"}], [(HOME_COURSE, "4.00")]),
                partial_redemption=True,
            ),
            facts_document(credit(1, redeemed=taken)),
            DAY,
        ),
        "graded-or-passed": (
            rule_document(
                *GRADED_OR_PASSED,
                conversions={"g": BAVARIAN, "pass": {"kind": "pass-only"}},
            ),
            facts_document(credit(1)),
            DAY,
        ),
        "examined-at-two-places": (
            rule_document(
                SIMPLE,
                demands=[
                    {
                        "kind": "examination",
                        "places": PLACES,
                        "proctored": True,
                        "second_review": True,
                    }
                ],
            ),
            facts_document(credit(1, examination=APART)),
            DAY,
        ),
        "admission": (admission, facts_document(credit(1), credit(2, mark=7_500)), DAY),
        "admission-too-low": (admission, facts_document(credit(1), credit(2, mark=6_000)), DAY),
    }


def main() -> None:
    """Add what is missing."""
    for name, (rule, facts, on) in cases().items():
        path = FOLDER / f"{name}.json"
        golden = {"rule": rule, "facts": facts, "on": on.isoformat(), "verdicts": {}}
        if path.exists():
            golden = json.loads(path.read_text("utf-8"))
        content = read_rule(json.dumps(golden["rule"]).encode())
        given = read_facts(json.dumps(golden["facts"]).encode())
        for number in EVALUATORS:
            if str(number) in golden["verdicts"]:
                continue
            day = date.fromisoformat(golden["on"])
            verdict = evaluate(content, given, day, evaluator=number)
            golden["verdicts"][str(number)] = {
                "digest": verdict.digest(),
                "document": verdict.document(),
            }
        path.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
