"""What passes by itself is waited for, what does not is told at once."""

import pytest

from gateway.founding import patiently
from gateway.services.errors import (
    CertificationUnavailable,
    LedgerConflict,
    LedgerRefused,
    LedgerUnavailable,
    OutcomeUnknown,
    ServiceError,
)


class Step:
    """Fails so many times with an error, then is done."""

    def __init__(self, error: ServiceError, times: int) -> None:
        self.error = error
        self.left = times
        self.taken = 0

    async def __call__(self) -> str:
        self.taken += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


@pytest.mark.parametrize(
    "error", [LedgerUnavailable, LedgerConflict, OutcomeUnknown, CertificationUnavailable]
)
async def test_what_passes_is_tried_again(error: type[ServiceError]) -> None:
    step = Step(error("not yet"), times=3)
    assert await patiently(step, seconds=60, pause=0) == "done"
    assert step.taken == 4


async def test_a_refusal_is_told_at_once() -> None:
    step = Step(LedgerRefused("not-permitted", "no"), times=3)
    with pytest.raises(LedgerRefused):
        await patiently(step, seconds=60, pause=0)
    assert step.taken == 1


async def test_patience_ends_with_what_was_said_last() -> None:
    step = Step(LedgerUnavailable("nobody is there"), times=10**9)
    with pytest.raises(LedgerUnavailable, match="nobody is there"):
        await patiently(step, seconds=0.05, pause=0.01)
    assert step.taken > 1
