import pytest
from pydantic import TypeAdapter, ValidationError

from chaincode.domain.keys import Kind
from gateway.api.documents.identifiers import CourseId, RecordId, identifier_of, key_of, shown

RANDOM = "9f" * 16


def test_an_identifier_is_the_key_without_its_kind() -> None:
    key = f"course/betaMSP/{RANDOM}/1"
    assert identifier_of(key) == f"betaMSP~{RANDOM}~1"
    assert key_of(Kind.COURSE, identifier_of(key)) == key


@pytest.mark.parametrize(
    "other",
    ["", RANDOM, f"beta~{RANDOM}", f"betaMSP~{RANDOM}~1", f"betaMSP~{RANDOM.upper()}",
     f"betaMSP/{RANDOM}", f"../betaMSP~{RANDOM}", f"betaMSP~{RANDOM}\n"],
)  # fmt: skip
def test_nothing_else_is_an_identifier(other: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(RecordId).validate_python(other)


@pytest.mark.parametrize("number", ["0", "01", "10000", "-1", ""])
def test_a_course_version_has_a_number(number: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(CourseId).validate_python(f"betaMSP~{RANDOM}~{number}")


def test_results_show_keys_as_identifiers_and_nothing_else_changed() -> None:
    assert shown(f"enrolment/betaMSP/{RANDOM}") == f"betaMSP~{RANDOM}"
    for other in (RANDOM, "homework-essay", 7, None, "application/pdf", f"other/betaMSP/{RANDOM}"):
        assert shown(other) == other
