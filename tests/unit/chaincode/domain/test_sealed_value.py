import pytest

from chaincode.domain.errors import CommitmentMismatch, InvalidArgument
from chaincode.domain.sealed_value import open_value, seal_value

KEY = bytes(range(32))
PLACE = "grade/betaMSP/00/1"
SEALED = seal_value(KEY, transaction_id="t1", place=PLACE, plaintext=b'{"mark":8000}')


def test_every_endorser_seals_the_same_bytes_and_they_open() -> None:
    assert seal_value(KEY, transaction_id="t1", place=PLACE, plaintext=b'{"mark":8000}') == SEALED
    assert open_value(KEY, place=PLACE, sealed=SEALED) == b'{"mark":8000}'
    assert b"8000" not in SEALED


def test_two_plaintexts_of_one_transaction_have_two_nonces() -> None:
    other = seal_value(KEY, transaction_id="t1", place=PLACE, plaintext=b'{"mark":8001}')
    assert other[1:13] != SEALED[1:13]


def test_no_nonce_meets_two_plaintexts() -> None:
    nonces = {
        seal_value(key, transaction_id=transaction, place=place, plaintext=b"x")[1:13]
        for key in (KEY, KEY[::-1])
        for transaction in ("t1", "t2")
        for place in (PLACE, PLACE + "2")
    }
    assert len(nonces) == 8


@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_an_altered_byte_shows(place: int) -> None:
    altered = bytearray(SEALED)
    altered[place] ^= 1
    with pytest.raises(CommitmentMismatch):
        open_value(KEY, place=PLACE, sealed=bytes(altered))


@pytest.mark.parametrize("length", [0, 1, 5, 13, 28, len(SEALED) - 1])
def test_a_cut_value_shows(length: int) -> None:
    with pytest.raises(CommitmentMismatch):
        open_value(KEY, place=PLACE, sealed=SEALED[:length])


def test_another_key_or_place_does_not_open() -> None:
    with pytest.raises(CommitmentMismatch, match="does not open"):
        open_value(KEY[::-1], place=PLACE, sealed=SEALED)
    with pytest.raises(CommitmentMismatch, match="does not open"):
        open_value(KEY, place=PLACE + "0", sealed=SEALED)


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(CommitmentMismatch, match="unknown form"):
        open_value(KEY, place=PLACE, sealed=b"\x02" + SEALED[1:])


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_256_bits(length: int) -> None:
    with pytest.raises(InvalidArgument) as refused:
        seal_value(b"k" * length, transaction_id="t", place=PLACE, plaintext=b"")
    assert refused.value.field == "enrolment_key"
    with pytest.raises(InvalidArgument):
        open_value(b"k" * length, place=PLACE, sealed=SEALED)
