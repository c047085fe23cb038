from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.course import Course, CourseStatus, Window
from chaincode.domain.errors import (
    InvalidArgument,
    OutsideWindow,
    StaleReference,
    WrongState,
)
from tests.support.records import (
    COURSE,
    GERMAN,
    NEXT,
    NOW,
    OPERATION,
    PARTS,
    REGISTRAR,
    make_content,
    make_course,
)

OPENS, CLOSES = NOW, NOW + timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "margin", "refusal"),
    [
        (OPENS, 0, None),
        (CLOSES, 0, None),
        (OPENS - SECOND, 0, "not opened"),
        (CLOSES + SECOND, 0, "closed"),
        (OPENS - 300 * SECOND, 300, None),
        (CLOSES + 300 * SECOND, 300, None),
        (OPENS - 301 * SECOND, 300, "not opened"),
        (CLOSES + 301 * SECOND, 300, "closed"),
    ],
)
def test_a_window_is_judged_with_the_margin(at: datetime, margin: int, refusal: str | None) -> None:
    window = Window(opens=OPENS, closes=CLOSES)
    if refusal is None:
        window.require_open(at, margin_seconds=margin)
        return
    with pytest.raises(OutsideWindow, match=refusal):
        window.require_open(at, margin_seconds=margin)


def test_a_window_opens_before_it_closes() -> None:
    for closes in (OPENS, OPENS - SECOND):
        with pytest.raises(ValidationError, match="must open before"):
            Window(opens=OPENS, closes=closes)


def test_the_widest_window_and_margin_are_no_crash() -> None:
    window = Window.model_validate_json(
        '{"opens":"1900-01-01T00:00:00Z","closes":"2999-12-31T23:59:59Z"}'
    )
    window.require_open(NOW, margin_seconds=3_600)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"field": "0612"},
        {"credits": 601},
        {"class_hours": 55},
        {"parts": PARTS[::-1]},
        {"scale": GERMAN},
        {"window": Window(opens=OPENS, closes=CLOSES)},
        {"teacher": REGISTRAR},
    ],
)
def test_the_digest_binds_every_part_of_the_content(change: dict[str, Any]) -> None:
    content = make_content()
    assert content.model_copy(update=change).digest() != content.digest()
    assert content.model_copy(update=dict(content)).digest() == content.digest()


def test_a_proposal() -> None:
    course = make_course(approved=False)
    assert (course.version, course.status, course.review) == (1, CourseStatus.PROPOSED, None)
    assert course.digest == make_content().digest()
    assert course.proposed_at == NOW


def test_a_proposal_whose_parts_are_no_whole_is_refused() -> None:
    with pytest.raises(InvalidArgument) as refused:
        Course.proposed(COURSE, "betaMSP", make_content(PARTS[:1]), at=NOW, operation=OPERATION)
    assert refused.value.field == "parts"


@pytest.mark.parametrize(
    ("approve", "reason", "status"),
    [
        (True, None, CourseStatus.APPROVED),
        (True, "well made", CourseStatus.APPROVED),
        (False, "too short", CourseStatus.REFUSED),
    ],
)
def test_a_review(*, approve: bool, reason: str | None, status: CourseStatus) -> None:
    found = make_course(approved=False).checked(
        approve=approve, reason=reason, by=REGISTRAR, at=NOW, operation=NEXT
    )
    assert (found.status, found.version) == (status, 2)
    assert found.review is not None
    assert (found.review.by, found.review.at, found.review.reason) == (REGISTRAR, NOW, reason)
    for again in (True, False):
        with pytest.raises(WrongState) as refused:
            found.checked(approve=again, reason="x", by=REGISTRAR, at=NOW, operation=NEXT)
        assert refused.value.facts == {"status": status.value}


def test_a_refusal_needs_its_reason() -> None:
    with pytest.raises(InvalidArgument) as refused:
        make_course(approved=False).checked(
            approve=False, reason=None, by=REGISTRAR, at=NOW, operation=NEXT
        )
    assert refused.value.field == "reason"


def test_only_what_was_approved_can_be_referred_to() -> None:
    course = make_course()
    course.require_approved(course.digest)
    proposed = make_course(approved=False)
    refused_course = proposed.checked(
        approve=False, reason="no", by=REGISTRAR, at=NOW, operation=NEXT
    )
    for other in (proposed, refused_course):
        with pytest.raises(WrongState) as refused:
            other.require_approved(other.digest)
        assert refused.value.facts == {"status": other.status.value}
    with pytest.raises(StaleReference) as stale:
        course.require_approved("0" * 64)
    assert stale.value.field == "course_digest"


def test_a_silent_rewrite_shows() -> None:
    course = make_course()
    rewritten = course.model_copy(update={"content": make_content(PARTS[::-1])})
    with pytest.raises(StaleReference):
        rewritten.require_approved(course.digest)
    with pytest.raises(StaleReference):
        rewritten.require_approved(rewritten.content.digest())


def test_parts_are_found_by_name() -> None:
    course = make_course()
    assert course.part("exam") == PARTS[1]
    with pytest.raises(InvalidArgument, match="it has: essay, exam") as refused:
        course.part("oral")
    assert refused.value.field == "part"
