"""What one version of a rule changes against another, part by part."""

import json
from typing import Any

import pytest

from chaincode.domain.recognition.lint_changes import ChangeKind, RuleChange, rule_changes
from tests.support.recognition import HOME, HOST, THIRD, course, mapping, rule, rule_document

Document = dict[str, Any]
TABLE = {
    "kind": "by-table",
    "better": "higher",
    "step": "1.00",
    "home_better": "higher",
    "pairs": [
        {"lowest": "80.00", "highest": "100.00", "becomes": "2.00"},
        {"lowest": "60.00", "highest": "79.00", "becomes": "1.00"},
    ],
}
MINIMUM = {"kind": "minimum-grade", "grade": "60.00", "better": "higher"}


def base() -> Document:
    return rule_document(
        mapping("a", [course(1)], [(course(9, HOME), "6.00")], conversion="table"),
        mapping("b", [course(2)], [(course(8, HOME), "6.00")], demands=[MINIMUM]),
        conversions={"table": TABLE, "pass": {"kind": "pass-only"}},
        demands=[MINIMUM],
    )


def changes(change: Any) -> list[RuleChange]:
    before, after = base(), json.loads(json.dumps(base()))
    change(after)
    return list(rule_changes(*(rule(*one.pop("mappings"), **one) for one in (before, after))))


def test_the_same_rule_changes_nothing() -> None:
    assert changes(lambda _: None) == []
    assert changes(lambda document: document["mappings"].reverse()) == []
    assert changes(lambda document: document.update(deciders=[HOME])) == []


def put(*path: Any, value: Any) -> Any:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("title", value="Another"), (("title",), "A rule", "Another")),
        (
            put("valid", "last", value="2027-12-31"),
            (("valid", "last"), "2028-12-31", "2027-12-31"),
        ),
        (
            put("demands", 0, "grade", value="70.00"),
            (("demands", "minimum-grade", "grade"), "60.00", "70.00"),
        ),
        (
            put("mappings", 1, "demands", 0, "grade", value="70.00"),
            (("mappings", "b", "demands", "minimum-grade", "grade"), "60.00", "70.00"),
        ),
        (
            put("mappings", 0, "home", 0, "credits", value="5.00"),
            (("mappings", "a", "home", course(9, HOME), "credits"), "6.00", "5.00"),
        ),
        (
            put("conversions", "table", "pairs", 1, "becomes", value="1.50"),
            (("conversions", "table", "pairs", "1", "becomes"), "1.00", "1.50"),
        ),
        (
            put("scope", value={"kind": "bilateral", "members": [HOME, HOST]}),
            (
                ("scope",),
                {"kind": "alliance", "alliance": "coast"},
                {"kind": "bilateral", "members": [HOME, HOST]},
            ),
        ),
    ],
)
def test_a_change_is_named_where_it_is(
    change: Any, expected: tuple[tuple[str, ...], Any, Any]
) -> None:
    (found,) = changes(change)
    assert found.kind is ChangeKind.CHANGED
    assert (found.path, found.before, found.after) == expected


def test_what_is_new_or_gone_is_named_once_as_a_whole() -> None:
    def change(document: Document) -> None:
        document["mappings"][0] = mapping("c", [course(3)], [(course(9, HOME), "6.00")])
        del document["conversions"]["table"]
        document["deciders"].append(THIRD)
        document["demands"].append({"kind": "validity", "years": 7})

    found = changes(change)
    assert [(entry.kind.value, entry.path) for entry in found] == [
        ("removed", ("conversions", "table")),
        ("added", ("deciders", THIRD)),
        ("added", ("demands", "validity")),
        ("removed", ("mappings", "a")),
        ("added", ("mappings", "c")),
    ]
    assert found[0].before == TABLE
    assert (found[2].before, found[2].after) == (None, {"kind": "validity", "years": 7})


def test_a_period_without_an_end() -> None:
    def change(document: Document) -> None:
        del document["valid"]["last"]

    (found,) = changes(change)
    assert (found.kind.value, found.path, found.before) == (
        "removed",
        ("valid", "last"),
        "2028-12-31",
    )


def test_a_change_can_be_sent() -> None:
    (found,) = changes(put("title", value="Another"))
    assert found.document() == {
        "kind": "changed",
        "path": ("title",),
        "before": "A rule",
        "after": "Another",
    }
