import re

from chaincode.domain import errors
from chaincode.domain.errors import DomainError, NotPermitted, VersionConflict


def all_errors() -> list[type[DomainError]]:
    return [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, DomainError)
    ]


def test_codes_are_distinct_and_kebab_case() -> None:
    codes = [error.code for error in all_errors()]
    assert len(set(codes)) == len(codes) > 20
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_an_error_crosses_the_border_with_what_it_has() -> None:
    assert NotPermitted("no").document() == {"code": "not-permitted", "detail": "no"}
    assert NotPermitted("no", field="a.b", facts={"role": "student"}).document() == {
        "code": "not-permitted",
        "detail": "no",
        "field": "a.b",
        "facts": {"role": "student"},
    }


def test_a_version_conflict_says_both_versions() -> None:
    document = VersionConflict("course/x", expected=2, actual=3).document()
    assert document["code"] == "version-conflict"
    assert document["field"] == "expected_version"
    assert document["facts"] == {"key": "course/x", "expected": 2, "actual": 3}
