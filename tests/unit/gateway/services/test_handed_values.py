"""What a new home makes of the values that came, without a gateway around it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind
from chaincode.domain.transfer import FaultKind, PieceKind
from gateway.services.recognition.incoming import ShownMark
from gateway.services.transfers.held import Examined, HeldValues, examine, fault
from tests.support.correcting import correct
from tests.support.life import ENROLMENT_KEY, FINAL, MARKS, RESULT_SALT
from tests.support.records import PARTS, opened_grade
from tests.support.redeeming import holding_of
from tests.support.snapshots import KeptWorld
from tests.support.world import World


@pytest.fixture
async def world() -> World:
    world = await KeptWorld.founded()
    await world.advance(after="AwardCredit")
    return world


def values(holding: Holding, **change: Any) -> HeldValues:
    award = holding.require_result()
    fields: dict[str, Any] = {
        "enrolment": holding.enrolment.key,
        "enrolment_key": ENROLMENT_KEY.hex(),
        "marks": tuple(opened_grade(n, MARKS[part.id]) for n, part in enumerate(PARTS, 1)),
        "result": ShownMark(mark=FINAL, salt=RESULT_SALT.hex(), commitment=award.result_commitment),
    }
    return HeldValues(**fields | change)


def found(holding: Holding, owed_at: datetime | None = None, **change: Any) -> Examined:
    later = holding.require_result().at + timedelta(days=1)
    return examine(holding, values(holding, **change), owed_at=owed_at or later)


async def test_true_values_are_all_taken(world: World) -> None:
    holding = holding_of(world)
    good, sent = found(holding), values(holding)
    assert good.faults == ()
    assert (good.key, good.marks, good.result) == (ENROLMENT_KEY, sent.marks, sent.result)


@pytest.mark.parametrize(
    ("piece", "number", "altered", "kind"),
    [
        (PieceKind.ENROLMENT_KEY, None, {"enrolment_key": None}, FaultKind.MISSING),
        (PieceKind.ENROLMENT_KEY, None, {"enrolment_key": "0" * 64}, FaultKind.ALTERED),
        (PieceKind.RESULT, None, {"result": None}, FaultKind.MISSING),
        (PieceKind.MARK, 2, {"marks": (opened_grade(1, MARKS["essay"]),)}, FaultKind.MISSING),
        (
            PieceKind.MARK,
            2,
            {"marks": (opened_grade(1, MARKS["essay"]), opened_grade(2, 9_999))},
            FaultKind.ALTERED,
        ),
    ],
)
async def test_each_fault_is_named_and_the_rest_is_taken(
    world: World,
    piece: PieceKind,
    number: int | None,
    altered: dict[str, Any],
    kind: FaultKind,
) -> None:
    holding = holding_of(world)
    bad = found(holding, **altered)
    assert bad.faults == (fault(piece, kind, number),)
    assert (bad.key is None) is (piece is PieceKind.ENROLMENT_KEY)
    assert (bad.result is None) is (piece is PieceKind.RESULT)
    assert len(bad.marks) == len(PARTS) - (piece is PieceKind.MARK)


@pytest.mark.parametrize("change", [{"mark": FINAL + 1}, {"salt": "0" * 64}])
async def test_a_final_mark_opens_the_award(world: World, change: dict[str, Any]) -> None:
    holding = holding_of(world)
    true = values(holding).result
    assert true is not None
    bad = found(holding, result=true.model_copy(update=change))
    assert bad.faults == (fault(PieceKind.RESULT, FaultKind.ALTERED),)


async def test_of_another_award_it_is_altered_unless_the_award_came_later(world: World) -> None:
    holding = holding_of(world)
    true = values(holding).result
    assert true is not None
    other = true.model_copy(update={"commitment": "0" * 64})
    bad = found(holding, result=other)
    assert bad.faults == (fault(PieceKind.RESULT, FaultKind.ALTERED),)
    before = holding.require_result().at - timedelta(seconds=1)
    late = found(holding, before, result=other)
    assert (late.faults, late.result) == ((), None)


async def test_what_was_awarded_in_the_very_second_of_the_release_is_owed(world: World) -> None:
    holding = holding_of(world)
    bare = found(holding, holding.require_result().at, marks=(), result=None)
    marks = tuple(fault(PieceKind.MARK, FaultKind.MISSING, number) for number in (1, 2))
    assert bare.faults == (*marks, fault(PieceKind.RESULT, FaultKind.MISSING))


async def test_a_correction_is_owed_if_it_stood_at_the_release(world: World) -> None:
    number = await correct(world, 9_000)
    holding = holding_of(world)
    entered = holding.grade.entries[-1].at
    later = entered + timedelta(seconds=1)
    bad = found(holding, later)
    assert bad.faults == (fault(PieceKind.MARK, FaultKind.MISSING, number),)
    since = found(holding, entered)
    assert (since.faults, len(since.marks)) == ((), len(PARTS))
    more = (*values(holding).marks, opened_grade(number, 9_000))
    assert found(holding, later, marks=more).faults == ()


async def test_a_mark_that_this_peer_does_not_show_yet_is_left_for_later(world: World) -> None:
    holding = holding_of(world)
    early = found(holding, marks=(*values(holding).marks, opened_grade(3, 9_000)))
    assert (early.faults, len(early.marks)) == ((), len(PARTS))
    assert len(world.stored(world.slot(Kind.GRADE))["entries"]) == len(PARTS)
