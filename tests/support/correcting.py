"""Corrected grades after the award, and what home accepts of them."""

from typing import Any

from chaincode.domain.commitment import result_commitment
from chaincode.domain.grading import final_mark
from chaincode.domain.keys import Kind
from tests.support.life import ENROLMENT_KEY, MARKS, Document, opened_evidence
from tests.support.records import PARTS, SCALE, commit_grade, opened_grade, salt
from tests.support.world import PARTIES, World

RESULT_SALT = salt(77)


async def correct(
    world: World, mark: int, *, part: str = "essay", by: str = "teacher", reason: str = "appeal"
) -> int:
    """The teacher enters a corrected grade; its number."""
    number = len(world.stored(world.slot(Kind.GRADE))["entries"]) + 1
    opened = opened_grade(number, mark)
    commitment = commit_grade(part, opened, enrolment=world.enrolment)
    step = "GradeEssay" if part == "essay" else "GradeExam"
    await world.step(
        step,
        by=by,
        change={"commitment": commitment, "reason": reason},
        private_change={"mark": mark, "salt": opened.salt},
    )
    return number


def acceptance(
    world: World, grades: dict[str, tuple[int, int]], **change: Any
) -> tuple[Document, Document]:
    """AcceptCorrection over corrected grades: part → (number, mark)."""
    evidence = opened_evidence()
    marks = dict(MARKS)
    for place, part in enumerate(PARTS):
        if part.id in grades:
            number, mark = grades[part.id]
            marks[part.id] = mark
            evidence["grades"][place] = opened_grade(number, mark).model_dump(mode="json")
    mark = final_mark(SCALE, PARTS, marks)
    arguments = {
        "operation": world.identifier(),
        "enrolment": world.enrolment,
        "expected_version": world.version(world.slot(Kind.CREDIT)),
        "work_version": world.version(world.slot(Kind.WORK)),
        "grade_version": world.version(world.slot(Kind.GRADE)),
        "result_commitment": result_commitment(
            enrolment=world.enrolment, mark=mark, salt=RESULT_SALT
        ),
    }
    private = evidence | {
        "enrolment_key": ENROLMENT_KEY.hex(),
        "result_salt": RESULT_SALT.hex(),
    }
    return arguments | change, private


async def accept(
    world: World,
    grades: dict[str, tuple[int, int]],
    *,
    by: str = "registrar@alpha",
    private: Document | None = None,
    **change: Any,
) -> None:
    """Home's registrar accepts."""
    arguments, given = acceptance(world, grades, **change)
    await world.submit(
        world.people[by],
        "AcceptCorrection",
        arguments,
        private=given | (private or {}),
        endorsers=PARTIES,
    )
