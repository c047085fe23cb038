import hashlib

import pytest

from chaincode.domain.commitment import (
    commit,
    grade_commitment,
    key_commitment,
    require_equal,
    result_commitment,
    work_commitment,
)
from chaincode.domain.errors import CommitmentMismatch, InvalidArgument
from tests.support.records import ENROLMENT, salt

OTHER = ENROLMENT.replace("2", "9")
WORK = {
    "enrolment": ENROLMENT,
    "part": "essay",
    "digest": "1" * 64,
    "body": "2" * 64,
    "size": 3,
    "media_type": "application/pdf",
}


def test_the_form_of_the_specification() -> None:
    expected = hashlib.sha256(
        b"crosscredit/commitment/v1/grade\x00"
        + salt(1)
        + b'{"enrolment":"'
        + ENROLMENT.encode()
        + b'","mark":8000,"number":2,"part":"essay"}'
    ).hexdigest()
    assert expected == grade_commitment(
        enrolment=ENROLMENT, part="essay", number=2, mark=8_000, salt=salt(1)
    )
    assert key_commitment(salt(7)) == (
        hashlib.sha256(b"crosscredit/commitment/v1/enrolment-key\x00" + salt(7)).hexdigest()
    )


def test_every_input_of_a_grade_is_bound() -> None:
    base = {"enrolment": ENROLMENT, "part": "essay", "number": 1, "mark": 8_000, "salt": salt(1)}
    changes = [
        {},
        {"enrolment": OTHER},
        {"part": "exam"},
        {"number": 2},
        {"mark": 8_001},
        {"salt": salt(2)},
    ]
    found = {grade_commitment(**(base | change)) for change in changes}  # type: ignore[arg-type]
    assert len(found) == len(changes)


def test_every_input_of_work_is_bound() -> None:
    changes = [
        {},
        {"enrolment": OTHER},
        {"part": "exam"},
        {"digest": "3" * 64},
        {"body": "3" * 64},
        {"digest": "2" * 64, "body": "1" * 64},
        {"size": 4},
        {"media_type": "text/plain"},
        {"salt": salt(2)},
    ]
    found = {
        work_commitment(**({"salt": salt(1)} | WORK | change))  # type: ignore[arg-type]
        for change in changes
    }
    assert len(found) == len(changes)


def test_every_input_of_a_result_is_bound() -> None:
    found = {
        result_commitment(enrolment=enrolment, mark=mark, salt=salt(number))
        for enrolment in (ENROLMENT, OTHER)
        for mark in (8_000, 8_001)
        for number in (1, 2)
    }
    assert len(found) == 8


def test_the_same_value_of_another_kind_is_another_commitment() -> None:
    kinds = ("grade", "work", "result", "enrolment-key")
    assert len({commit(kind, salt(1), {"mark": 1}) for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_has_32_bytes(length: int) -> None:
    with pytest.raises(InvalidArgument, match=f"32 bytes, this one {length}") as refused:
        commit("grade", b"s" * length, {})
    assert refused.value.field == "salt"


def test_comparison_says_which_field_and_nothing_else() -> None:
    require_equal("a" * 64, "a" * 64, field="commitment")
    with pytest.raises(CommitmentMismatch) as refused:
        require_equal("a" * 64, "b" * 64, field="commitment")
    assert refused.value.field == "commitment"
    assert "aaaa" not in str(refused.value)
    assert "bbbb" not in str(refused.value)
