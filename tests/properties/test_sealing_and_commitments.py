"""Commitments bind, sealed values open for their key and place alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.domain.commitment import grade_commitment, result_commitment
from chaincode.domain.errors import CommitmentMismatch
from chaincode.domain.sealed_value import open_value, seal_value
from tests.support.records import ENROLMENT

BYTES_32 = st.binary(min_size=32, max_size=32)
GRADES = st.tuples(
    st.sampled_from([ENROLMENT, ENROLMENT.replace("2", "9")]),
    st.sampled_from(["essay", "exam", "essay1"]),
    st.integers(1, 12),
    st.integers(0, 120),
    st.sampled_from([bytes(32), bytes(31) + b"\x01"]),
)


def committed(grade: tuple[str, str, int, int, bytes]) -> str:
    enrolment, part, number, mark, salt = grade
    return grade_commitment(enrolment=enrolment, part=part, number=number, mark=mark, salt=salt)


@given(GRADES, GRADES)
def test_two_grades_share_a_commitment_only_if_they_are_one(
    first: tuple[str, str, int, int, bytes], second: tuple[str, str, int, int, bytes]
) -> None:
    assert (committed(first) == committed(second)) is (first == second)
    result = result_commitment(enrolment=first[0], mark=first[3], salt=first[4])
    assert result != committed(first)


@given(BYTES_32, st.text(max_size=20), st.text(max_size=20), st.binary(max_size=200))
def test_a_sealed_value_opens(key: bytes, transaction: str, place: str, plaintext: bytes) -> None:
    sealed = seal_value(key, transaction_id=transaction, place=place, plaintext=plaintext)
    assert open_value(key, place=place, sealed=sealed) == plaintext


@given(BYTES_32, BYTES_32, st.binary(max_size=60), st.integers(0, 10_000), st.integers(1, 255))
def test_it_opens_for_nothing_else(
    key: bytes, other: bytes, plaintext: bytes, place: int, flip: int
) -> None:
    sealed = seal_value(key, transaction_id="t", place="p", plaintext=plaintext)
    if other != key:
        with pytest.raises(CommitmentMismatch):
            open_value(other, place="p", sealed=sealed)
    altered = bytearray(sealed)
    altered[place % len(sealed)] ^= flip
    with pytest.raises(CommitmentMismatch):
        open_value(key, place="p", sealed=bytes(altered))


@given(BYTES_32, st.binary(max_size=100))
def test_any_bytes_open_or_are_refused(key: bytes, sealed: bytes) -> None:
    with pytest.raises(CommitmentMismatch):
        open_value(key, place="p", sealed=sealed)
