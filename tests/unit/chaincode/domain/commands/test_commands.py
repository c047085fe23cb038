"""Every argument document of every contract function, against hostile input of every kind."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chaincode.contracts.router import OPERATIONS
from chaincode.domain.commands.base import Arguments, Command
from chaincode.domain.commands.corrections import AcceptCorrectionPrivate
from chaincode.domain.commands.courses import ProposeCourse
from chaincode.domain.commands.credits import (
    ApplyForCredit,
    AwardCredit,
    AwardCreditPrivate,
    CheckStudent,
    Evidence,
)
from chaincode.domain.commands.learning import (
    AddGrade,
    AddGradePrivate,
    ApplyForCourse,
    LearnCourse,
    LearnCoursePrivate,
    ReviewGrade,
    WorkUpload,
)
from chaincode.domain.commands.membership import (
    ActivateAccount,
    CloseAccount,
    InitLedger,
    PublishMemberKeys,
    RegisterAccount,
    RegisterPseudonym,
)
from chaincode.domain.commands.reading import (
    ListRecords,
    ReadRecord,
    ReadSealedGrade,
    ReadSealedResult,
)
from chaincode.domain.commands.redemption import PermitRedemption
from chaincode.domain.commands.rules import ProposeRule
from chaincode.domain.commands.supervision import RuleOnCredit
from chaincode.domain.commands.transfers import AcceptTransfer, RequestTransfer
from chaincode.domain.commands.verification import (
    AnswerRequest,
    RecordVerdict,
    RequestVerification,
    ReviewVerification,
    WithdrawConsent,
)
from chaincode.domain.errors import InvalidArgument
from tests.support.agreement_commands import AGREEMENT_COMMANDS, AGREEMENT_OPTIONAL
from tests.support.courses import COURSE_OPTIONAL, course_commands
from tests.support.credit_commands import credit_commands
from tests.support.programmes import PROGRAMME_OPTIONAL, programme_commands
from tests.support.records import (
    COURSE,
    ENROLMENT,
    OPERATION,
    REQUEST,
    SEALING_KEY,
    STUDENT,
)
from tests.support.rule_commands import RULE_COMMANDS, RULE_OPTIONAL

Document = dict[str, Any]
Path = tuple[str | int, ...]
SECRETS = [f"{digit * 63}7" for digit in "abcde"]
MARK = 87_653
ENROLLED = {"operation": OPERATION, "enrolment": ENROLMENT, "expected_version": 1}
OPENED: Document = {
    "grades": [{"number": 1, "mark": MARK, "salt": SECRETS[0]}],
    "works": [
        {
            "number": 1,
            "digest": "1" * 64,
            "body": "2" * 64,
            "size": 3,
            "media_type": "application/pdf",
            "salt": SECRETS[1],
        }
    ],
}
FINDING = {"request": REQUEST, "outcome": "valid", "report_commitment": "0" * 64}
EXAMPLES: dict[type[Arguments], Document] = {
    InitLedger: {
        "operation": OPERATION,
        "content": {
            "members": [{"msp_id": "alphaMSP", "kind": "university"}],
            "majority": 1,
            "parameters": {"deadline_margin_seconds": 300, "entries_per_slot": 64},
            "alliances": [],
        },
    },
    RegisterAccount: {
        "operation": OPERATION,
        "identifier": "a" * 32,
        "role": "teacher",
        "key_digest": "f" * 64,
        "sealing_key": SEALING_KEY,
        "attestations": ["identity", "qualification"],
    },
    RegisterPseudonym: {
        "operation": OPERATION,
        "identifier": "a" * 32,
        "key_digest": "f" * 64,
        "sealing_key": SEALING_KEY,
    },
    ActivateAccount: {"operation": OPERATION, "expected_version": 1},
    CloseAccount: {"operation": OPERATION, "account": STUDENT, "expected_version": 1},
    PublishMemberKeys: {
        "operation": OPERATION,
        "expected_version": 1,
        "evidence_key": SEALING_KEY,
        "intake_key": SEALING_KEY,
    },
    **course_commands(),
    ApplyForCourse: {
        "operation": OPERATION,
        "enrolment": "2" * 32,
        "course": COURSE,
        "course_digest": "0" * 64,
        "key_commitment": "0" * 64,
    },
    LearnCourse: {**ENROLLED, "admit": True, "reason": "other"},
    LearnCoursePrivate: {"enrolment_key": SECRETS[2]},
    WorkUpload: {**ENROLLED, "part": "essay", "commitment": "0" * 64},
    AddGrade: {
        **ENROLLED,
        "part": "essay",
        "work_number": 1,
        "commitment": "0" * 64,
        "reason": "first",
    },
    AddGradePrivate: {"enrolment_key": SECRETS[2], "mark": MARK, "salt": SECRETS[3]},
    ReviewGrade: {**ENROLLED, "number": 1, "outcome": "approved"},
    ApplyForCredit: {**ENROLLED, "grade_version": 4},
    CheckStudent: {"enrolment": ENROLMENT},
    Evidence: OPENED,
    AwardCredit: {
        **ENROLLED,
        "work_version": 1,
        "grade_version": 1,
        "result_commitment": "0" * 64,
    },
    AwardCreditPrivate: {**OPENED, "enrolment_key": SECRETS[2], "result_salt": SECRETS[4]},
    RequestVerification: {
        "operation": OPERATION,
        "request": "3" * 32,
        "enrolment": ENROLMENT,
        "purpose": "recognition",
        "expires_at": "2026-12-22T09:00:00Z",
    },
    AnswerRequest: {
        "operation": OPERATION,
        "request": REQUEST,
        "request_digest": "0" * 64,
        "credit_version": 1,
        "grant": True,
    },
    WithdrawConsent: {"operation": OPERATION, "request": REQUEST, "expected_version": 1},
    ReviewVerification: {"operation": OPERATION, **FINDING},
    RecordVerdict: {"operation": OPERATION, "expected_version": 1, **FINDING},
    **credit_commands(OPENED, SECRETS),
    **programme_commands(),
    **AGREEMENT_COMMANDS,
    ReadRecord: {"key": COURSE},
    ListRecords: {"of_kind": "course", "owner": "betaMSP", "after": "1" * 32, "limit": 1},
    ReadSealedGrade: {"enrolment": ENROLMENT, "number": 1},
    ReadSealedResult: {"enrolment": ENROLMENT},
    **RULE_COMMANDS,
}
OPTIONAL = (
    AGREEMENT_OPTIONAL
    | RULE_OPTIONAL
    | COURSE_OPTIONAL
    | PROGRAMME_OPTIONAL
    | {
        (LearnCourse, "reason"),
        (RuleOnCredit, "gives_back"),
        (ListRecords, "after"),
        (ListRecords, "limit"),
        (InitLedger, "content.parameters.deadline_margin_seconds"),
        (InitLedger, "content.parameters.entries_per_slot"),
    }
)
PRIVATE = [
    LearnCoursePrivate,
    AddGradePrivate,
    Evidence,
    AwardCreditPrivate,
    AcceptCorrectionPrivate,
]
VERSION_OR_NONE = {PublishMemberKeys, PermitRedemption, RuleOnCredit, RequestTransfer, ProposeRule}
NULLABLE = {(kind, "expected_version") for kind in VERSION_OR_NONE} | {
    (AcceptTransfer, "faults.0.number"),
}
"""What has to be there, and may be null."""
NOT_A_TEXT: list[Any] = [5, True, None, [], {}, 1.5, 10**30]
NOT_A_NUMBER: list[Any] = ["1", True, None, [], {}, 1.5, 1.0, -1, 10**30, 2**53, -(10**30)]
NOT_A_CHOICE: list[Any] = ["true", 1, 0, None, [], {}]
BAD_TEXTS = ["", "x" * 5_000, "x\x00y", "x\ny", "x\u202ey", " ", "\ud800", "x\u0308\u0308 "]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in steps:
            yield from leaves(item, (*path, step))
    else:
        yield path, value


def objects(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        yield path
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in steps:
            yield from objects(item, (*path, step))


def with_value(document: Document, path: Path, value: Any) -> Document:
    copy: Document = json.loads(json.dumps(document))
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


def without(document: Document, path: Path) -> Document:
    copy: Document = json.loads(json.dumps(document))
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return copy


def dotted(path: Path) -> str:
    return ".".join(map(str, path))


def refused(kind: type[Arguments], document: Document) -> InvalidArgument:
    with pytest.raises(InvalidArgument) as found:
        kind.parse(json.dumps(document).encode())
    said = str(found.value) + repr(found.value) + json.dumps(found.value.document())
    assert not any(secret in said for secret in SECRETS)
    assert str(MARK) not in said
    assert len(said) < 2_000, "an error is no way to send a document back"
    return found.value


def every_model() -> list[type[Arguments]]:
    return sorted(EXAMPLES, key=lambda kind: kind.__name__)


def test_every_function_of_the_router_is_here() -> None:
    used = {operation.arguments for operation in OPERATIONS.values()}
    used |= {operation.private for operation in OPERATIONS.values() if operation.private}
    assert used == set(EXAMPLES)
    for operation in OPERATIONS.values():
        assert issubclass(operation.arguments, Command) is operation.writes


@pytest.mark.parametrize("kind", every_model())
def test_a_good_document_is_taken_and_written_again(kind: type[Arguments]) -> None:
    found = kind.parse(json.dumps(EXAMPLES[kind]).encode())
    assert kind.parse(found.encode()) == found
    assert json.loads(found.encode()) == EXAMPLES[kind]


@pytest.mark.parametrize("kind", every_model())
def test_an_unknown_name_is_refused_wherever_it_stands(kind: type[Arguments]) -> None:
    for path in objects(EXAMPLES[kind]):
        for value in (1, SECRETS[0], None):
            document = with_value(EXAMPLES[kind], (*path, "surplus"), value)
            assert refused(kind, document).field == dotted((*path, "surplus"))


@pytest.mark.parametrize("kind", every_model())
def test_what_is_missing_is_named(kind: type[Arguments]) -> None:
    for path, _ in leaves(EXAMPLES[kind]):
        if isinstance(path[-1], int):
            continue
        document = without(EXAMPLES[kind], path)
        if (kind, dotted(path)) in OPTIONAL:
            assert kind.check(document)
        else:
            error = refused(kind, document)
            assert error.field == dotted(path)
            assert "required" in error.detail


@pytest.mark.parametrize("kind", every_model())
def test_a_wrong_value_is_named_and_not_repeated(kind: type[Arguments]) -> None:
    for path, value in leaves(EXAMPLES[kind]):
        if isinstance(value, bool):
            wrong = NOT_A_CHOICE
        elif isinstance(value, int):
            wrong = NOT_A_NUMBER
        else:
            wrong = [*NOT_A_TEXT, *BAD_TEXTS]
            if isinstance(value, str) and value in SECRETS:
                wrong = [*wrong, value[:-1], value.upper(), value + "0"]
        for other in wrong:
            if other is None and (kind, dotted(path)) in NULLABLE | OPTIONAL:
                continue
            assert refused(kind, with_value(EXAMPLES[kind], path, other)).field == dotted(path)


@pytest.mark.parametrize("kind", every_model())
def test_a_name_that_stands_twice_is_refused(kind: type[Arguments]) -> None:
    for name in EXAMPLES[kind]:
        text = json.dumps(EXAMPLES[kind])
        twice = text[:-1] + f', "{name}": {json.dumps(EXAMPLES[kind][name])}}}'
        with pytest.raises(InvalidArgument, match="stands twice") as found:
            kind.parse(twice.encode())
        assert found.value.field == name


@pytest.mark.parametrize("kind", every_model())
def test_lists_are_bounded(kind: type[Arguments]) -> None:
    for name, value in EXAMPLES[kind].items():
        if isinstance(value, list):
            document = EXAMPLES[kind] | {name: value * 30}
            assert str(refused(kind, document).field).startswith(name)


@pytest.mark.parametrize("kind", every_model())
def test_what_is_no_object_is_refused(kind: type[Arguments]) -> None:
    for document in (b"", b"[]", b"null", b'"x"', b"1", b"{", b"\xff\xfe", b"x" * 70_000):
        with pytest.raises(InvalidArgument):
            kind.parse(document)


@pytest.mark.parametrize("kind", PRIVATE)
def test_a_private_document_does_not_show_itself(kind: type[Arguments]) -> None:
    found = kind.check(EXAMPLES[kind])
    for shown in (repr(found), str(found), f"{found!r:.1000}"):
        assert not any(secret in shown for secret in SECRETS)
        assert str(MARK) not in shown


@pytest.mark.parametrize("kind", PRIVATE)
def test_one_fault_does_not_show_the_rest(kind: type[Arguments]) -> None:
    for path, _ in leaves(EXAMPLES[kind]):
        error = refused(kind, with_value(EXAMPLES[kind], path, {}))
        cause = error.__cause__
        assert not any(secret in str(cause) + repr(cause) for secret in SECRETS)


def test_ends_of_the_ranges() -> None:
    for path, low, high in (
        (("credits",), 1, 12_000),
        (("class_hours",), 1, 2_000),
        (("number",), 1, 9_999),
        (("parts", 0, "weight"), 1, 10_000),
    ):
        document = EXAMPLES[ProposeCourse]
        for value in (low, high):
            assert ProposeCourse.check(with_value(document, path, value))
        for value in (low - 1, high + 1):
            error = refused(ProposeCourse, with_value(document, path, value))
            assert error.field == dotted(path)
    for mark in (0, 100_000):
        assert AddGradePrivate.check(EXAMPLES[AddGradePrivate] | {"mark": mark})
    for mark in (-1, 100_001):
        assert refused(AddGradePrivate, EXAMPLES[AddGradePrivate] | {"mark": mark})


def test_rules_over_several_fields_name_their_object() -> None:
    course = EXAMPLES[ProposeCourse]
    backwards = {"opens": "2026-12-01T00:00:00Z", "closes": "2026-11-01T00:00:00Z"}
    assert refused(ProposeCourse, course | {"window": backwards}).field == "window"
    scale = course["scale"] | {"lowest": 6_000}
    assert refused(ProposeCourse, course | {"scale": scale}).field == "scale"
    ledger = EXAMPLES[InitLedger]
    content = ledger["content"] | {"majority": 2}
    error = refused(InitLedger, ledger | {"content": content})
    assert error.field == "content"
    assert error.detail == "content: the majority of 1 voting members is 1"
