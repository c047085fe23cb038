"""How members come to a rule: proposals, votes, ballots, versions, frameworks."""

import json

import pytest

from chaincode.domain.keys import Kind, counterpart, record_key
from chaincode.ledger.policy import all_peers_of
from tests.support.certificates import MSP_IDS
from tests.support.rules import (
    RULE,
    adopt,
    adopt_framework,
    ballot_document,
    ballot_of,
    close,
    digest_of,
    framework_document,
    minimum_grade,
    propose,
    rule_document,
    series_stored,
    vote,
    vote_document,
    vote_key,
    withdraw,
)
from tests.support.world import HOME, TEACHING, Refused, World


async def test_a_proposal_holds_the_proposers_vote(world: World) -> None:
    document = rule_document()
    rule = await propose(world, document)
    stored = world.stored(rule)
    assert stored["digest"] == digest_of(document)
    assert stored["proposed_by"] == world.people["registrar@alpha"].account
    ballot = ballot_of(world, rule)
    assert ballot["electorate"] == ["alphaMSP", "betaMSP", "gammaMSP"]
    assert (ballot["threshold"], ballot["status"], ballot["closed_at"]) == (2, "open", None)
    assert ballot["rule_digest"] == stored["digest"]
    own = world.stored(vote_key(rule, HOME))
    assert (own["approve"], own["rule_digest"]) == (True, stored["digest"])
    series = series_stored(world, rule)
    assert (series["latest"], series["versions"]) == (1, [])


async def test_rules_and_votes_lie_under_all_who_vote_and_the_rest_under_the_majority(
    world: World,
) -> None:
    rule = await adopt(world)
    everybody = all_peers_of(MSP_IDS)
    assert world.policy(rule) == everybody
    assert world.policy(vote_key(rule, HOME)) == everybody
    assert world.policy(vote_key(rule, TEACHING)) == everybody
    assert world.policy(counterpart(rule, Kind.BALLOT)) is None
    assert world.policy(f"series/{HOME}/{RULE}") is None
    await adopt_framework(world)
    assert world.policy("framework/ministryMSP") is None


@pytest.mark.parametrize(
    ("scope", "voters", "electorate", "threshold"),
    [
        ("internal", (), ["alphaMSP"], 1),
        ("bilateral", ("registrar@beta",), ["alphaMSP", "betaMSP"], 2),
        ("alliance", ("registrar@gamma",), ["alphaMSP", "betaMSP", "gammaMSP"], 2),
    ],
)
async def test_a_rule_comes_into_force_by_the_votes_of_its_scope(
    world: World, scope: str, voters: tuple[str, ...], electorate: list[str], threshold: int
) -> None:
    rule = await propose(world, rule_document(scope))
    assert ballot_of(world, rule)["electorate"] == electorate
    assert ballot_of(world, rule)["threshold"] == threshold
    for voter in voters:
        with pytest.raises(Refused) as refused:
            await close(world, rule)
        assert refused.value.code == "ballot-open"
        assert refused.value.facts["approved_by"] == ["alphaMSP"]
        assert voter.removeprefix("registrar@") + "MSP" in refused.value.facts["missing"]
        await vote(world, rule, voter)
    await close(world, rule)
    ballot = ballot_of(world, rule)
    assert ballot["status"] == "adopted"
    assert len(ballot["approved_by"]) == threshold
    (adopted,) = series_stored(world, rule)["versions"]
    assert (adopted["number"], adopted["digest"]) == (1, world.stored(rule)["digest"])


async def test_a_framework_is_the_authoritys_and_needs_the_majority(world: World) -> None:
    rule = await propose(world, framework_document(), by="supervisor@ministry")
    ballot = ballot_of(world, rule)
    assert (ballot["electorate"], ballot["threshold"]) == (list(MSP_IDS), 3)
    await vote(world, rule, "registrar@alpha")
    with pytest.raises(Refused, match="ballot-open"):
        await close(world, rule, "supervisor@ministry")
    await vote(world, rule, "registrar@gamma")
    await close(world, rule, "registrar@alpha")
    (entry,) = world.stored("framework/ministryMSP")["entries"]
    assert (entry["rule"], entry["digest"]) == (rule, world.stored(rule)["digest"])


async def test_who_speaks_for_a_member(world: World) -> None:
    for by, document in (
        ("registrar@ministry", framework_document()),
        ("registrar@alpha", framework_document()),
        ("supervisor@ministry", rule_document("internal", decider="ministryMSP")),
    ):
        with pytest.raises(Refused) as refused:
            await propose(world, document, by=by)
        assert refused.value.code == "not-permitted", by
    rule = await propose(world, framework_document(), by="supervisor@ministry")
    with pytest.raises(Refused) as refused:
        await vote(world, rule, "registrar@ministry")
    assert refused.value.code == "not-permitted"


async def test_who_proposes_has_a_vote_and_who_decides_too(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await propose(world, rule_document("bilateral"), by="registrar@gamma")
    assert refused.value.code == "not-elector"
    assert refused.value.facts == {"electorate": ["alphaMSP", "betaMSP"]}
    with pytest.raises(Refused) as refused:
        await propose(world, rule_document("internal"), by="registrar@beta")
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "content.deciders")
    unknown = rule_document() | {"scope": {"kind": "alliance", "alliance": "south"}}
    with pytest.raises(Refused) as refused:
        await propose(world, unknown)
    assert (refused.value.code, refused.value.facts) == (
        "invalid-argument",
        {"alliances": ["north"]},
    )


async def test_a_vote_is_given_once_and_never_changed(world: World) -> None:
    rule = await propose(world)
    await vote(world, rule, "registrar@beta", approve=False)
    before = world.stored(vote_key(rule, TEACHING))
    world.sandbox.clock.advance(minutes=1)
    for approve in (True, False):
        with pytest.raises(Refused) as refused:
            await vote(world, rule, "registrar@beta", approve=approve)
        assert refused.value.code == "record-exists"
        assert refused.value.facts == {
            "key": vote_key(rule, TEACHING),
            "approve": False,
            "at": before["at"],
        }
    with pytest.raises(Refused) as refused:
        await vote(world, rule, "registrar@alpha", approve=False)
    assert refused.value.code == "record-exists", "the proposal was the proposer's vote"
    assert world.stored(vote_key(rule, TEACHING)) == before


async def test_a_vote_names_the_content_and_a_reason_against_it(world: World) -> None:
    rule = await propose(world)
    with pytest.raises(Refused) as refused:
        await vote(world, rule, "registrar@beta", rule_digest="0" * 64)
    assert (refused.value.code, refused.value.field) == ("stale-reference", "rule_digest")
    assert refused.value.facts == {"rule": rule, "digest": world.stored(rule)["digest"]}
    for approve, reason in ((True, "credits"), (False, None)):
        with pytest.raises(Refused) as refused:
            await vote(world, rule, "registrar@beta", approve=approve, reason=reason)
        assert (refused.value.code, refused.value.field) == ("invalid-argument", "reason")
    with pytest.raises(Refused) as refused:
        await vote(world, rule, "registrar@beta", approve=False, reason="because")
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "reason")
    await vote(world, rule, "registrar@beta", approve=False, reason="law")


async def test_only_the_electorate_votes_and_closes(world: World) -> None:
    rule = await propose(world, rule_document("bilateral"))
    for attempt in (vote(world, rule, "registrar@gamma"), close(world, rule, "registrar@gamma")):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "not-elector"
        assert refused.value.facts == {"electorate": ["alphaMSP", "betaMSP"]}
    await vote(world, rule, "registrar@beta")
    await close(world, rule, "registrar@beta")


async def test_a_vote_counts_until_the_deadline_and_not_after(world: World) -> None:
    rule = await propose(world, hours=1)
    world.sandbox.clock.advance(hours=1)
    await vote(world, rule, "registrar@beta", approve=False)
    world.sandbox.clock.advance(seconds=1)
    with pytest.raises(Refused) as refused:
        await vote(world, rule, "registrar@gamma")
    assert refused.value.code == "outside-window"
    assert refused.value.facts == {
        "answer_by": ballot_of(world, rule)["answer_by"],
        "now": "2026-09-01T09:00:01Z",
        "status": "open",
    }


async def test_a_ballot_ends_with_the_margin_after_its_deadline(world: World) -> None:
    rule = await propose(world, hours=1)
    world.sandbox.clock.advance(hours=1, minutes=5)
    with pytest.raises(Refused) as refused:
        await close(world, rule)
    assert refused.value.code == "ballot-open"
    assert refused.value.facts == {
        "answer_by": ballot_of(world, rule)["answer_by"],
        "threshold": 2,
        "approved_by": ["alphaMSP"],
        "refused_by": [],
        "missing": ["betaMSP", "gammaMSP"],
    }
    world.sandbox.clock.advance(seconds=1)
    await close(world, rule)
    assert ballot_of(world, rule)["status"] == "refused"
    assert series_stored(world, rule)["versions"] == []


async def test_a_ballot_that_cannot_be_won_ends_at_once(world: World) -> None:
    rule = await propose(world)
    await vote(world, rule, "registrar@beta", approve=False)
    with pytest.raises(Refused, match="ballot-open"):
        await close(world, rule)
    await vote(world, rule, "registrar@gamma", approve=False)
    await close(world, rule, "registrar@gamma")
    ballot = ballot_of(world, rule)
    assert (ballot["status"], ballot["approved_by"], ballot["refused_by"]) == (
        "refused",
        ["alphaMSP"],
        ["betaMSP", "gammaMSP"],
    )


async def test_a_ballot_ends_once_and_says_how(world: World) -> None:
    rule = await propose(world)
    stale = ballot_document(world, rule)
    await vote(world, rule, "registrar@beta")
    await close(world, rule)
    ending = {"status": "adopted", "closed_at": "2026-09-01T08:00:00Z"}
    for function in ("CloseBallot", "WithdrawRule"):
        with pytest.raises(Refused) as refused:
            await world.submit(world.people["registrar@alpha"], function, stale)
        assert refused.value.code == "version-conflict"
        assert refused.value.facts == ending | {
            "key": counterpart(rule, Kind.BALLOT),
            "expected": 1,
            "actual": 2,
        }
    for attempt in (
        close(world, rule),
        withdraw(world, rule),
        vote(world, rule, "registrar@gamma"),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert (refused.value.code, refused.value.facts) == ("ballot-closed", ending)


async def test_the_proposer_alone_takes_an_open_proposal_back(world: World) -> None:
    rule = await propose(world)
    with pytest.raises(Refused) as refused:
        await withdraw(world, rule, "registrar@beta")
    assert (refused.value.code, refused.value.field) == ("not-party", "rule")
    await withdraw(world, rule)
    assert ballot_of(world, rule)["status"] == "withdrawn"
    with pytest.raises(Refused) as refused:
        await vote(world, rule, "registrar@beta")
    assert refused.value.code == "ballot-closed"
    assert refused.value.facts["status"] == "withdrawn"
    assert await propose(world, number=2)


async def test_numbers_follow_each_other_one_ballot_at_a_time(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await propose(world, number=2, expected_version=None)
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"next": 1})
    rule = await propose(world)
    with pytest.raises(Refused) as refused:
        await propose(world, number=2)
    assert refused.value.code == "ballot-open"
    assert refused.value.facts["rule"] == rule
    await vote(world, rule, "registrar@beta")
    await close(world, rule)
    series = f"series/{HOME}/{RULE}"
    for number in (1, 3, 9_999):
        with pytest.raises(Refused) as refused:
            await propose(world, number=number, expected_version=world.version(series))
        assert refused.value.code == "wrong-state"
        assert refused.value.facts == {"latest": 1, "next": 2}
    with pytest.raises(Refused) as refused:
        await propose(world, number=2, expected_version=1)
    assert refused.value.code == "version-conflict"
    with pytest.raises(Refused) as refused:
        await propose(world)
    assert (refused.value.code, refused.value.facts) == ("record-exists", {"key": series})
    later = await adopt(world, rule_document(first="2026-10-01"), number=2)
    assert [one["number"] for one in series_stored(world, later)["versions"]] == [1, 2]


async def test_a_rule_is_its_owners_and_ids_of_others_are_others(world: World) -> None:
    await adopt(world)
    theirs = await propose(world, rule_document(decider=TEACHING), by="registrar@beta")
    assert theirs == record_key(Kind.RULE, TEACHING, RULE, 1)
    with pytest.raises(Refused) as refused:
        await propose(world, by="registrar@gamma", number=2, expected_version=1)
    assert refused.value.code == "record-not-found"


async def test_a_rule_comes_into_force_on_no_day_that_has_passed(world: World) -> None:
    rule = await propose(world, rule_document(first="2026-09-01"), hours=48)
    world.sandbox.clock.advance(days=1)
    await vote(world, rule, "registrar@beta")
    with pytest.raises(Refused) as refused:
        await close(world, rule)
    assert (refused.value.code, refused.value.field) == ("outside-window", "content.valid.first")
    assert refused.value.facts == {"first": "2026-09-01", "today": "2026-09-02"}
    assert ballot_of(world, rule)["status"] == "open"
    await withdraw(world, rule)


async def test_the_day_is_that_of_the_rules_own_zone(world: World) -> None:
    document = rule_document(first="2026-09-01")
    document["valid"]["time_zone"] = "Asia/Shanghai"
    rule = await propose(world, document)
    await vote(world, rule, "registrar@beta")
    world.sandbox.clock.advance(hours=8)  # 16:00 in UTC is midnight there
    with pytest.raises(Refused, match="outside-window"):
        await close(world, rule)
    world.sandbox.clock.advance(seconds=-1)
    await close(world, rule)


async def test_dates_reversed_are_no_rule(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await propose(world, rule_document(first="2026-10-01", last="2026-09-30"))
    assert refused.value.code == "invalid-argument"
    assert str(refused.value.field).startswith("content.valid")


async def test_a_deadline_lies_ahead(world: World) -> None:
    for hours in (0, -1):
        with pytest.raises(Refused) as refused:
            await propose(world, hours=hours)
        assert (refused.value.code, refused.value.field) == ("outside-window", "answer_by")


async def test_a_large_rule_is_taken_and_a_larger_one_is_not(world: World) -> None:
    rule = await propose(world, rule_document(mappings=500))
    assert len(json.dumps(world.stored(rule))) > 64 * 1024
    await vote(world, rule, "registrar@beta")
    await close(world, rule)
    assert ballot_of(world, rule)["status"] == "adopted"
    document = rule_document() | {"title": "x", "demands": [minimum_grade("60.00")]}
    document["padding"] = "x" * 256 * 1024
    with pytest.raises(Refused) as refused:
        await propose(world, document, rule="b2" * 16)
    assert refused.value.code == "invalid-argument"
    assert "bytes" in refused.value.detail


async def test_a_vote_is_a_persons_own_and_never_anothers(world: World) -> None:
    """Who votes is who signs: the arguments have no place for a member."""
    rule = await propose(world)
    with pytest.raises(Refused) as refused:
        await world.submit(
            world.people["registrar@beta"],
            "VoteOnRule",
            vote_document(world, rule) | {"member": "gammaMSP"},
        )
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "member")
    await vote(world, rule, "registrar@beta")
    assert world.stored(vote_key(rule, TEACHING))["by"] == world.people["registrar@beta"].account
