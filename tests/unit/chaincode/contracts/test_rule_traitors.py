"""A dishonest member with all its keys against rules, votes, ballots and certificates of others.

Each forgery is a read-write set made by hand, past every contract; a majority of forgers shows what
the limits are.
"""

from collections.abc import Sequence

import pytest

from chaincode.domain.certification import Certification, CertificationWithdrawal
from chaincode.domain.keys import Kind, counterpart
from chaincode.domain.record import Record
from chaincode.domain.rules.ballot import Ballot, BallotStatus
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Adopted, Series, series_of
from chaincode.domain.rules.vote import Objection, Vote
from chaincode.ledger.policy import all_peers_of
from tests.support.certificates import MSP_IDS
from tests.support.rules import (
    adopt,
    ballot_of,
    close,
    content_of,
    propose,
    rule_document,
    vote,
    vote_key,
)
from tests.support.world import (
    HOME,
    MINISTRY,
    TEACHING,
    VERIFYING,
    Invalid,
    Refused,
    World,
)

FAILURE = "ENDORSEMENT_POLICY_FAILURE"
ALONE = [(msp_id,) for msp_id in MSP_IDS]
MINORITIES = [*ALONE, (HOME, TEACHING), (VERIFYING, MINISTRY)]
MAJORITIES = [(TEACHING, VERIFYING, MINISTRY), (HOME, TEACHING, VERIFYING)]
OTHER = "0" * 32


async def attempt(world: World, record: Record, by: Sequence[str]) -> None:
    """The forgery fails, and the state is as it was at every member."""
    before = [dict(peer.ledger.world.items()) for peer in world.sandbox.consortium.peers.values()]
    with pytest.raises(Invalid, match=FAILURE):
        await world.overwrite(record, by=by)
    after = [dict(peer.ledger.world.items()) for peer in world.sandbox.consortium.peers.values()]
    assert after == before


def weakened(world: World, rule: str) -> RuleVersion:
    """The same rule without its minimum grade."""
    content = content_of(rule_document(minimum=None))
    return world.record(RuleVersion, rule).next(OTHER, content=content, digest=content.digest())


@pytest.mark.parametrize("by", [*MINORITIES, *MAJORITIES], ids="+".join)
async def test_no_majority_rewrites_a_rule_or_a_vote(world: World, by: tuple[str, ...]) -> None:
    rule = await adopt(world)
    await attempt(world, weakened(world, rule), by)
    for member in (HOME, TEACHING):
        cast = world.record(Vote, vote_key(rule, member))
        await attempt(world, cast.next(OTHER, approve=False, reason=Objection.LAW), by)
        for policy in (all_peers_of(by), all_peers_of((HOME,))):
            with pytest.raises(Invalid, match=FAILURE):
                await world.forge({}, policies={cast.key: policy}, by=by)
        with pytest.raises(Invalid, match=FAILURE):
            await world.forge({cast.key: b""}, by=by)
    with pytest.raises(Invalid, match=FAILURE):
        await world.forge({rule: b""}, by=by)
    await world.overwrite(weakened(world, rule), by=MSP_IDS)


@pytest.mark.parametrize("by", MINORITIES, ids="+".join)
async def test_no_minority_closes_a_ballot_or_brings_a_rule_into_force(
    world: World, by: tuple[str, ...]
) -> None:
    rule = await propose(world)
    ballot = world.record(Ballot, counterpart(rule, Kind.BALLOT))
    for change in (
        {"status": BallotStatus.ADOPTED, "closed_at": ballot.opened_at},
        {"threshold": 1},
        {"electorate": (HOME,), "threshold": 1},
    ):
        await attempt(world, ballot.next(OTHER, **change), by)
    stands = world.record(RuleVersion, rule)
    series = world.record(Series, series_of(rule))
    entry = Adopted(
        number=1,
        digest=stands.digest,
        valid=stands.content.valid,
        adopted_at=world.sandbox.clock(),
    )
    await attempt(world, series.next(OTHER, versions=(entry,)), by)
    await vote(world, rule, "registrar@beta")
    await close(world, rule)
    assert ballot_of(world, rule)["status"] == "adopted"


@pytest.mark.parametrize("by", MINORITIES, ids="+".join)
async def test_no_minority_votes_for_another(world: World, by: tuple[str, ...]) -> None:
    rule = await propose(world)
    await attempt(world, forged_vote(world, rule), by)
    with pytest.raises(Refused, match="ballot-open"):
        await close(world, rule)


async def test_what_a_majority_can_do_is_vote_for_another_where_it_has_not_voted(
    world: World,
) -> None:
    """Said in docs/spec/records.md: a majority can bring a rule into force by itself."""
    rule = await propose(world)
    await world.overwrite(forged_vote(world, rule), by=(HOME, VERIFYING, MINISTRY))
    await close(world, rule)
    assert ballot_of(world, rule)["approved_by"] == ["alphaMSP", "betaMSP"]


@pytest.mark.parametrize(
    "change", [{"by": "account/gammaMSP/" + "1" * 32}, {"rule_digest": "0" * 64}]
)
async def test_a_vote_that_a_majority_made_up_badly_stops_the_count(
    world: World, change: dict[str, str]
) -> None:
    rule = await propose(world)
    forged = forged_vote(world, rule).model_copy(update=change)
    await world.overwrite(forged, by=(HOME, VERIFYING, MINISTRY))
    with pytest.raises(Refused) as refused:
        await close(world, rule)
    assert refused.value.code == ("record-corrupt" if "by" in change else "stale-reference")


async def test_a_rule_whose_digest_is_another_contents_is_no_rule(world: World) -> None:
    rule = await propose(world)
    document = weakened(world, rule).model_copy(
        update={"digest": world.record(RuleVersion, rule).digest}
    )
    await world.overwrite(document, by=MSP_IDS)
    with pytest.raises(Refused, match="record-corrupt"):
        await vote(world, rule, "registrar@beta", rule_digest="0" * 64)


@pytest.mark.parametrize("by", MINORITIES, ids="+".join)
async def test_no_minority_touches_a_certificate(world: World, by: tuple[str, ...]) -> None:
    await world.advance(after="CheckCourse")
    key = await certified(world)
    certificate = world.record(Certification, key)
    gone = certificate.withdrawn(
        reason=CertificationWithdrawal.CONTENT,
        by=certificate.by,
        at=certificate.at,
        operation=OTHER,
    )
    await attempt(world, gone, by)
    await world.submit(
        world.people["registrar@gamma"],
        "WithdrawCertification",
        {
            "operation": world.identifier(),
            "certification": key,
            "expected_version": 1,
            "reason": "content",
        },
    )
    back = certificate.model_copy(update={"version": 3})
    await attempt(world, back, by)


def forged_vote(world: World, rule: str) -> Vote:
    """A vote in beta's name, which beta never gave."""
    return Vote(
        key=vote_key(rule, TEACHING),
        version=1,
        operation=OTHER,
        rule=rule,
        rule_digest=world.stored(rule)["digest"],
        approve=True,
        reason=None,
        by=world.people["registrar@beta"].account,
        at=world.sandbox.clock(),
    )


async def certified(world: World) -> str:
    """Gamma certifies beta's course; the certificate's key."""
    await world.submit(
        world.people["registrar@gamma"],
        "CertifyCourse",
        {
            "operation": world.identifier(),
            "course": world.course,
            "course_digest": world.stored(world.course)["digest"],
        },
    )
    return f"certification/{world.course.partition('/')[2]}/{VERIFYING}"
