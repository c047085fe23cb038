"""Each step of a credit's life with one thing wrong: which code; then done right."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from chaincode.domain.commitment import grade_commitment, result_commitment
from tests.support.life import (
    ENROLMENT_KEY,
    FINAL,
    LIFE,
    MARKS,
    RESULT_SALT,
    Document,
    opened_evidence,
)
from tests.support.records import PARTS, opened_grade, salt
from tests.support.world import Refused, World

ELSEWHERE = "enrolment/betaMSP/" + "9" * 32
WRONG_KEY = ENROLMENT_KEY[::-1].hex()


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a step, and the refusal that must come of it."""

    step: str
    code: str
    field_: str | None = None
    by: str | None = None
    change: Document = field(default_factory=dict)
    private: Document = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[World], Awaitable[object]] | None = None
    name: str = ""

    def __str__(self) -> str:
        wrong = self.name or self.by or ",".join([*self.change, *self.private, *self.options])
        return f"{self.step}-{wrong or 'again'}-{self.code}"


def later(**by: float) -> Callable[[World], Awaitable[object]]:
    async def move(world: World) -> None:
        world.sandbox.clock.advance(**by)

    return move


def first(*steps: str, **options: Any) -> Callable[[World], Awaitable[object]]:
    async def live(world: World) -> None:
        for step in steps:
            await world.step(step, **options)

    return live


def close(name: str) -> Callable[[World], Awaitable[object]]:
    async def closing(world: World) -> None:
        person = world.people[name]
        arguments = {
            "operation": world.identifier(),
            "account": person.account,
            "expected_version": world.version(person.account),
        }
        await world.submit(
            world.people[f"registrar@{person.msp_id.removesuffix('MSP')}"],
            "CloseAccount",
            arguments,
        )

    return closing


def _opened(**changes: Any) -> Document:
    """The evidence with something changed in the examination's grade or work."""
    evidence = opened_evidence()
    for name, change in changes.items():
        evidence[name][1] |= change
    return evidence


def _grade_with(**changes: Any) -> Document:
    inputs = {
        "enrolment": "enrolment/betaMSP/" + "e" * 32,
        "part": "essay",
        "number": 1,
        "mark": MARKS["essay"],
        "salt": bytes.fromhex(opened_grade(1).salt),
    }
    return {"commitment": grade_commitment(**(inputs | changes))}


STALE = {"expected_version": 999}
PLAIN = {"transient": {"private": b"{}"}}
EMPTY: Mapping[str, Any] = {"transient": {}}
FAULTS = [
    Fault("ProposeCourse", "not-permitted", by="registrar@beta"),
    Fault(
        "ProposeCourse",
        "not-party",
        "course",
        by="teacher2",
        change={"number": 2},
        prepare=first("ProposeCourse"),
    ),
    Fault("ProposeCourse", "record-not-found", change={"number": 2}),
    Fault("ProposeCourse", "record-exists", prepare=first("ProposeCourse")),
    Fault("ProposeCourse", "private-input-forbidden", options=PLAIN),
    Fault(
        "ProposeCourse",
        "invalid-argument",
        "parts",
        change={"parts": [PARTS[0].model_dump(mode="json")]},
    ),
    Fault("CheckCourse", "not-party", "course", by="registrar@alpha"),
    Fault("CheckCourse", "not-permitted", by="teacher"),
    Fault("CheckCourse", "version-conflict", "expected_version", change=STALE),
    Fault("CheckCourse", "invalid-argument", "reason", change={"approve": False}),
    Fault("CheckCourse", "private-input-forbidden", options=PLAIN),
    Fault("CheckCourse", "record-not-found", change={"course": f"course/betaMSP/{'9' * 32}/1"}),
    Fault("CheckCourse", "wrong-state", prepare=first("CheckCourse")),
    Fault(
        "ApplyForCourse",
        "wrong-state",
        name="proposed-only",
        change={"course": f"course/betaMSP/{'c' * 32}/2"},
        prepare=first("ProposeCourse", change={"number": 2}),
    ),
    Fault("ApplyForCourse", "stale-reference", "course_digest", change={"course_digest": "0" * 64}),
    Fault("ApplyForCourse", "record-not-found", change={"course": f"course/betaMSP/{'9' * 32}/1"}),
    Fault("ApplyForCourse", "private-input-forbidden", options=PLAIN),
    Fault("ApplyForCourse", "record-exists", prepare=first("ApplyForCourse")),
    Fault(
        "ApplyForCourse",
        "outside-window",
        name="late",
        prepare=later(days=90, minutes=5, seconds=1),
    ),
    Fault("ApplyForCourse", "account-inactive", name="teacher-gone", prepare=close("teacher")),
    Fault("LearnCourse", "not-party", by="teacher2"),
    Fault("LearnCourse", "not-permitted", by="student"),
    Fault("LearnCourse", "version-conflict", "expected_version", change=STALE),
    Fault("LearnCourse", "private-input-missing", options=EMPTY),
    Fault(
        "LearnCourse",
        "private-input-missing",
        name="surplus",
        options={"transient": {"private": b"{}", "other": b"{}"}},
    ),
    Fault(
        "LearnCourse", "invalid-argument", "private.enrolment_key", private={"enrolment_key": "00"}
    ),
    Fault("LearnCourse", "invalid-argument", "private", options={"transient": {"private": b"["}}),
    Fault(
        "LearnCourse", "commitment-mismatch", "enrolment_key", private={"enrolment_key": WRONG_KEY}
    ),
    Fault("LearnCourse", "invalid-argument", "reason", change={"admit": False}),
    Fault("LearnCourse", "record-not-found", change={"enrolment": ELSEWHERE}),
    Fault("LearnCourse", "wrong-state", prepare=first("LearnCourse")),
    Fault("UploadEssay", "not-party", by="student2"),
    Fault("UploadEssay", "not-party", "part", by="teacher"),
    Fault("UploadEssay", "not-permitted", by="registrar@beta"),
    Fault("UploadEssay", "version-conflict", "expected_version", change=STALE),
    Fault("UploadEssay", "invalid-argument", "part", change={"part": "oral"}),
    Fault("UploadEssay", "private-input-forbidden", options=PLAIN),
    Fault(
        "UploadEssay", "outside-window", name="late", prepare=later(days=90, minutes=5, seconds=1)
    ),
    Fault("UploadExam", "not-party", by="teacher2"),
    Fault("UploadExam", "invalid-argument", "part", change={"part": "oral"}),
    Fault("GradeEssay", "not-party", by="teacher2"),
    Fault("GradeEssay", "not-permitted", by="student"),
    Fault("GradeEssay", "not-permitted", by="registrar@beta"),
    Fault("GradeEssay", "version-conflict", "expected_version", change=STALE),
    Fault("GradeEssay", "stale-reference", "work_number", change={"work_number": 2}),
    Fault("GradeEssay", "invalid-argument", "part", change={"part": "oral"}),
    Fault("GradeEssay", "invalid-argument", "reason", change={"reason": "appeal"}),
    Fault("GradeEssay", "private-input-missing", options=EMPTY),
    Fault(
        "GradeEssay", "commitment-mismatch", "enrolment_key", private={"enrolment_key": WRONG_KEY}
    ),
    Fault("GradeEssay", "commitment-mismatch", "commitment", private={"mark": 8_231}),
    Fault("GradeEssay", "commitment-mismatch", "commitment", private={"salt": salt(9).hex()}),
    Fault(
        "GradeEssay",
        "commitment-mismatch",
        "commitment",
        name="other-enrolment",
        change=_grade_with(enrolment=ELSEWHERE),
    ),
    Fault(
        "GradeEssay",
        "commitment-mismatch",
        "commitment",
        name="other-part",
        change=_grade_with(part="exam"),
    ),
    Fault(
        "GradeEssay",
        "commitment-mismatch",
        "commitment",
        name="other-number",
        change=_grade_with(number=2),
    ),
    Fault("GradeEssay", "invalid-argument", "private.mark", private={"mark": 10_001}),
    Fault(
        "GradeEssay", "invalid-argument", "private.mark", name="no-mark", private={"mark": 100_001}
    ),
    Fault(
        "GradeEssay",
        "stale-reference",
        "work_number",
        name="newer-work",
        change={"work_number": 1},
        prepare=first("UploadEssay"),
    ),
    Fault("GradeExam", "wrong-state", name="not-handed-in"),
    Fault("GradeExam", "invalid-argument", "reason", change={"reason": "returned-by-review"}),
    Fault("ReviewGrade", "not-party", "enrolment", by="registrar@alpha"),
    Fault("ReviewGrade", "not-permitted", by="teacher"),
    Fault("ReviewGrade", "version-conflict", "expected_version", change=STALE),
    Fault("ReviewGrade", "wrong-state", name="online", change={"number": 1}),
    Fault("ReviewGrade", "invalid-argument", "number", change={"number": 3}),
    Fault("ReviewGrade", "wrong-state", prepare=first("ReviewGrade")),
    Fault("ApplyForCredit", "not-party", by="student2"),
    Fault("ApplyForCredit", "not-permitted", by="registrar@alpha"),
    Fault("ApplyForCredit", "version-conflict", "expected_version", change=STALE),
    Fault("ApplyForCredit", "wrong-state", prepare=first("ApplyForCredit")),
    Fault("AwardCredit", "not-party", "enrolment", by="registrar@beta"),
    Fault("AwardCredit", "not-party", "enrolment", by="registrar@gamma"),
    Fault("AwardCredit", "not-permitted", by="teacher"),
    Fault("AwardCredit", "not-permitted", by="student"),
    Fault("AwardCredit", "version-conflict", "expected_version", change=STALE),
    Fault("AwardCredit", "version-conflict", "work_version", change={"work_version": 2}),
    Fault("AwardCredit", "version-conflict", "grade_version", change={"grade_version": 3}),
    Fault(
        "AwardCredit",
        "version-conflict",
        "grade_version",
        name="corrected-meanwhile",
        change={"grade_version": 4},
        prepare=first("GradeEssay", private_change={}, change={}),
    ),
    Fault("AwardCredit", "check-failed", name="mark", private=_opened(grades={"mark": 9_000})),
    Fault("AwardCredit", "check-failed", name="salt", private=_opened(grades={"salt": "0" * 64})),
    Fault("AwardCredit", "check-failed", name="work", private=_opened(works={"digest": "0" * 64})),
    Fault("AwardCredit", "check-failed", name="not-opened", private={"works": []}),
    Fault("AwardCredit", "check-failed", name="no-grades", private={"grades": []}),
    Fault("AwardCredit", "check-failed", name="newer-work", prepare=first("UploadEssay")),
    Fault(
        "AwardCredit",
        "commitment-mismatch",
        "result_commitment",
        change={
            "result_commitment": result_commitment(
                enrolment="enrolment/betaMSP/" + "e" * 32, mark=FINAL + 1, salt=RESULT_SALT
            )
        },
    ),
    Fault(
        "AwardCredit",
        "commitment-mismatch",
        "result_commitment",
        private={"result_salt": salt(5).hex()},
    ),
    Fault(
        "AwardCredit", "commitment-mismatch", "enrolment_key", private={"enrolment_key": WRONG_KEY}
    ),
    Fault("AwardCredit", "private-input-missing", options=EMPTY),
    Fault("AwardCredit", "wrong-state", prepare=first("AwardCredit")),
    Fault("RequestVerification", "not-permitted", by="teacher@gamma"),
    Fault(
        "RequestVerification",
        "invalid-argument",
        "expires_at",
        change={"expires_at": "2026-09-01T08:00:00Z"},
    ),
    Fault("RequestVerification", "invalid-argument", "purpose", change={"purpose": "curiosity"}),
    Fault("RequestVerification", "record-not-found", change={"enrolment": ELSEWHERE}),
    Fault("RequestVerification", "private-input-forbidden", options=PLAIN),
    Fault("RequestVerification", "record-exists", prepare=first("RequestVerification")),
    Fault("AnswerRequest", "not-party", by="student2"),
    Fault("AnswerRequest", "not-permitted", by="registrar@alpha"),
    Fault(
        "AnswerRequest", "stale-reference", "request_digest", change={"request_digest": "0" * 64}
    ),
    Fault("AnswerRequest", "version-conflict", "credit_version", change={"credit_version": 2}),
    Fault("AnswerRequest", "outside-window", name="expired", prepare=later(days=7, seconds=1)),
    Fault("AnswerRequest", "record-exists", prepare=first("AnswerRequest")),
    Fault("ReviewVerification", "not-permitted", by="registrar@gamma"),
    Fault("ReviewVerification", "not-party", "request", by="teacher"),
    Fault(
        "ReviewVerification", "consent-missing", name="withdrawn", prepare=first("WithdrawConsent")
    ),
    Fault(
        "ReviewVerification", "consent-missing", name="expired", prepare=later(days=7, seconds=1)
    ),
    Fault("ReviewVerification", "record-exists", prepare=first("ReviewVerification")),
    Fault("RecordVerdict", "not-permitted", by="teacher@gamma"),
    Fault("RecordVerdict", "not-party", "request", by="registrar@alpha"),
    Fault("RecordVerdict", "version-conflict", "expected_version", change=STALE),
    Fault("RecordVerdict", "consent-missing", name="withdrawn", prepare=first("WithdrawConsent")),
    Fault("RecordVerdict", "wrong-state", prepare=first("RecordVerdict")),
    Fault("WithdrawConsent", "not-party", "request", by="student2"),
    Fault("WithdrawConsent", "not-permitted", by="registrar@gamma"),
    Fault("WithdrawConsent", "version-conflict", "expected_version", change=STALE),
    Fault("WithdrawConsent", "wrong-state", prepare=first("WithdrawConsent")),
]


def test_every_step_is_refused_for_several_reasons() -> None:
    for step in LIFE:
        assert sum(fault.step == step for fault in FAULTS) >= 2, step


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_a_fault_is_refused_with_its_code(world: World, fault: Fault) -> None:
    before = "UploadExam" if fault.name == "not-handed-in" else fault.step
    await world.advance(before=before)
    if fault.prepare is not None:
        await fault.prepare(world)
    height = world.sandbox.consortium.height
    with pytest.raises(Refused) as refused:
        await world.step(
            fault.step,
            by=fault.by,
            change=fault.change,
            private_change=fault.private,
            **fault.options,
        )
    assert (refused.value.code, refused.value.field) == (fault.code, fault.field_)
    assert world.sandbox.consortium.height == height
    if fault.prepare is None and before == fault.step:
        await world.step(fault.step)
