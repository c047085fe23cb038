"""Caps on shares and the share at home: fulfilled, failed, and could not be checked."""

from typing import Any

import pytest

from chaincode.domain.recognition.chinese import CHINESE_MISSING
from chaincode.domain.recognition.codes import Finding, Missing
from chaincode.domain.recognition.english import ENGLISH_MISSING
from chaincode.domain.recognition.sentences import Language, sentence
from tests.support.recognition import (
    HOME,
    HOST,
    OUTCOMES,
    PROGRAMME,
    TERM,
    THIRD,
    course,
    credit,
    decide,
    facts,
    findings,
    mapping,
    nodes,
    rule,
)

HOME_COURSE = course(9, HOME)
SIMPLE = mapping("m", [course(1)], [(HOME_COURSE, "6.00")])


ONLINE = {"by": "course-kind", "course_kind": "online"}


def cap(of: dict[str, str], within: str, at_most: str, unit: str = "credits") -> dict[str, Any]:
    return {"kind": "share-cap", "unit": unit, "of": of, "within": within, "at_most": at_most}


def counted(number: int, **host: Any) -> dict[str, Any]:
    before = {"host": HOST, "course_kind": "online", "term": TERM}
    return {"home": course(number, HOME), "credits": 600, "hosts": [before | host]}


DEGREE = {"key": PROGRAMME, "load": {"courses": 5, "credits": 3_000}}
TERMS = [{"key": TERM, "load": {"courses": 5, "credits": 3_000}}]


@pytest.mark.parametrize(
    ("demand", "given", "before", "finding"),
    [
        (cap(ONLINE, "degree", "20.00"), {}, [], "fulfilled"),
        (cap(ONLINE, "degree", "19.99"), {}, [], "failed"),
        (cap(ONLINE, "degree", "39.99"), {}, [counted(7)], "failed"),
        (cap(ONLINE, "degree", "40.00"), {}, [counted(7)], "fulfilled"),
        (cap(ONLINE, "degree", "20.00"), {}, [counted(7, course_kind="on-site")], "fulfilled"),
        (cap(ONLINE, "degree", "20.00"), {}, [counted(7, course_kind=None)], "unknown"),
        (cap(ONLINE, "degree", "90.00"), {"course_kind": None}, [], "unknown"),
        (cap(ONLINE, "term", "39.99"), {}, [counted(7)], "failed"),
        (cap(ONLINE, "term", "39.99"), {}, [counted(7, term=TERM[:-1] + "6")], "fulfilled"),
        (cap(ONLINE, "term", "39.99"), {}, [counted(7, term=None)], "unknown"),
        (cap(ONLINE, "term", "90.00"), {"term": None}, [], "unknown"),
        (cap(ONLINE, "term", "90.00"), {"term": TERM[:-1] + "6"}, [], "unknown"),
        (cap(ONLINE, "term", "20.00", "courses"), {}, [], "fulfilled"),
        (cap(ONLINE, "term", "19.99", "courses"), {}, [], "failed"),
        (cap({"by": "host", "host": HOST}, "degree", "19.99"), {}, [], "failed"),
        (cap({"by": "host", "host": HOST}, "degree", "39.99"), {}, [counted(7)], "failed"),
        (cap({"by": "each-host"}, "degree", "39.99"), {}, [counted(7)], "failed"),
        (cap({"by": "each-host"}, "degree", "20.00"), {}, [counted(7, host=THIRD)], "fulfilled"),
    ],
)
def test_share_caps(
    demand: dict[str, Any], given: dict[str, Any], before: list[dict[str, Any]], finding: str
) -> None:
    known = facts(credit(1, **given), counted=before, programme=DEGREE, terms=TERMS)
    verdict = decide(rule(SIMPLE, demands=[demand]), known)
    assert findings(verdict, "share-cap") == [finding]
    assert verdict.outcome == OUTCOMES[finding]


@pytest.mark.parametrize(
    ("demand", "given"),
    [
        (cap(ONLINE, "degree", "0.00"), {"course_kind": "blended"}),
        (cap({"by": "host", "host": THIRD}, "degree", "0.00"), {}),
    ],
)
def test_a_cap_does_not_concern_other_courses(
    demand: dict[str, Any], given: dict[str, Any]
) -> None:
    verdict = decide(rule(SIMPLE, demands=[demand]), facts(credit(1, **given), programme=DEGREE))
    assert findings(verdict, "share-cap") == []
    assert verdict.outcome == "recognised"


def test_a_cap_of_an_unknown_whole_could_not_be_checked() -> None:
    content = rule(SIMPLE, demands=[cap(ONLINE, "degree", "90.00")])
    assert decide(content, facts(credit(1))).outcome == "could-not-check"


@pytest.mark.parametrize(
    ("share", "before", "finding"),
    [
        ("80.00", [], "fulfilled"),
        ("80.01", [], "failed"),
        ("60.01", [counted(7)], "failed"),
        ("60.00", [counted(7)], "fulfilled"),
        ("80.00", [counted(7, host=HOME)], "fulfilled"),
    ],
)
def test_the_home_share(share: str, before: list[dict[str, Any]], finding: str) -> None:
    content = rule(SIMPLE, demands=[{"kind": "home-share", "at_least": share}])
    verdict = decide(content, facts(credit(1), counted=before, programme=DEGREE))
    assert findings(verdict, "home-share") == [finding]
    assert verdict.outcome == OUTCOMES[finding]
    assert decide(content, facts(credit(1), counted=before)).outcome == "could-not-check"


def test_the_home_share_does_not_concern_ones_own_courses() -> None:
    own = mapping("m", [course(1, HOME)], [(HOME_COURSE, "6.00")])
    content = rule(
        own, scope={"kind": "internal"}, demands=[{"kind": "home-share", "at_least": "100.00"}]
    )
    verdict = decide(content, facts(credit(1, HOME), programme=DEGREE))
    assert verdict.outcome == "recognised"


@pytest.mark.parametrize(
    ("demand", "given", "before", "missing"),
    [
        (cap(ONLINE, "term", "90.00"), {"term": None}, [], Missing.TERM),
        (cap(ONLINE, "term", "90.00"), {"term": TERM[:-1] + "6"}, [], Missing.OF_TERM),
        (cap(ONLINE, "term", "39.99"), {}, [counted(7, term=None)], Missing.OF_TERM),
        (cap(ONLINE, "degree", "90.00"), {"course_kind": None}, [], Missing.OF_DEGREE),
        (cap(ONLINE, "degree", "90.00"), {}, None, Missing.OF_DEGREE),
        ({"kind": "home-share", "at_least": "10.00"}, {}, None, Missing.OF_HOME_SHARE),
    ],
)
def test_a_cap_that_could_not_be_checked_says_what_it_would_have_taken(
    demand: dict[str, Any], given: dict[str, Any], before: list[Any] | None, missing: Missing
) -> None:
    held = facts(credit(1, **given), programme=DEGREE, terms=TERMS, counted=before)
    verdict = decide(rule(SIMPLE, demands=[demand]), held)
    [node] = nodes(verdict, demand["kind"])
    assert (node.finding, node.found) == (Finding.UNKNOWN, None)
    said = [sentence(node, language) for language in Language]
    assert ENGLISH_MISSING[missing] in said[0]
    assert CHINESE_MISSING[missing] in said[1]
    known = node.model_copy(update={"finding": Finding.FAILED})
    assert not any(text in sentence(known, Language.ENGLISH) for text in ENGLISH_MISSING.values())
