"""Corrections, rulings, certificates, confirmations and crashes in any order: decisions stay true.

However it comes, in the end every decision says what a fresh evaluation says, or is open; and each
difference between two of its revisions was told once to each person whom it concerns.
"""

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from chaincode.domain.ruling import RulingKind
from tests.support.examples import examples
from tests.support.followed import Gamma, Process, gamma_alone
from tests.support.followed_case import Case
from tests.support.killing import Fuse

pytestmark = pytest.mark.asyncio(loop_scope="module")
Step = tuple[str, int]
_MARKS = (9_000, 8_500, 7_000, 4_000)
"""As awarded or better, below what the rule asks for, failed."""
_QUIET = ("correct", "arrive", "suspend", "lift", "revoke", "withdraw", "judge", "follow")
STEPS = st.one_of(
    st.tuples(st.sampled_from(_QUIET), st.just(0)),
    st.tuples(st.just("accept"), st.sampled_from(_MARKS)),
    st.tuples(st.just("follow"), st.just(0)),
    st.tuples(st.just("kill"), st.integers(0, 20)),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gamma(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gamma]:
    async with gamma_alone(tmp_path_factory.mktemp("gamma")) as found:
        yield found


async def played(gamma: Gamma, steps: Sequence[Step]) -> None:
    case = Case(gamma)
    async with gamma.process() as process:
        await case.decided(process)
    waiting = list(steps)
    while waiting:
        if waiting[0][0] == "kill":
            await gamma.killed(Fuse(waiting.pop(0)[1]))
            continue
        async with gamma.process() as process:
            while waiting and waiting[0][0] != "kill":
                await _step(case, process, waiting.pop(0))
    async with gamma.process() as process:
        await process.settled()
        await case.require_true(process)
        await case.forgotten(process)


async def _step(case: Case, process: Process, step: Step) -> None:
    name, argument = step
    if name == "accept":
        case.accept(argument)
    elif name == "correct":
        case.correct()
    elif name == "arrive":
        await case.arrive(process)
    elif name == "withdraw":
        case.take_back()
    elif name == "judge":
        case.judge()
    elif name == "follow":
        await process.follower.sweep()
    else:
        case.say(RulingKind(name))


@settings(max_examples=examples(8))
@given(steps=st.lists(STEPS, max_size=12))
async def test_every_decision_stays_true(gamma: Gamma, steps: list[Step]) -> None:
    await played(gamma, steps)


@pytest.mark.thorough
@settings(max_examples=60)
@given(steps=st.lists(STEPS, min_size=6, max_size=30))
async def test_so_does_it_in_long_histories(gamma: Gamma, steps: list[Step]) -> None:
    await played(gamma, steps)


@pytest.mark.parametrize(
    "steps",
    [
        [("accept", 7_000), ("follow", 0), ("arrive", 0), ("follow", 0), ("judge", 0)],
        [("accept", 7_000), ("arrive", 0), ("arrive", 0), ("follow", 0), ("arrive", 0)],
        [("suspend", 0), ("kill", 12), ("lift", 0), ("follow", 0)],
        [("accept", 4_000), ("arrive", 0), ("kill", 15), ("accept", 9_000), ("arrive", 0)],
        [("accept", 4_000), ("arrive", 0), ("kill", 13), ("judge", 0)],
    ],
    ids=[
        "mark after its correction",
        "a mark again",
        "lifted after a crash",
        "there and back",
        "judged before the gateway knows that the revision stands",
    ],
)
async def test_histories_by_name(gamma: Gamma, steps: list[Step]) -> None:
    await played(gamma, steps)
