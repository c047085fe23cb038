"""No vote comes late: what is ordered behind the close of a ballot, or before it, is seen."""

from typing import Any

import pytest

from chaincode.ledger.memory.consortium import Prepared
from tests.support.rules import (
    Document,
    adopt_framework,
    ballot_document,
    ballot_of,
    close,
    framework_document,
    propose,
    rule_document,
    series_stored,
    vote,
    vote_document,
    vote_key,
    withdraw,
)
from tests.support.world import VERIFYING, Invalid, Refused, World

CONFLICT = "MVCC_READ_CONFLICT"


async def endorsed(world: World, by: str, function: str, arguments: Document) -> Prepared:
    """A transaction that every peer asked has endorsed, and nobody has ordered."""
    person = world.people[by]
    proposal = world.propose(person, function, arguments)
    signed = proposal.signed(person.identity.sign(proposal.message))
    return await world.sandbox.consortium.endorse(signed, at=person.msp_id)


async def ordered(world: World, by: str, prepared: Prepared) -> None:
    identity = world.people[by].identity
    consortium = world.sandbox.consortium
    await consortium.submit(prepared.signed(identity.sign(prepared.payload)))
    status = await consortium.commit_status(prepared.transaction_id, at=identity.msp_id)
    if not status.is_valid:
        raise Invalid(status.code_name)


async def won(world: World, document: Document | None = None) -> str:
    """A rule of the alliance with the votes that it needs, its ballot open."""
    rule = await propose(world, document)
    await vote(world, rule, "registrar@beta")
    return rule


@pytest.mark.parametrize("approve", [True, False])
async def test_a_vote_endorsed_before_the_close_and_ordered_after_it_is_invalid(
    world: World, *, approve: bool
) -> None:
    rule = await won(world)
    late = await endorsed(
        world, "registrar@gamma", "VoteOnRule", vote_document(world, rule, approve=approve)
    )
    await close(world, rule)
    with pytest.raises(Invalid, match=CONFLICT):
        await ordered(world, "registrar@gamma", late)
    assert not standing(world, vote_key(rule, VERIFYING))
    assert ballot_of(world, rule)["approved_by"] == ["alphaMSP", "betaMSP"]
    with pytest.raises(Refused, match="ballot-closed"):
        await vote(world, rule, "registrar@gamma")


async def test_a_close_endorsed_before_a_vote_and_ordered_after_it_is_invalid(
    world: World,
) -> None:
    rule = await won(world)
    early = await endorsed(world, "registrar@alpha", "CloseBallot", ballot_document(world, rule))
    await vote(world, rule, "registrar@gamma", approve=False)
    with pytest.raises(Invalid, match=CONFLICT):
        await ordered(world, "registrar@alpha", early)
    assert ballot_of(world, rule)["status"] == "open"
    await close(world, rule)
    assert ballot_of(world, rule)["refused_by"] == ["gammaMSP"]


async def test_a_close_after_the_deadline_sees_a_vote_that_came_in_between(world: World) -> None:
    """The close would have refused the rule; the vote that carries it was given in time."""
    rule = await propose(world, hours=1)
    in_time = await endorsed(world, "registrar@beta", "VoteOnRule", vote_document(world, rule))
    world.sandbox.clock.advance(hours=1, minutes=5, seconds=1)
    refusing = await endorsed(world, "registrar@alpha", "CloseBallot", ballot_document(world, rule))
    await ordered(world, "registrar@beta", in_time)
    with pytest.raises(Invalid, match=CONFLICT):
        await ordered(world, "registrar@alpha", refusing)
    await close(world, rule)
    assert ballot_of(world, rule)["status"] == "adopted"


async def test_a_close_that_is_held_back_counts_from_when_it_was_endorsed(world: World) -> None:
    """Nothing bounds the time until it is ordered: anybody's own close in time prevents it."""
    today = world.sandbox.clock().date().isoformat()
    rule = await won(world, rule_document(first=today))
    held_back = await endorsed(world, "registrar@beta", "CloseBallot", ballot_document(world, rule))
    closed_at = world.after()
    world.sandbox.clock.advance(days=30)
    with pytest.raises(Refused, match="outside-window"):
        await close(world, rule)
    await ordered(world, "registrar@beta", held_back)
    assert ballot_of(world, rule)["closed_at"] == closed_at
    (adopted,) = series_stored(world, rule)["versions"]
    assert (adopted["valid"]["first"], adopted["adopted_at"]) == (today, closed_at)


async def test_of_two_closes_one_lands(world: World) -> None:
    rule = await won(world)
    first, second = [
        await endorsed(world, by, "CloseBallot", ballot_document(world, rule))
        for by in ("registrar@alpha", "registrar@beta")
    ]
    await ordered(world, "registrar@beta", second)
    with pytest.raises(Invalid, match=CONFLICT):
        await ordered(world, "registrar@alpha", first)
    assert len(series_stored(world, rule)["versions"]) == 1


async def test_a_withdrawal_and_a_close_exclude_each_other(world: World) -> None:
    rule = await won(world)
    closing = await endorsed(world, "registrar@beta", "CloseBallot", ballot_document(world, rule))
    await withdraw(world, rule)
    with pytest.raises(Invalid, match=CONFLICT):
        await ordered(world, "registrar@beta", closing)
    assert ballot_of(world, rule)["status"] == "withdrawn"
    assert series_stored(world, rule)["versions"] == []


async def test_a_rule_and_a_framework_that_it_breaks_do_not_pass_each_other(world: World) -> None:
    rule = await won(world, rule_document(minimum="60.00"))
    closing = await endorsed(world, "registrar@alpha", "CloseBallot", ballot_document(world, rule))
    await adopt_framework(world, framework_document(minimum="70.00"))
    with pytest.raises(Invalid, match=CONFLICT):
        await ordered(world, "registrar@alpha", closing)
    with pytest.raises(Refused, match="framework-broken"):
        await close(world, rule)


async def test_two_members_vote_at_once(world: World) -> None:
    rule = await propose(world)
    waiting: list[tuple[str, Any]] = [
        (by, await endorsed(world, by, "VoteOnRule", vote_document(world, rule)))
        for by in ("registrar@beta", "registrar@gamma")
    ]
    for by, prepared in waiting:
        await ordered(world, by, prepared)
    await close(world, rule)
    assert ballot_of(world, rule)["approved_by"] == ["alphaMSP", "betaMSP", "gammaMSP"]


def standing(world: World, key: str) -> bool:
    return world.sandbox.consortium.peers[VERIFYING].ledger.world.get(key) is not None
