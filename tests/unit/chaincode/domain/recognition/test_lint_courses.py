"""The linter on a rule and the courses that it names."""

import pytest

from chaincode.domain.recognition.demands import Category
from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_codes import LintCode, Severity
from chaincode.domain.recognition.lint_courses import KnownCourse
from tests.support.lint_course_faults import COURSES
from tests.support.linting import (
    HOME_BANDS,
    HOME_COURSE,
    HOST_BANDS,
    HOST_COURSE,
    KNOWN,
    Document,
    of,
    one,
    shares,
)
from tests.support.recognition import mapping, rule


@pytest.mark.parametrize(("code", "path", "fields", "known"), COURSES)
def test_what_a_course_shows(
    code: LintCode, path: str, fields: Document, known: KnownCourse
) -> None:
    content = of(one(), **fields)
    assert [(entry.code, entry.path) for entry in lint(content, {HOST_COURSE: known})] == [
        (code, path)
    ]


def test_what_the_other_side_of_a_course_shows() -> None:
    part = [{"course": HOST_COURSE, "credits": "6.00", "digest": "a" * 64}]
    content = of(mapping("m", part, [(HOME_COURSE, "6.00")]), partial_redemption=True)
    known = {
        HOST_COURSE: KnownCourse(credits=500, digest="b" * 64),
        HOME_COURSE: KnownCourse(credits=500),
    }
    assert [(entry.code, entry.path) for entry in lint(content, known)] == [
        (LintCode.PART_EXCEEDS_COURSE, "mappings.0.host.0.credits"),
        (LintCode.COURSE_CHANGED, "mappings.0.host.0.digest"),
        (LintCode.HOME_CREDITS_DIFFER, "mappings.0.home.0.credits"),
    ]
    assert [(entry.code, entry.path) for entry in lint(of(one()), {HOME_COURSE: None})] == [
        (LintCode.COURSE_UNKNOWN, "mappings.0.home.0.course")
    ]


def test_a_distribution_of_another_field() -> None:
    host = HOST_BANDS | {"field": "07"}
    content = rule(one("s"), conversions={"s": shares(host, HOME_BANDS)})
    found = [entry.code for entry in lint(content, {HOST_COURSE: KNOWN})]
    assert found == [LintCode.FIELD_DIFFERS]
    content = rule(one("s"), conversions={"s": shares(host | {"field": "061"}, HOME_BANDS)})
    assert lint(content, {HOST_COURSE: KNOWN}) == ()


def test_other_categories_than_the_records() -> None:
    document = mapping(
        "m", [{"course": HOST_COURSE, "category": "compulsory"}], [(HOME_COURSE, "6.00")]
    )
    document["home"][0]["category"] = "elective"
    content = of(document)
    known = {
        HOST_COURSE: KnownCourse(credits=600, category=Category.ELECTIVE),
        HOME_COURSE: KnownCourse(credits=600, category=Category.COMPULSORY),
    }
    assert [(entry.code, entry.path, entry.severity) for entry in lint(content, known)] == [
        (LintCode.CATEGORY_DIFFERS, f"mappings.0.{side}.0.category", Severity.WARNING)
        for side in ("home", "host")
    ]
    for category in (Category.COMPULSORY, None):
        known[HOST_COURSE] = KnownCourse(credits=600, category=category)
        [found] = lint(content, known)
        assert found.path == "mappings.0.home.0.category"
