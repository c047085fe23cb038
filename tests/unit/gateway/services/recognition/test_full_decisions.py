"""A decision that has no room for revisions is left to its registrars, and nothing tries again."""

from pathlib import Path

import pytest

from chaincode.domain.decision import (
    Claims,
    Computed,
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionTrigger,
)
from chaincode.domain.errors import WrongState
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.redemption import Redemption
from gateway.model.recognition import KeptRevision, Notice, RecognitionApplication
from gateway.services.recognition.difference import Difference
from gateway.services.recognition.kept import opened_revision, sealed_revision
from gateway.services.recognition.notices import opened_notice
from tests.support import recognition
from tests.support import records as made
from tests.support.followed import GAMMA, Process, gamma_alone
from tests.support.followed_case import Case

_INPUTS = tuple(f"{place:064x}" for place in range(128))


def filled(decision: Decision) -> Decision:
    """With the largest revisions that peers take, until no other has room."""
    computed = decision.latest.computed.model_copy(update={"inputs": _INPUTS})
    while not decision.full:
        decision = decision.revised(
            computed,
            trigger=DecisionTrigger.REVIEW,
            differs=False,
            by=f"gateway/{decision.decider}",
            at=made.NOW,
            operation=made.NEXT,
        )
    return decision


async def keep_last(case: Case, process: Process) -> None:
    """What the gateway would have kept of the last revision: the same as of the first."""
    core, decision = process.core, case.recorded()
    async with core.database.writing() as session:
        row = await session.get(KeptRevision, decision.key, 1)
        assert row is not None
        kept = opened_revision(core.box, row)
        session.add(sealed_revision(core.box, decision.key, decision.latest.number, kept))


async def test_what_a_full_decision_says_no_more_its_registrars_are_told(tmp_path: Path) -> None:
    async with gamma_alone(tmp_path) as gamma, gamma.process() as process:
        case = Case(gamma)
        await case.decided(process)
        full = filled(case.recorded())
        gamma.put(full)
        await keep_last(case, process)
        case.correct()
        case.accept(4_000)
        await case.arrive(process)
        await process.settled()
        assert case.recorded() == full
        assert not process.follower._paused
        async with process.core.database.reading() as session:
            [row] = await session.find(Notice, decision=full.key)
        found = opened_notice(process.core.box, row)
        assert isinstance(found, Difference)
        assert (row.person, found.before.outcome, found.after.outcome) == (
            None,
            "recognised",
            "refused",
        )


async def test_what_it_cannot_say_keeps_no_application_open(tmp_path: Path) -> None:
    async with gamma_alone(tmp_path) as gamma, gamma.process() as process:
        case = Case(gamma)
        await case.decided(process)
        gamma.put(filled(case.recorded()))
        await keep_last(case, process)
        redemption = gamma.read(Redemption, sibling(case.enrolment, Kind.REDEMPTION))
        assert redemption is not None
        gamma.put(redemption.released(1, by=f"gateway/{GAMMA}", at=made.NOW, operation=made.NEXT))
        async with process.core.database.writing() as session:
            row = await session.get(RecognitionApplication, case.application)
            assert row is not None
            row.open = True
        assert not await process.parts.worker.settle_open()
        async with process.core.database.reading() as session:
            row = await session.get(RecognitionApplication, case.application)
        assert row is not None
        assert (row.open, row.problem) == (False, "decision-full")


def test_the_revisions_of_a_decision_fit_into_a_record() -> None:
    """The largest that there are, each with a registrar's word; and 64 of an application's."""
    by = f"account/{'A' * 31}MSP/{'f' * 32}"
    for inputs, revisions in ((128, 27), (21, 64)):
        decision = largest(inputs, by)
        assert len(decision.revisions) == revisions
        assert len(decision.encode()) <= decision.size_limit
        with pytest.raises(WrongState, match="no room"):
            revised(decision, inputs)


def largest(inputs: int, by: str) -> Decision:
    """A decision as large as can be, confirmed again and again until it is full."""
    decision = Decision.recorded(
        key=f"decision/{'A' * 31}MSP/{'f' * 32}",
        decider=f"{'A' * 31}MSP",
        rule=f"rule/{'A' * 31}MSP/{'f' * 32}/9999",
        rule_digest="f" * 64,
        evaluator=1_000,
        programme=f"programme/{'A' * 31}MSP/{'f' * 32}/9999",
        computed=computed(inputs),
        trigger=DecisionTrigger.CERTIFICATION,
        by=f"gateway/{'A' * 31}MSP",
        at=made.NOW,
        operation="f" * 32,
    )
    while not decision.full:
        decision = revised(confirmed(decision, by), inputs)
    return confirmed(decision, by)


def computed(inputs: int) -> Computed:
    return Computed(
        decided_on=recognition.DAY,
        outcome=DecisionOutcome.COULD_NOT_CHECK,
        inputs=_INPUTS[:inputs],
        explanation_commitment="f" * 64,
        automatic=False,
        claims=Claims(credits=2_000_000, below_grade=False),
    )


def revised(decision: Decision, inputs: int) -> Decision:
    return decision.revised(
        computed(inputs),
        trigger=DecisionTrigger.CERTIFICATION,
        differs=True,
        by=f"gateway/{decision.decider}",
        at=made.NOW,
        operation="f" * 32,
    )


def confirmed(decision: Decision, by: str) -> Decision:
    return decision.confirmed(
        outcome=DecisionOutcome.COULD_NOT_CHECK,
        reason=ConfirmationReason.AS_COMPUTED,
        by=by,
        at=made.NOW,
        operation="f" * 32,
    )
