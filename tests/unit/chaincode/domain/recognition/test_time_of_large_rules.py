"""The most that a rule of 256 KiB can ask of one decision: conversions, caps, rivals, an answer."""

import json
import random
import time
from typing import Any

import pytest

from chaincode.domain import canonical
from chaincode.domain.errors import TooIntricate
from chaincode.domain.recognition.facts import Facts
from chaincode.domain.recognition.rule import read_rule
from tests.support.recognition import (
    HOME,
    PROGRAMME,
    course,
    credit,
    decide,
    facts,
    mapping,
    rule_document,
)

KEPT_BYTES = 8 << 20
"""What a gateway keeps and tells of one decision."""
AT_MOST = 4.0
"""Seconds of processor, a safety net: the slowest took 2.1 and 3.7 to write, is below one now."""
HOSTS = [f"h{number}MSP" for number in range(24)]
TERMS = [f"term/{HOME}/{number:032x}" for number in range(64)]
LOAD = {"courses": 9_000, "credits": 9_000_000}
GAP = {"kind": "credit-gap", "more_for_less": False, "largest_gap": "1000.00"}
LOWER = {"kind": "minimum-grade", "grade": "2.00", "better": "lower"}


def caps(count: int) -> list[dict[str, Any]]:
    """Share caps of every kind, the widest first."""
    subjects = [
        *({"by": "course-kind", "course_kind": kind} for kind in ("online", "blended", "on-site")),
        {"by": "each-host"},
        *({"by": "host", "host": host} for host in HOSTS),
    ]
    return [
        {"kind": "share-cap", "unit": unit, "of": of, "within": within, "at_most": "99.00"}
        for of in subjects
        for unit in ("courses", "credits")
        for within in ("term", "degree")
    ][:count]


def distribution(count: int) -> dict[str, Any]:
    """Conversion between two tables of so many bands."""
    bands = [
        {"lowest": decimal(10_000 - 50 * place - 49), "highest": decimal(10_000 - 50 * place)}
        | {"share": decimal(10_000 // count + (0 if place else 10_000 % count))}
        for place in range(count)
    ]
    table = {"better": "higher", "step": "0.01", "graded": 1_000, "bands": bands}
    return {
        "kind": "by-distribution",
        "host": table,
        "home": table,
        "pick": "largest-overlap",
        "band_value": "middle",
        "fewest_graded": 1,
        "rounding": {"mode": "half-up", "digits": 1},
    }


def decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


def several(count: int, hosts: int, *, unknown: bool = False, **fields: Any) -> list[Any]:
    """Mappings of several credits each; where wanted every second one cannot be checked."""
    draw = random.Random(4)  # noqa: S311 - a repeatable draw
    found = []
    for number in range(count):
        held = [{"course": course(one, HOSTS[0])} for one in draw.sample(range(64), hosts)]
        if unknown:
            held = [item | {"credits": "0.01"} for item in held]
        odd = unknown and number % 2 == 1
        home = [(course(number, HOME), "100.00" if odd else "1.00")]
        found.append(
            mapping(f"m{number}", held, home, **fields, **({"demands": [LOWER]} if odd else {}))
        )
    return found


def everything(*, places: int = 1) -> Facts:
    """A student with as many credits, in as many terms, as there may be."""
    draw = random.Random(5)  # noqa: S311 - a repeatable draw
    held = [
        credit(
            number,
            HOSTS[0],
            term=TERMS[number],
            mark=draw.randrange(1_100, 9_000),
            sources=[
                {"key": f"credit/{HOSTS[0]}/{one:032x}", "version": 1} for one in range(places)
            ],
        )
        for number in range(64)
    ]
    return facts(
        *held,
        terms=[{"key": term, "load": LOAD} for term in TERMS],
        programme={"key": PROGRAMME, "load": LOAD},
    )


BY_DISTRIBUTION = rule_document(
    *several(
        150,
        20,
        conversion="d",
        combine={"grade": "best", "order": "convert-then-combine"},
    ),
    conversions={"d": distribution(180)},
)
MANY_RIVALS = rule_document(
    *several(500, 2, unknown=True), demands=[GAP, *caps(30)], partial_redemption=True
)
MANY_CAPS = rule_document(
    *several(75, 18, unknown=True), demands=[GAP, *caps(49)], partial_redemption=True
)
ALL_CAPS = rule_document(*several(150, 18), demands=[GAP, *caps(49)])


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(BY_DISTRIBUTION, id="conversions"),
        pytest.param(MANY_RIVALS, id="rivals", marks=pytest.mark.thorough),
        pytest.param(MANY_CAPS, id="caps", marks=pytest.mark.thorough),
    ],
)
def test_the_largest_rules_are_decided_and_written_soon(document: dict[str, Any]) -> None:
    rule = read_rule(json.dumps(document, separators=(",", ":")).encode())
    given = everything()
    began = time.process_time()
    verdict = decide(rule, given)
    written = canonical.encode(verdict.document())
    took = time.process_time() - began
    assert took < AT_MOST
    assert verdict.items
    assert canonical.MAX_RULE_BYTES < len(written) < KEPT_BYTES


@pytest.mark.parametrize("document", [ALL_CAPS, BY_DISTRIBUTION], ids=["caps", "places"])
def test_what_nobody_could_read_is_not_decided(document: dict[str, Any]) -> None:
    """Of many demands, or of credits that stand in many places; with fewer credits it is."""
    rule = read_rule(json.dumps(document, separators=(",", ":")).encode())
    given = everything(places=40 if document is BY_DISTRIBUTION else 1)
    began = time.process_time()
    with pytest.raises(TooIntricate, match="fewer credits"):
        decide(rule, given)
    took = time.process_time() - began
    assert took < AT_MOST
    fewer = given.model_copy(update={"credits": given.credits[:4]})
    assert decide(rule, fewer).explanation.children
