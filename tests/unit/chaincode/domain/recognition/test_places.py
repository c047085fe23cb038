"""An examination of several parts: each was sat at one of the places, or one decides it."""

from typing import Any

import pytest

from chaincode.domain.recognition.evaluate import EVALUATORS
from tests.support.recognition import HOME, course, credit, decide, facts, mapping, nodes, rule

NANJING = {"at_member": True, "province": "cn-js", "city": "nanjing"}
SUZHOU = {"at_member": False, "province": "cn-js", "city": "suzhou"}
SOMEWHERE = {"at_member": True, "province": None, "city": None}
UNKNOWN = {"at_member": None, "province": None, "city": None}


def city(name: str) -> dict[str, str]:
    return {"kind": "city", "name": name}


@pytest.mark.parametrize("evaluator", sorted(EVALUATORS))
@pytest.mark.parametrize(
    ("places", "parts", "finding"),
    [
        ([city("nanjing")], [NANJING, SUZHOU], "failed"),
        ([city("nanjing"), city("suzhou")], [NANJING, SUZHOU], "fulfilled"),
        ([{"kind": "province", "name": "cn-js"}], [NANJING, SUZHOU], "fulfilled"),
        ([city("nanjing")], [NANJING, SOMEWHERE], "unknown"),
        ([city("nanjing")], [SUZHOU, SOMEWHERE], "failed"),
        (
            [city("nanjing"), {"kind": "member"}],
            [SUZHOU | {"city": "nanjing"}, SOMEWHERE],
            "fulfilled",
        ),
        ([{"kind": "member"}], [NANJING, SUZHOU], "failed"),
    ],
)
def test_every_part_was_sat_at_one_of_the_places(
    places: list[dict[str, str]], parts: list[dict[str, Any]], finding: str, evaluator: int
) -> None:
    demand = {
        "kind": "examination",
        "places": places,
        "proctored": False,
        "second_review": False,
    }
    sat = UNKNOWN | {"proctored": None, "second_review": None, "parts": parts}
    content = rule(mapping("m", [course(1)], [(course(9, HOME), "6.00")]), demands=[demand])
    verdict = decide(content, facts(credit(1, examination=sat)), evaluator=evaluator)
    [node] = nodes(verdict, "examination-place")
    assert node.finding == finding
    if finding == "failed" and parts == [NANJING, SUZHOU] and len(places) == 1:
        assert node.found == {"sat_at": ("member", "province cn-js", "city nanjing", "city suzhou")}
