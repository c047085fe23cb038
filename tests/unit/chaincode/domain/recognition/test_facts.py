"""Facts: integers in hundredths, nothing twice, each fault with its path."""

import json
from typing import Any

import pytest

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.recognition.facts import read_facts
from tests.support.recognition import HOME, HOST, TERM, course, credit, facts, facts_document

TERM_FACTS = {"key": TERM, "load": {"courses": 4, "credits": 2_400}}


def test_facts_read_back_the_same_and_keep_their_digest() -> None:
    given = facts(credit(1), credit(2), terms=[TERM_FACTS], wanted=[course(9, HOME)])
    again = read_facts(canonical.encode(given.document()))
    assert again == given
    assert again.digest() == given.digest()
    assert given.credits[0].host == HOST


def test_facts_never_show_a_mark_by_accident() -> None:
    assert "8500" not in repr(facts(credit(1)))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"decider": "alpha"}, "decider"),
        ({"credits": [credit(1), credit(1)]}, "credits"),
        ({"credits": [credit(1), credit(2) | {"course": course(1)}]}, "credits"),
        ({"terms": [TERM_FACTS, TERM_FACTS]}, "terms"),
        ({"wanted": [course(9, HOME), course(9, HOME)]}, "wanted"),
        ({"credits": [credit(1, mark="85.00")]}, "credits.0.mark"),
        ({"credits": [credit(1, credits=-600)]}, "credits.0.credits"),
        ({"credits": [credit(1, standing="good")]}, "credits.0.standing"),
        ({"credits": [credit(1, awarded_on="22.11.2026")]}, "credits.0.awarded_on"),
        ({"credits": [credit(1, unheard=1)]}, "credits.0.unheard"),
        ({"credits": [credit(number) for number in range(1, 66)]}, "credits"),
    ],
)
def test_a_fault_is_named_by_its_path(fields: dict[str, Any], field: str) -> None:
    document = facts_document(credit(1)) | fields
    with pytest.raises(InvalidArgument) as caught:
        read_facts(json.dumps(document).encode())
    assert caught.value.field == field
    assert "8500" not in str(caught.value)


@pytest.mark.parametrize("document", [b"", b"[]", b'{"decider":1.5}', b"{" * 100_000])
def test_hostile_bytes_are_refused(document: bytes) -> None:
    with pytest.raises(InvalidArgument):
        read_facts(document)
