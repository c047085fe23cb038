"""The authority's frameworks against the rules of all others."""

import pytest

from tests.support.rules import (
    Document,
    adopt,
    adopt_framework,
    ballot_of,
    close,
    framework_document,
    propose,
    rule_document,
    series_stored,
    vote,
    withdraw,
)
from tests.support.world import HOME, TEACHING, Refused, World


async def test_a_rule_that_breaks_a_framework_is_refused_at_the_closing(world: World) -> None:
    framework = await adopt_framework(world)
    rule = await propose(world, rule_document(minimum="60.00"))
    await vote(world, rule, "registrar@beta")
    with pytest.raises(Refused) as refused:
        await close(world, rule)
    assert refused.value.code == "framework-broken"
    assert refused.value.facts == {
        "violations": [
            {"path": "mappings.0.demands", "demand": "minimum-grade", "framework": framework}
        ],
        "count": 1,
    }
    assert series_stored(world, rule)["versions"] == []
    await withdraw(world, rule)
    strict = await adopt(world, rule_document(minimum="70.00"), number=2)
    assert ballot_of(world, strict)["status"] == "adopted"


async def test_a_rule_is_held_to_the_frameworks_of_its_own_days(world: World) -> None:
    await adopt_framework(world, framework_document(first="2026-09-01", last="2026-12-31"))
    weaker = framework_document(first="2026-11-01", minimum="50.00")
    await adopt_framework(world, weaker, number=2)
    later = rule_document(first="2026-11-01", minimum="50.00")
    assert await adopt(world, later), "the first framework was superseded before"
    earlier = await propose(world, rule_document(first="2026-10-31"), rule="b2" * 16)
    await vote(world, earlier, "registrar@beta")
    with pytest.raises(Refused, match="framework-broken"):
        await close(world, earlier)


async def test_what_a_new_framework_breaks_is_told_before_and_after(world: World) -> None:
    kept = await adopt(world, rule_document(minimum="75.00"), rule="b1" * 16)
    broken = await adopt(world, rule_document(minimum="60.00"), rule="b2" * 16)
    ends = await adopt(world, rule_document(minimum="60.00", last="2026-12-31"), rule="b3" * 16)
    framework = await propose(
        world, framework_document(first="2027-01-01"), by="supervisor@ministry"
    )
    reader = world.people["student"]
    asked = {"framework": framework, "owner": HOME}
    expected = [
        {
            "rule": broken,
            "violations": [
                {"path": "mappings.0.demands", "demand": "minimum-grade", "framework": framework}
            ],
        }
    ]
    assert kept
    assert ends
    answer = await world.evaluate(reader, "FindBrokenRules", asked)
    assert answer == {"broken": expected, "after": None}
    for university in ("alpha", "beta"):
        await vote(world, framework, f"registrar@{university}")
    await close(world, framework, "supervisor@ministry")
    assert (await world.evaluate(reader, "FindBrokenRules", asked))["broken"] == expected
    first = await world.evaluate(reader, "FindBrokenRules", asked | {"limit": 1})
    assert first == {"broken": [], "after": "b1" * 16}
    second = await world.evaluate(
        reader, "FindBrokenRules", asked | {"limit": 1, "after": "b1" * 16}
    )
    assert second == {"broken": expected, "after": "b2" * 16}
    with pytest.raises(Refused) as refused:
        await world.evaluate(reader, "FindBrokenRules", {"framework": kept, "owner": HOME})
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "framework")


def stating(world: World, category: str | None, side: str = "host") -> Document:
    """A rule about the world's course, on one side or the other, that says what it is."""
    document = rule_document(minimum=None)
    [mapping] = document["mappings"]
    mapping[side][0]["course"] = world.course
    if category:
        mapping[side][0]["category"] = category
    if side == "home":
        mapping["host"][0]["course"] = f"course/{HOME}/{'0' * 32}/1"
        document["deciders"] = [TEACHING]
    return document | {"demands": [{"kind": "category", "elective_by_compulsory": True}]}


def demanding_categories() -> Document:
    demand = {"kind": "category", "elective_by_compulsory": True}
    return framework_document() | {"demands": [demand]}


@pytest.mark.parametrize("side", ["host", "home"])
async def test_the_record_of_a_course_goes_before_the_word_of_a_rule(
    world: World, side: str
) -> None:
    await world.step("ProposeCourse", change={"category": "elective"})
    before = await adopt(world, stating(world, "compulsory", side), rule="b0" * 16)
    framework = await adopt_framework(world, demanding_categories())
    broken = {
        "path": f"mappings.0.{side}.0.category",
        "demand": "category",
        "framework": framework,
    }
    rule = await propose(world, stating(world, "compulsory", side), rule="b1" * 16)
    await vote(world, rule, "registrar@beta")
    with pytest.raises(Refused) as refused:
        await close(world, rule)
    assert refused.value.code == "framework-broken"
    assert refused.value.facts == {"violations": [broken], "count": 1}
    for place, category in enumerate(("elective", None)):
        true = await adopt(world, stating(world, category, side), rule=f"c{place}" * 16)
        assert ballot_of(world, true)["status"] == "adopted"
    asked = {"framework": framework, "owner": HOME}
    answer = await world.evaluate(world.people["student"], "FindBrokenRules", asked)
    assert answer == {"broken": [{"rule": before, "violations": [broken]}], "after": None}


async def test_a_rule_says_what_a_record_does_not(world: World) -> None:
    await world.step("ProposeCourse")
    await adopt_framework(world, demanding_categories())
    rule = await adopt(world, stating(world, "compulsory"))
    assert ballot_of(world, rule)["status"] == "adopted"
