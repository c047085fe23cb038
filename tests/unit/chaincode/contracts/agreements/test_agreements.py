"""The learning agreement on the sandbox: what each step needs, and what each refusal says."""

from typing import Any

import pytest

from chaincode.domain.course import Course, CourseStatus
from chaincode.ledger.memory.transaction import read_sets
from chaincode.ledger.policy import all_peers_of
from tests.support.agreement_stage import Stage
from tests.support.records import NEXT
from tests.support.world import CHAINCODE, HOME, TEACHING, Refused, World


def endorsers(world: World) -> set[str]:
    transaction = world.last.transaction
    assert transaction is not None
    registry = world.sandbox.consortium.registry
    return {registry.deserialize(one.endorser).msp_id for one in transaction.endorsements}


def written(world: World) -> list[str]:
    transaction = world.last.transaction
    assert transaction is not None
    sets = [one for one in read_sets(transaction.action.results) if one.namespace == CHAINCODE]
    return [write.key for one in sets for write in one.public.writes]


async def test_from_proposal_to_cancellation(stage: Stage) -> None:
    world = stage.world
    await stage.propose()
    assert world.policy(stage.key) == all_peers_of((HOME, TEACHING))
    assert len(endorsers(world)) == 3
    assert stage.agreement.student == world.people["student"].account
    await stage.approve("home", "host")
    assert endorsers(world) == {HOME, TEACHING}
    assert stage.statuses() == ["in-force"]
    await stage.submit(stage.person("host"), "ProposeAgreementChange", stage.change(1, 3))
    await stage.approve("student")
    assert stage.statuses() == ["in-force", "proposed"]
    await stage.approve("home")
    assert stage.statuses() == ["superseded", "in-force"]
    await stage.submit(stage.person("student"), "ProposeAgreementChange", stage.cancellation())
    await stage.approve("host", "home")
    assert stage.statuses() == ["superseded", "superseded", "in-force"]
    assert stage.agreement.cancelled
    refused = await stage.refused(
        stage.person("student"), "ProposeAgreementChange", stage.change(2)
    )
    assert (refused.code, refused.detail) == (
        "wrong-state",
        "the agreement is cancelled: begin another one",
    )


async def test_every_step_writes_one_document(stage: Stage) -> None:
    await stage.propose()
    seen = [written(stage.world)]
    for party in ("host", "home"):
        await stage.approve(party)
        seen.append(written(stage.world))
    await stage.submit(stage.person("home"), "ProposeAgreementChange", stage.change(3))
    seen.append(written(stage.world))
    await stage.submit(stage.person("home"), "WithdrawAgreementProposal", stage.seen())
    seen.append(written(stage.world))
    assert seen == [[stage.key]] * 5


async def test_a_second_transaction_after_an_unknown_outcome_lands_at_most_once(
    stage: Stage,
) -> None:
    await stage.propose()
    document = stage.approval()
    await stage.submit(stage.person("host"), "ApproveAgreement", document)
    again = await stage.refused(stage.person("host"), "ApproveAgreement", document)
    assert again.code == "version-conflict"
    assert (again.facts["key"], again.facts["expected"]) == (stage.key, 1)
    await stage.approve("home")
    twice = await stage.refused(stage.person("student"), "ProposeAgreement", stage.proposal())
    assert twice.code == "record-exists"


async def test_a_stale_approval_is_a_conflict_that_says_what_changed(stage: Stage) -> None:
    await stage.agree()
    await stage.submit(stage.person("student"), "ProposeAgreementChange", stage.change(1, 3))
    read = stage.approval()
    await stage.submit(stage.person("student"), "WithdrawAgreementProposal", stage.seen())
    await stage.submit(stage.person("student"), "ProposeAgreementChange", stage.change(2, 3))
    refused = await stage.refused(stage.person("home"), "ApproveAgreement", read)
    assert (refused.code, refused.field) == ("version-conflict", "number")
    assert refused.facts["actual"] == 6
    assert refused.facts["named"] == {"number": 2, "digest": read["digest"]}
    assert refused.facts["current"]["number"] == 3
    assert refused.facts["current"]["digest"] == stage.agreement.versions[2].digest
    assert refused.facts["added"] == {"table_a": [stage.row("host-2")], "table_b": []}
    assert refused.facts["removed"] == {"table_a": [stage.row("host-1")], "table_b": []}
    await stage.approve("home", "host")
    assert stage.statuses() == ["superseded", "withdrawn", "in-force"]


async def test_a_deadline_passes_and_the_old_version_stays(stage: Stage) -> None:
    await stage.agree()
    await stage.submit(stage.person("student"), "ProposeAgreementChange", stage.change(1, 3))
    clock = stage.world.sandbox.clock
    clock.advance(days=14, minutes=4)
    await stage.approve("home")
    clock.advance(minutes=2)
    late = await stage.refused(stage.person("host"), "ApproveAgreement", stage.approval())
    assert late.code == "outside-window"
    assert late.facts["number"] == 2
    assert stage.agreement.in_force == stage.agreement.versions[0]
    await stage.submit(stage.person("student"), "ProposeAgreementChange", stage.change(3))
    assert stage.statuses() == ["in-force", "lapsed", "proposed"]
    await stage.approve("home", "host")
    assert stage.statuses() == ["superseded", "lapsed", "in-force"]


async def test_one_proposal_waits_at_a_time(stage: Stage) -> None:
    await stage.propose()
    refused = await stage.refused(
        stage.person("student"), "ProposeAgreementChange", stage.change(3, kind="first")
    )
    assert refused.code == "wrong-state"
    assert refused.facts == {
        "number": 1,
        "answer_by": stage.world.stored(stage.key)["versions"][0]["answer_by"],
    }
    reason = stage.approval(approve=False, reason="not-equivalent")
    await stage.submit(stage.person("home"), "ApproveAgreement", reason)
    await stage.submit(
        stage.person("student"), "ProposeAgreementChange", stage.change(3, kind="first")
    )
    assert stage.statuses() == ["refused", "proposed"]


async def test_a_late_change_needs_a_reason_and_all_three(stage: Stage) -> None:
    await stage.agree()
    # Five weeks from 1 September, in Berlin: through 6 October.
    stage.world.sandbox.clock.advance(days=36)
    refused = await stage.refused(
        stage.person("student"), "ProposeAgreementChange", stage.change(1, 3)
    )
    assert (refused.code, refused.field) == ("invalid-argument", "late_reason")
    assert refused.facts == {"through": "2026-10-06", "time_zone": "Europe/Berlin"}
    late = stage.change(1, 3, late_reason="course-not-available")
    await stage.submit(stage.person("student"), "ProposeAgreementChange", late)
    await stage.approve("home")
    assert stage.statuses() == ["in-force", "proposed"]
    await stage.approve("host")
    assert stage.statuses() == ["superseded", "in-force"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda stage: {"programme": stage.programme[:-1] + "2"}, "record-not-found", None),
        (lambda _: {"programme_digest": "0" * 64}, "stale-reference", "programme_digest"),
        (lambda _: {"term": f"term/betaMSP/{'0' * 32}"}, "record-not-found", None),
        (lambda _: {"term": f"term/ministryMSP/{'0' * 32}"}, "not-permitted", None),
        (lambda _: {"rules": f"series/betaMSP/{'0' * 32}"}, "record-not-found", None),
        (
            lambda stage: {"programme": stage.programme.replace(HOME, TEACHING)},
            "not-party",
            "programme",
        ),
        (lambda stage: {"answer_by": stage.world.after(days=15)}, "invalid-argument", "answer_by"),
        (lambda stage: {"answer_by": stage.world.after(days=0)}, "invalid-argument", "answer_by"),
        (lambda _: {"late_reason": "other"}, "invalid-argument", "late_reason"),
        (lambda _: {"table_a": []}, "invalid-argument", "table_a"),
        (lambda stage: stage.tables((1, 1)), "invalid-argument", "table_a.1.course"),
        (
            lambda stage: {"table_a": [stage.row("home-3")]},
            "invalid-argument",
            "table_a.0.course",
        ),
        (
            lambda stage: {"table_a": [stage.row("host-1") | {"digest": "0" * 64}]},
            "stale-reference",
            "table_a.0.digest",
        ),
        (
            lambda stage: {"table_a": [stage.row("host-1"), missing(stage)]},
            "record-not-found",
            "table_a.1.course",
        ),
        (
            lambda stage: {"table_b": [stage.row("home-1") | {"credits": 601}]},
            "invalid-argument",
            "table_b.0.credits",
        ),
        (
            lambda stage: {"table_b": [stage.row("home-1") | {"credits": 0}]},
            "invalid-argument",
            "table_b.0.credits",
        ),
        (
            lambda stage: {"table_b": [stage.row("home-1") | {"credits": 1}] * 17},
            "invalid-argument",
            "table_b",
        ),
    ],
)
async def test_a_proposal_outside_the_rules(
    stage: Stage, change: Any, code: str, field: str | None
) -> None:
    refused = await stage.refused(
        stage.person("student"), "ProposeAgreement", stage.proposal(**change(stage))
    )
    assert (refused.code, refused.field) == (code, field)
    await stage.propose()


def missing(stage: Stage) -> dict[str, str]:
    row = stage.row("host-2")
    return row | {"course": row["course"][:-1] + "2"}


async def test_an_unapproved_course_is_in_no_table(stage: Stage) -> None:
    world = stage.world
    course = world.record(Course, stage.courses["host-2"])
    proposed = course.next(NEXT, status=CourseStatus.PROPOSED, review=None)
    await world.overwrite(proposed, by=(TEACHING,))
    refused = await stage.refused(stage.person("student"), "ProposeAgreement", stage.proposal())
    assert (refused.code, refused.field) == ("wrong-state", "table_a.1.course")
    await stage.propose(**stage.tables((1, 3)))


async def test_a_course_rewritten_meanwhile_is_not_approved(stage: Stage) -> None:
    world = stage.world
    await stage.propose()
    course = world.record(Course, stage.courses["host-2"])
    content = course.content.model_copy(update={"class_hours": 1})
    rewritten = course.next(NEXT, content=content, digest=content.digest())
    await world.overwrite(rewritten, by=(TEACHING,))
    refused = await stage.refused(stage.person("home"), "ApproveAgreement", stage.approval())
    assert (refused.code, refused.field) == ("stale-reference", "table_a.1.digest")
    refusal = stage.approval(approve=False, reason="not-equivalent")
    await stage.submit(stage.person("home"), "ApproveAgreement", refusal)
    assert stage.statuses() == ["refused"]


async def test_one_university_as_host_and_home(world: World) -> None:
    stage = await Stage.built(world, host=HOME)
    await stage.propose()
    assert world.policy(stage.key) == all_peers_of((HOME,))
    await stage.approve("home")
    assert endorsers(world) == {HOME}
    assert stage.statuses() == ["in-force"]
    answers = stage.agreement.versions[0].approvals
    assert answers.host == answers.home


async def test_nothing_private_comes_along(stage: Stage) -> None:
    with pytest.raises(Refused, match="private-input-forbidden"):
        await stage.submit(
            stage.person("student"), "ProposeAgreement", stage.proposal(), private={}
        )
    await stage.propose()


async def test_two_of_four_begin_no_agreement(stage: Stage) -> None:
    with pytest.raises(Exception, match="ENDORSEMENT_POLICY_FAILURE"):
        await stage.submit(
            stage.person("student"),
            "ProposeAgreement",
            stage.proposal(),
            endorsers=(HOME, TEACHING),
        )
    await stage.propose()
