"""Rules: who is none of the parties, or not the one that the step is for, and then who is.

What members do past every contract is in `test_rule_traitors`.
"""

import pytest

from tests.support.rules import (
    ballot_document,
    ballot_of,
    close,
    propose,
    rule_document,
    vote,
    vote_document,
    withdraw,
)
from tests.support.world import TEACHING, Person, Refused, World

STRANGERS = {
    "student": "not-permitted",
    "teacher": "not-permitted",
    "operator@alpha": "not-permitted",
    "gateway@alpha": "not-permitted",
    "operator@beta": "not-permitted",
    "gateway@beta": "not-permitted",
    "registrar@ministry": "not-permitted",
    "registrar@gamma": "not-elector",
    "supervisor@ministry": "not-elector",
    "unknown": "account-inactive",
    "stolen": "account-inactive",
}
"""Who has no part in a rule of alpha and beta, and the code that each meets."""


def person(world: World, name: str) -> Person:
    """Somebody of the world, or with a certificate that no account on the ledger has."""
    known = world.people["registrar@beta"]
    if name == "unknown":
        return world.certify(TEACHING, "registrar")
    if name == "stolen":
        return world.certify(TEACHING, "registrar", name=known.identifier)
    return world.people[name]


async def code(world: World, name: str, function: str, document: dict[str, object]) -> str:
    with pytest.raises(Refused) as refused:
        await world.submit(person(world, name), function, document)
    return refused.value.code


@pytest.mark.parametrize("name", STRANGERS)
async def test_who_has_no_part_in_a_rule_moves_nothing(world: World, name: str) -> None:
    expected = STRANGERS[name]
    with pytest.raises(Refused) as refused:
        await propose(world, rule_document("bilateral"), by=person(world, name), rule="0" * 32)
    assert refused.value.code == expected
    rule = await propose(world, rule_document("bilateral"))
    assert await code(world, name, "VoteOnRule", vote_document(world, rule)) == expected
    ballot = ballot_document(world, rule)
    assert await code(world, name, "CloseBallot", ballot) == expected
    withdrawing = "not-party" if expected == "not-elector" else expected
    assert await code(world, name, "WithdrawRule", ballot) == withdrawing
    await vote(world, rule, "registrar@beta")
    await close(world, rule)
    assert ballot_of(world, rule)["status"] == "adopted"


async def test_the_proposer_does_not_close_past_the_others(world: World) -> None:
    """A dishonest home: its vote alone is none of two, and it has no second one."""
    rule = await propose(world, rule_document("bilateral"))
    for approve in (True, False):
        found = await code(
            world, "registrar@alpha", "VoteOnRule", vote_document(world, rule, approve=approve)
        )
        assert found == "record-exists"
    assert await code(world, "registrar@alpha", "CloseBallot", ballot_document(world, rule)) == (
        "ballot-open"
    )
    await vote(world, rule, "registrar@beta")
    await close(world, rule)
    assert ballot_of(world, rule)["status"] == "adopted"


async def test_the_other_side_neither_withdraws_nor_votes_on_what_it_did_not_read(
    world: World,
) -> None:
    """A dishonest host: what it votes on is what was proposed, and taking it back is not its."""
    rule = await propose(world, rule_document("bilateral"))
    other = vote_document(world, rule) | {"rule_digest": "0" * 64}
    assert await code(world, "registrar@beta", "VoteOnRule", other) == "stale-reference"
    ballot = ballot_document(world, rule)
    assert await code(world, "registrar@beta", "WithdrawRule", ballot) == "not-party"
    assert await code(world, "registrar@beta", "CloseBallot", ballot) == "ballot-open"
    await withdraw(world, rule)
    assert ballot_of(world, rule)["status"] == "withdrawn"
