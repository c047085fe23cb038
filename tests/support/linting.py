"""Rules to lint, and what is known of their courses."""

from typing import Any

from chaincode.domain.grading import Better, Scale
from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_courses import KnownCourse
from chaincode.domain.recognition.rule import RuleContent
from tests.support.recognition import HOME, PASS_ONLY, course, mapping, rule

Document = dict[str, Any]
HOST_COURSE, OTHER, HOME_COURSE = course(1), course(2), course(9, HOME)
PERCENT = Scale(lowest=0, highest=10_000, pass_mark=6_000, better=Better.HIGHER, step=100)
MINIMUM = {"kind": "minimum-grade", "grade": "60.00", "better": "higher"}
TABLE = {
    "kind": "by-table",
    "better": "higher",
    "step": "1.00",
    "home_better": "lower",
    "pairs": [
        {"lowest": "80.00", "highest": "100.00", "becomes": "1.00"},
        {"lowest": "60.00", "highest": "79.00", "becomes": "2.00"},
    ],
}
GERMAN = {
    "kind": "modified-bavarian",
    "host_pass": "60.00",
    "host_best": "100.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
MEAN = {
    "grade": "weighted-mean",
    "order": "combine-then-convert",
    "rounding": {"mode": "half-up", "digits": 1},
}


def one(conversion: str = "table", name: str = "m", **fields: Any) -> Document:
    return mapping(name, [HOST_COURSE], [(HOME_COURSE, "6.00")], conversion=conversion, **fields)


def of(*mappings: Document, table: Document = TABLE, **fields: Any) -> RuleContent:
    used = {entry["conversion"] for entry in mappings}
    known = {"table": table, "pass": PASS_ONLY, "german": GERMAN}
    given = {"conversions": {name: known[name] for name in used if name in known}}
    return rule(*mappings, **(given | fields))


def cap(at_most: str, of: Document, unit: str = "credits", within: str = "degree") -> Document:
    return {"kind": "share-cap", "unit": unit, "of": of, "within": within, "at_most": at_most}


def table(**fields: Any) -> Document:
    return {"table": TABLE | fields}


def bands(*entries: tuple[str, str, str], step: str = "1.00") -> Document:
    return {
        "better": "higher",
        "step": step,
        "graded": 100,
        "bands": [{"lowest": low, "highest": high, "share": share} for low, high, share in entries],
    }


def shares(host: Document, home: Document, **fields: Any) -> Document:
    return {
        "kind": "by-distribution",
        "host": host,
        "home": home,
        "pick": "middle",
        "band_value": "middle",
        "fewest_graded": 50,
        "rounding": {"mode": "half-up", "digits": 2},
    } | fields


HOST_BANDS = bands(("80.00", "100.00", "50.00"), ("60.00", "79.00", "50.00"))
HOME_BANDS = bands(("15.00", "20.00", "50.00"), ("10.00", "14.00", "50.00"))
KNOWN = KnownCourse(credits=600, class_hours=108, field="0613", scale=PERCENT)


def codes(content: RuleContent) -> list[tuple[str, str]]:
    return [(entry.code.value, entry.path) for entry in lint(content)]
