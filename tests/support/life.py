"""The steps of a credit's life: who does each by default, and with which documents."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chaincode.domain.commitment import key_commitment, result_commitment
from chaincode.domain.grading import final_mark
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.verification import VerificationRequest
from tests.support.certificates import START
from tests.support.records import (
    PARTS,
    SCALE,
    commit_grade,
    commit_work,
    opened_grade,
    opened_work,
    salt,
    text_of,
)

if TYPE_CHECKING:
    from tests.support.world import World

Document = dict[str, Any]
MARKS = {"essay": 8_230, "exam": 6_570}
FINAL = final_mark(SCALE, PARTS, MARKS)
ENROLMENT_KEY = hashlib.sha256(b"an enrolment's key").digest()
RESULT_SALT = hashlib.sha256(b"a result's salt").digest()
LIFE = (
    "ProposeCourse",
    "CheckCourse",
    "ApplyForCourse",
    "LearnCourse",
    "UploadEssay",
    "UploadExam",
    "GradeEssay",
    "GradeExam",
    "ReviewGrade",
    "ApplyForCredit",
    "AwardCredit",
    "RequestVerification",
    "AnswerRequest",
    "ReviewVerification",
    "RecordVerdict",
    "WithdrawConsent",
)
FUNCTIONS = {
    "UploadEssay": "WorkUpload",
    "UploadExam": "WorkUpload",
    "GradeEssay": "AddGrade",
    "GradeExam": "AddGrade",
}
CALLERS = {
    "ProposeCourse": "teacher",
    "CheckCourse": "registrar@beta",
    "ApplyForCourse": "student",
    "LearnCourse": "teacher",
    "UploadEssay": "student",
    "UploadExam": "teacher",
    "GradeEssay": "teacher",
    "GradeExam": "teacher",
    "ReviewGrade": "registrar@beta",
    "ApplyForCredit": "student",
    "AwardCredit": "registrar@alpha",
    "RequestVerification": "registrar@gamma",
    "AnswerRequest": "student",
    "ReviewVerification": "teacher@gamma",
    "RecordVerdict": "registrar@gamma",
    "WithdrawConsent": "student",
}


def opened_evidence() -> Document:
    """What home opens: work 1 and grade 1 are the essay's, 2 the examination's."""
    grades = [opened_grade(place, MARKS[part.id]) for place, part in enumerate(PARTS, 1)]
    works = [opened_work(place) for place, _ in enumerate(PARTS, 1)]
    return {
        "grades": [json.loads(grade.model_dump_json()) for grade in grades],
        "works": [json.loads(work.model_dump_json()) for work in works],
    }


def course_content(*, opens: str, closes: str) -> Document:
    """A proposal's content."""
    return {
        "title": "Distributed systems",
        "field": "0613",
        "credits": 600,
        "class_hours": 54,
        "parts": [json.loads(part.model_dump_json()) for part in PARTS],
        "scale": json.loads(SCALE.model_dump_json()),
        "window": {"opens": opens, "closes": closes},
    }


def _propose_course(_world: "World") -> tuple[Document, None]:
    window = {
        "opens": text_of(START - timedelta(days=1)),
        "closes": text_of(START + timedelta(days=90)),
    }
    return {"course": "c" * 32, "number": 1} | course_content(**window), None


def _check_course(world: "World") -> tuple[Document, None]:
    version = world.version(world.course)
    return {"course": world.course, "expected_version": version, "approve": True}, None


def _apply(world: "World") -> tuple[Document, None]:
    return {
        "enrolment": world.enrolment.split("/")[2],
        "course": world.course,
        "course_digest": world.stored(world.course)["digest"],
        "key_commitment": key_commitment(ENROLMENT_KEY),
    }, None


def _expecting(world: "World", kind: Kind) -> Document:
    version = world.version(world.slot(kind))
    return {"enrolment": world.enrolment, "expected_version": version}


def _learn(world: "World") -> tuple[Document, Document]:
    arguments = _expecting(world, Kind.ENROLMENT) | {"admit": True}
    return arguments, {"enrolment_key": ENROLMENT_KEY.hex()}


def _upload(world: "World", part: str) -> tuple[Document, None]:
    number = len(world.stored(world.slot(Kind.WORK))["entries"]) + 1
    commitment = commit_work(part, opened_work(number), enrolment=world.enrolment)
    return _expecting(world, Kind.WORK) | {"part": part, "commitment": commitment}, None


def _grade(world: "World", part: str) -> tuple[Document, Document]:
    entries = world.stored(world.slot(Kind.GRADE))["entries"]
    works = world.stored(world.slot(Kind.WORK))["entries"]
    opened = opened_grade(len(entries) + 1, MARKS[part])
    return _expecting(world, Kind.GRADE) | {
        "part": part,
        "work_number": max([w["number"] for w in works if w["part"] == part], default=1),
        "commitment": commit_grade(part, opened, enrolment=world.enrolment),
        "reason": "appeal" if any(e["part"] == part for e in entries) else "first",
    }, {"enrolment_key": ENROLMENT_KEY.hex(), "mark": opened.mark, "salt": opened.salt}


def _review_grade(world: "World") -> tuple[Document, None]:
    return _expecting(world, Kind.GRADE) | {"number": 2, "outcome": "approved"}, None


def _apply_for_credit(world: "World") -> tuple[Document, None]:
    grades = {"grade_version": world.version(world.slot(Kind.GRADE))}
    return _expecting(world, Kind.CREDIT) | grades, None


def _award(world: "World") -> tuple[Document, Document]:
    commitment = result_commitment(enrolment=world.enrolment, mark=FINAL, salt=RESULT_SALT)
    return _expecting(world, Kind.CREDIT) | {
        "work_version": world.version(world.slot(Kind.WORK)),
        "grade_version": world.version(world.slot(Kind.GRADE)),
        "result_commitment": commitment,
    }, opened_evidence() | {
        "enrolment_key": ENROLMENT_KEY.hex(),
        "result_salt": RESULT_SALT.hex(),
    }


def _request(world: "World") -> tuple[Document, None]:
    return {
        "request": world.request.split("/")[2],
        "enrolment": world.enrolment,
        "purpose": "recognition",
        "expires_at": world.after(days=7),
    }, None


def _answer(world: "World") -> tuple[Document, None]:
    return {
        "request": world.request,
        "request_digest": world.record(VerificationRequest, world.request).digest(),
        "credit_version": world.version(world.slot(Kind.CREDIT)),
        "grant": True,
    }, None


def _finding(world: "World") -> Document:
    report = hashlib.sha256(salt(1)).hexdigest()
    return {"request": world.request, "outcome": "valid", "report_commitment": report}


def _verdict(world: "World") -> tuple[Document, None]:
    version = world.version(sibling(world.request, Kind.VERDICT))
    return _finding(world) | {"expected_version": version}, None


def _withdraw(world: "World") -> tuple[Document, None]:
    version = world.version(sibling(world.request, Kind.CONSENT))
    return {"request": world.request, "expected_version": version}, None


BUILDERS: Mapping[str, Any] = {
    "ProposeCourse": _propose_course,
    "CheckCourse": _check_course,
    "ApplyForCourse": _apply,
    "LearnCourse": _learn,
    "UploadEssay": lambda world: _upload(world, "essay"),
    "UploadExam": lambda world: _upload(world, "exam"),
    "GradeEssay": lambda world: _grade(world, "essay"),
    "GradeExam": lambda world: _grade(world, "exam"),
    "ReviewGrade": _review_grade,
    "ApplyForCredit": _apply_for_credit,
    "AwardCredit": _award,
    "RequestVerification": _request,
    "AnswerRequest": _answer,
    "ReviewVerification": lambda world: (_finding(world), None),
    "RecordVerdict": _verdict,
    "WithdrawConsent": _withdraw,
}
