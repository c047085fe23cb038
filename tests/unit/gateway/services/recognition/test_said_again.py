"""A home that says the same again uses up no room for revisions of another member's decision."""

from pathlib import Path

import pytest

from tests.support.followed import gamma_alone
from tests.support.followed_case import Case


@pytest.mark.parametrize("mark", [4_000, 9_000])
async def test_what_was_said_before_is_not_recorded_again(tmp_path: Path, mark: int) -> None:
    async with gamma_alone(tmp_path) as gamma, gamma.process() as process:
        case = Case(gamma)
        await case.decided(process)
        case.correct()
        case.accept(mark)
        await case.arrive(process)
        await process.settled()
        once = case.recorded()
        assert len(once.revisions) > 1
        for _ in range(3):
            await case.arrive(process)
            await process.settled()
        assert case.recorded() == once

        case.correct()
        case.accept(8_000)
        await process.settled()
        unknown = case.recorded()
        await case.arrive(process)
        await process.settled()
        assert len(case.recorded().revisions) > len(unknown.revisions) > len(once.revisions)
        await case.require_true(process)
