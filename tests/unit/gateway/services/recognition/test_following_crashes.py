"""Who follows decisions, killed at every moment: it goes on, and tells of nothing twice."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chaincode.domain.decision import DecisionOutcome, DecisionStatus
from chaincode.domain.ruling import RulingKind
from gateway.model.recognition import RecognitionApplication
from tests.support.followed import Gamma, gamma_alone
from tests.support.followed_case import Case
from tests.support.killing import Fuse

pytestmark = pytest.mark.asyncio(loop_scope="module")
RECOGNISED, REFUSED = DecisionOutcome.RECOGNISED, DecisionOutcome.REFUSED
COULD_NOT_CHECK = DecisionOutcome.COULD_NOT_CHECK
MOMENTS = {True: 18, False: 16}
"""Before and after each effect of following one change, with its mark or without; held below."""
_EVERY = [(arrived, moment) for arrived, count in MOMENTS.items() for moment in range(count)]
_SOME = [(True, 1), *((False, moment) for moment in range(12, MOMENTS[False]))]
"""Among them: the revision is on the ledger, and the gateway does not know it yet."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gamma(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gamma]:
    async with gamma_alone(tmp_path_factory.mktemp("gamma")) as found:
        yield found


async def corrected(gamma: Gamma, *, arrived: bool) -> Case:
    """A correction below what the rule asks for, that nobody has looked at."""
    case = Case(gamma)
    async with gamma.process() as process:
        await case.decided(process)
        case.correct()
        case.accept(7_000)
        if arrived:
            await case.arrive(process)
    return case


async def finished(gamma: Gamma, case: Case) -> None:
    async with gamma.process() as process:
        await process.settled()
        await case.require_true(process)
        await case.forgotten(process)


async def killed(gamma: Gamma, moment: int, *, arrived: bool) -> None:
    case = await corrected(gamma, arrived=arrived)
    fuse = Fuse(moment)
    await gamma.killed(fuse)
    assert fuse.passed == moment, "there are fewer moments than MOMENTS"
    await finished(gamma, case)
    decision = case.recorded()
    assert decision.status is DecisionStatus.REOPENED
    assert len(decision.revisions) == 2, "looked at once"


@pytest.mark.parametrize(("arrived", "moment"), _SOME)
async def test_killed_around_the_revision(gamma: Gamma, moment: int, arrived: bool) -> None:  # noqa: FBT001 - a parameter
    await killed(gamma, moment, arrived=arrived)


@pytest.mark.thorough
@pytest.mark.parametrize(("arrived", "moment"), _EVERY)
async def test_killed_at_any_moment(gamma: Gamma, moment: int, arrived: bool) -> None:  # noqa: FBT001 - a parameter
    await killed(gamma, moment, arrived=arrived)


@pytest.mark.parametrize("arrived", MOMENTS)
async def test_the_moments_are_all_of_them(gamma: Gamma, arrived: bool) -> None:  # noqa: FBT001 - a parameter
    case = await corrected(gamma, arrived=arrived)
    fuse = Fuse(None)
    await gamma.killed(fuse)
    assert fuse.passed == MOMENTS[arrived]
    await finished(gamma, case)


async def test_a_mark_that_arrives_while_a_revision_is_under_way(gamma: Gamma) -> None:
    case = await corrected(gamma, arrived=False)
    await gamma.killed(Fuse(4))
    assert len(case.recorded().revisions) == 1
    # A process that goes on with nothing yet.
    async with gamma.process(Fuse(None)) as process:
        await case.arrive(process)
    await finished(gamma, case)
    outcomes = [one.computed.outcome for one in case.recorded().revisions]
    assert outcomes == [RECOGNISED, COULD_NOT_CHECK, REFUSED]


async def test_whatever_moved_the_credits_are_looked_at(gamma: Gamma) -> None:
    """A revocation that gives back may have come and gone, and leave the same to be said."""
    for judged in (False, True):
        case = Case(gamma)
        async with gamma.process() as process:
            await case.decided(process)
            if judged:
                gamma.put(case.recorded().model_copy(update={"holds": REFUSED}))
            case.say(RulingKind.REVOKE)
            case.say(RulingKind.LIFT)
            await process.settled()
            async with process.core.database.reading() as session:
                application = await session.get(RecognitionApplication, case.application)
            assert application is not None
            assert application.open
            assert len(case.recorded().revisions) == (1 if judged else 2)
