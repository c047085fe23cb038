"""Random histories through the consortium's own rules: stale endorsements, conflicts, refusals."""

import pytest

from tests.support.redeem_once_on_sandbox import Histories, used_by
from tests.support.world import World


async def played(first: int, count: int) -> Histories:
    world = World()
    await world.found()
    histories = await Histories.on(world)
    for seed in range(first, first + count):
        await histories.play(seed)
    return histories


async def test_no_history_counts_a_credit_twice() -> None:
    tally = (await played(0, 60)).tally
    assert (tally.histories, tally.double_counts) == (60, 0)
    assert tally.ordered["MVCC_READ_CONFLICT"] > 60
    assert tally.refused["already-redeemed"] > 10


@pytest.mark.thorough
@pytest.mark.parametrize("part", range(4))
async def test_nor_does_any_of_a_thousand(part: int) -> None:
    """Ten thousand: `bench/redeem_once.py`."""
    tally = (await played(1_000 + 250 * part, 250)).tally
    assert (tally.histories, tally.double_counts) == (250, 0)
    assert tally.ordered["MVCC_READ_CONFLICT"] > 250


def test_the_count_would_see_a_double_count() -> None:
    use = {"status": "held", "joint": None, "amount": 400, "programme": "a"}
    assert used_by([use, use | {"status": "granted"}]) == 800
    joint = use | {"joint": "j"}
    assert used_by([joint, joint]) == 800
    assert used_by([joint, joint | {"programme": "b"}]) == 400
