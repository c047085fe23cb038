"""A recognition that was reopened, of a credit that then moves to another home."""

from pathlib import Path

import pytest

from chaincode.domain.decision import DecisionOutcome, DecisionStatus, DecisionTrigger
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.redemption import Redemption
from chaincode.domain.transfer import Transfer
from tests.support import records as made
from tests.support.followed import GAMMA, Gamma, Process, gamma_alone
from tests.support.followed_case import Case

_BY = {"by": made.REGISTRAR, "at": made.NOW, "operation": made.NEXT}


def move(gamma: Gamma, enrolment: str) -> None:
    """The credit's home was gamma, and is alpha: what gamma redeemed is free."""
    transfer = Transfer.requested(
        None,
        key=sibling(enrolment, Kind.TRANSFER),
        source=GAMMA,
        target="alphaMSP",
        student=made.STUDENT,
        **_BY,
    )
    gamma.put(transfer.released(member=GAMMA, **_BY).accepted(member="alphaMSP", **_BY))
    redemption = gamma.read(Redemption, sibling(enrolment, Kind.REDEMPTION))
    assert redemption is not None
    freed = redemption.freed_from(GAMMA, **_BY)
    assert freed is not None
    gamma.put(freed)


async def settled(process: Process) -> None:
    """Until neither who follows nor who decides has anything to do."""
    await process.settled()
    while await process.parts.worker.settle_open():
        await process.settled()


@pytest.mark.parametrize("ends", ["withdrawn", "annulled"])
async def test_what_was_reopened_ends_with_the_move(tmp_path: Path, ends: str) -> None:
    async with gamma_alone(tmp_path) as gamma, gamma.process() as process:
        case = Case(gamma)
        await case.decided(process)
        case.correct()
        case.accept(4_000)
        await case.arrive(process)
        await settled(process)
        reopened = case.recorded()
        assert reopened.status is DecisionStatus.REOPENED
        assert reopened.holds is DecisionOutcome.RECOGNISED
        if ends == "annulled":
            case.judge()
        move(gamma, case.enrolment)
        await settled(process)
        found = case.recorded()
        assert found.status.value == ends
        if ends == "withdrawn":
            assert found.latest.trigger is DecisionTrigger.WITHDRAWAL


async def test_what_was_refused_and_reopened_waits_for_its_registrar(tmp_path: Path) -> None:
    async with gamma_alone(tmp_path) as gamma, gamma.process() as process:
        case = Case(gamma)
        await case.decided(process)
        case.correct()
        case.accept(4_000)
        await case.arrive(process)
        await settled(process)
        case.judge()
        case.correct()
        case.accept(9_000)
        await case.arrive(process)
        await process.settled()
        move(gamma, case.enrolment)
        await settled(process)
        found = case.recorded()
        assert (found.status, found.holds) == (DecisionStatus.REOPENED, DecisionOutcome.REFUSED)
