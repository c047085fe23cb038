import json
from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.course import Course
from chaincode.domain.credit import Credit
from chaincode.domain.errors import RecordCorrupt, VersionConflict
from chaincode.domain.member import MemberProfile
from chaincode.domain.record import Record
from tests.support.records import (
    NEXT,
    OPERATION,
    PARTS,
    SEALING_KEY,
    add_grade,
    empty_grade,
    empty_work,
    make_account,
    make_consent,
    make_course,
    make_enrolment,
    make_request,
    open_credit,
    review,
    upload,
)

PROFILE = MemberProfile(
    key="member/betaMSP",
    version=1,
    operation=OPERATION,
    evidence_key=SEALING_KEY,
    intake_key=SEALING_KEY,
)
RECORDS: list[Record] = [
    make_account(),
    make_course(),
    make_enrolment(),
    upload(empty_work(), "essay"),
    review(add_grade(empty_grade(), PARTS[1], 1), 1),
    open_credit(),
    make_request(),
    make_consent(make_request()),
    PROFILE,
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind.value)
def test_what_is_stored_is_what_is_read(record: Record) -> None:
    stored = record.encode()
    assert type(record).decode(record.key, stored) == record
    assert hash(type(record).decode(record.key, stored)) == hash(record)  # nothing in it changes
    assert json.loads(stored)["kind"] == record.kind.value
    assert json.loads(stored)["version"] == record.version


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if r.owner_field], ids=lambda record: record.kind.value
)
def test_a_record_that_names_another_owner_than_its_key_is_corrupt(record: Record) -> None:
    another = record.model_copy(update={str(record.owner_field): "deltaMSP"})
    with pytest.raises(RecordCorrupt, match="another owner"):
        type(record).decode(record.key, another.encode())


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind.value)
def test_a_record_of_another_kind_or_key_is_corrupt(record: Record) -> None:
    for kind in {type(other) for other in RECORDS} - {type(record)}:
        with pytest.raises(RecordCorrupt):
            kind.decode(record.key, record.encode())
    with pytest.raises(RecordCorrupt):
        type(record).decode(record.key + "0", record.encode())


def altered(change: dict[str, Any]) -> bytes:
    return json.dumps(json.loads(make_course().encode()) | change).encode()


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"kind":"course"}',
        b"{" * 10_000,
        b'{"kind":"course","kind":"course"}',
        altered({"version": 0}),
        altered({"version": True}),
        altered({"version": 1.0}),
        altered({"version": 2**60}),
        altered({"version": "2"}),
        altered({"status": "perfect"}),
        altered({"operation": "x"}),
        altered({"surplus": 1}),
        altered({"kind": "credit"}),
        altered({"key": "course/betaMSP/" + "2" * 32 + "/1"}),
        altered({"digest": None}),
        altered({"content": {}}),
        altered({"proposed_at": "0001-01-01T00:00:00Z"}),
        altered({"review": {"by": "x" * 100_000}}),
    ],
)
def test_a_stored_value_is_hostile_input(stored: bytes) -> None:
    course = make_course()
    assert Course.decode(course.key, course.encode()) == course
    with pytest.raises(RecordCorrupt):
        Course.decode(course.key, stored)


def test_versions_are_held() -> None:
    credit = open_credit()
    credit.expect(1)
    with pytest.raises(VersionConflict) as refused:
        credit.expect(2)
    assert refused.value.facts == {"key": credit.key, "expected": 2, "actual": 1}
    moved_on = credit.next(NEXT)
    with pytest.raises(VersionConflict) as refused:
        moved_on.expect(1, field="credit_version")
    assert refused.value.field == "credit_version"
    assert refused.value.facts == {"key": credit.key, "expected": 1, "actual": 2}


def test_the_next_version_counts_on_names_its_operation_and_is_validated() -> None:
    following = open_credit().next(NEXT)
    assert (following.version, following.operation) == (2, NEXT)
    assert following.key == open_credit().key
    with pytest.raises(ValidationError):
        open_credit().next("no operation")
    with pytest.raises(ValidationError):
        open_credit().next(NEXT, status="perfect")
    with pytest.raises(ValidationError):
        Credit.model_validate(open_credit().model_dump() | {"version": 1_000_000}).next(NEXT)
