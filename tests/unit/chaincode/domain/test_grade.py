import pytest

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument, NotPermitted, WrongState
from chaincode.domain.grade import Grade, GradeReason, ReviewOutcome
from chaincode.domain.grading import Mode
from tests.support.records import (
    NOW,
    PARTS,
    REGISTRAR,
    TEACHER,
    add_grade,
    commit_grade,
    empty_grade,
    opened_grade,
    review,
)

ESSAY, EXAM = PARTS
CORRECTIONS = [reason for reason in GradeReason if reason is not GradeReason.FIRST]


def test_a_first_grade() -> None:
    grade = add_grade(empty_grade(), ESSAY, 3)
    entry = grade.latest("essay")
    assert entry is not None
    assert (entry.number, entry.part, entry.mode, entry.work_number) == (
        1,
        "essay",
        Mode.ONLINE,
        3,
    )
    assert (entry.commitment, entry.by, entry.at, entry.review) == (
        commit_grade("essay", opened_grade(1)),
        TEACHER,
        NOW,
        None,
    )
    assert grade.latest("exam") is None
    assert grade.version == 2


@pytest.mark.parametrize("reason", CORRECTIONS)
def test_a_correction_names_why_and_replaces(reason: GradeReason) -> None:
    with pytest.raises(InvalidArgument) as refused:
        add_grade(empty_grade(), ESSAY, 1, reason=reason)
    assert refused.value.field == "reason"
    once = add_grade(empty_grade(), ESSAY, 1)
    twice = add_grade(once, ESSAY, 1, reason=reason, mark=9_000)
    latest = twice.latest("essay")
    assert latest is not None
    assert (latest.number, latest.reason) == (2, reason)
    assert twice.entries[0] == once.entries[0]


def test_a_part_has_one_first_grade() -> None:
    once = add_grade(empty_grade(), ESSAY, 1)
    with pytest.raises(InvalidArgument):
        add_grade(once, ESSAY, 1)
    assert len(add_grade(once, EXAM, 1).entries) == 2


def test_a_slot_holds_as_many_as_the_constitution_says() -> None:
    once = add_grade(empty_grade(), ESSAY, 1, limit=1)
    with pytest.raises(WrongState, match="at most 1 grades"):
        add_grade(once, ESSAY, 1, reason=GradeReason.APPEAL, limit=1)


@pytest.mark.parametrize(
    ("mode", "outcome", "stands"),
    [
        (Mode.ONLINE, None, True),
        (Mode.PROCESS, None, True),
        (Mode.OFFLINE, None, False),
        (Mode.OFFLINE, ReviewOutcome.RETURNED, False),
        (Mode.OFFLINE, ReviewOutcome.APPROVED, True),
    ],
)
def test_offline_grades_count_once_a_second_person_approved(
    mode: Mode, outcome: ReviewOutcome | None, *, stands: bool
) -> None:
    part = ESSAY.model_copy(update={"mode": mode})
    grade = add_grade(empty_grade(), part, 1)
    if outcome is not None:
        grade = review(grade, 1, outcome=outcome)
    assert grade.entries[0].stands is stands
    assert grade.stands(part.id) is stands
    assert not grade.stands("another")


def test_a_returned_grade_never_stands_whatever_its_mode() -> None:
    entry = review(add_grade(empty_grade(), EXAM, 1), 1, outcome=ReviewOutcome.RETURNED).entries[0]
    assert not entry.model_copy(update={"mode": Mode.ONLINE}).stands


def test_a_review_is_kept_beside_the_grade() -> None:
    grade = add_grade(add_grade(empty_grade(), EXAM, 1), ESSAY, 2)
    reviewed = review(grade, 1)
    assert reviewed.entries[0].review is not None
    assert reviewed.entries[0].review.by == REGISTRAR
    assert reviewed.entries[0].review.at == NOW
    assert reviewed.entries[0].model_copy(update={"review": None}) == grade.entries[0]
    assert reviewed.entries[1] == grade.entries[1]
    assert reviewed.version == grade.version + 1
    assert Grade.decode(reviewed.key, reviewed.encode()) == reviewed


def test_nobody_reviews_what_they_entered() -> None:
    grade = add_grade(empty_grade(), EXAM, 1)
    with pytest.raises(NotPermitted, match="does not review"):
        review(grade, 1, by=TEACHER)


def test_what_cannot_be_reviewed() -> None:
    grade = add_grade(add_grade(empty_grade(), ESSAY, 1), EXAM, 1)
    with pytest.raises(InvalidArgument) as refused:
        review(grade, 3)
    assert refused.value.field == "number"
    with pytest.raises(WrongState, match="only offline"):
        review(grade, 1)
    for outcome in ReviewOutcome:
        with pytest.raises(WrongState, match="reviewed or replaced"):
            review(review(grade, 2, outcome=outcome), 2)
    replaced = add_grade(grade, EXAM, 1, reason=GradeReason.CLERICAL_ERROR)
    with pytest.raises(WrongState, match="reviewed or replaced"):
        review(replaced, 2)
    assert review(replaced, 3).entries[2].stands


def test_a_correction_of_an_approved_grade_needs_a_review_of_its_own() -> None:
    approved = review(add_grade(empty_grade(), EXAM, 1), 1)
    corrected = add_grade(approved, EXAM, 1, reason=GradeReason.APPEAL)
    latest = corrected.latest("exam")
    assert latest is not None
    assert not latest.stands


def test_the_fullest_slot_fits_into_a_document() -> None:
    longest = {"part": "p" * 32, "by": f"account/{'a' * 31}MSP/{'b' * 32}"}
    grade = review(add_grade(empty_grade(), EXAM, 1_000), 1, by=str(longest["by"]))
    entry = grade.entries[0].model_copy(
        update=longest | {"reason": GradeReason.RETURNED_BY_REVIEW, "number": 1_000}
    )
    full = grade.model_copy(update={"entries": (entry,) * 128, "version": 1_000})
    assert len(full.encode()) <= canonical.MAX_DOCUMENT_BYTES
    assert Grade.decode(full.key, full.encode()) == full
