from collections.abc import Awaitable, Callable

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabric_client import (
    CommitError,
    CommitStatusError,
    EndorseError,
    EvaluateError,
    EventsError,
    OutcomeUnknownError,
    PeerError,
    SubmitError,
)
from fabric_client.blocks import ValidationCode
from fabric_client.retry import Advice, RetryPolicy, advice

S = grpc.StatusCode
OUT_OF_STEP = PeerError("peer:7051", "betaMSP", "ProposalResponsePayloads do not match")
REFUSED = PeerError("peer:7051", "betaMSP", "chaincode response 500, no")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EvaluateError("t", S.UNAVAILABLE, "gone"), Advice.REPEAT),
        (EvaluateError("t", S.UNKNOWN, "chaincode said no"), Advice.GIVE_UP),
        (EvaluateError("t", S.UNKNOWN, "too many requests for x"), Advice.REPEAT),
        (EvaluateError("t", S.DEADLINE_EXCEEDED, "slow"), Advice.GIVE_UP),
        (EndorseError("t", S.UNAVAILABLE, "failed to find any endorsing peers"), Advice.REPEAT),
        (EndorseError("t", S.FAILED_PRECONDITION, "no peer combination …"), Advice.REPEAT),
        (EndorseError("t", S.FAILED_PRECONDITION, "not installed on sufficient"), Advice.GIVE_UP),
        (
            EndorseError("t", S.FAILED_PRECONDITION, "cc not installed on sufficient peers"),
            Advice.REPEAT,
        ),
        (EndorseError("t", S.ABORTED, "failed to endorse"), Advice.GIVE_UP),
        (EndorseError("t", S.ABORTED, "x", [OUT_OF_STEP]), Advice.REPEAT),
        (EndorseError("t", S.ABORTED, "x", [REFUSED]), Advice.GIVE_UP),
        (EndorseError("t", S.RESOURCE_EXHAUSTED, "message too large"), Advice.GIVE_UP),
        (SubmitError("t", S.UNAVAILABLE, "no orderer nodes available"), Advice.REPEAT),
        (SubmitError("t", S.ABORTED, "FORBIDDEN"), Advice.GIVE_UP),
        (OutcomeUnknownError("t", S.UNAVAILABLE, "request already processed"), Advice.ASK_STATUS),
        (OutcomeUnknownError("t", S.DEADLINE_EXCEEDED, "slow"), Advice.ASK_STATUS),
        (CommitStatusError("t", S.UNAVAILABLE, "gone"), Advice.REPEAT),
        (CommitStatusError("t", S.DEADLINE_EXCEEDED, "slow"), Advice.REPEAT),
        (CommitStatusError("t", S.PERMISSION_DENIED, "no"), Advice.GIVE_UP),
        (EventsError("", S.CANCELLED, "stopping"), Advice.REPEAT),
        (EventsError("", S.PERMISSION_DENIED, "no"), Advice.GIVE_UP),
        (CommitError("t", 1, ValidationCode.MVCC_READ_CONFLICT), Advice.NEW_TRANSACTION),
        (CommitError("t", 1, ValidationCode.PHANTOM_READ_CONFLICT), Advice.NEW_TRANSACTION),
        (CommitError("t", 1, ValidationCode.ENDORSEMENT_POLICY_FAILURE), Advice.GIVE_UP),
        (ValueError("a bug"), Advice.GIVE_UP),
    ],
)
def test_advice(error: Exception, expected: Advice) -> None:
    assert advice(error) is expected


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, pause: float) -> None:
        self.pauses.append(pause)
        self.now += pause


def failing(times: int, error: Exception) -> tuple[Callable[[], Awaitable[str]], list[int]]:
    calls: list[int] = []

    async def call() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return "done"

    return call, calls


GONE = EvaluateError("t", S.UNAVAILABLE, "gone")


async def test_pauses_grow_to_their_maximum() -> None:
    time = Time()
    call, _ = failing(4, GONE)
    policy = RetryPolicy(initial=1, factor=2, maximum=3, limit=100, jitter=0)
    assert await policy.run(call, sleep=time.sleep, clock=time) == "done"
    assert time.pauses == [1, 2, 3, 3]


async def test_it_ends_before_the_limit() -> None:
    time = Time()
    call, calls = failing(1000, GONE)
    policy = RetryPolicy(initial=1, factor=1, maximum=1, limit=3, jitter=0)
    with pytest.raises(EvaluateError):
        await policy.run(call, sleep=time.sleep, clock=time)
    assert len(calls) == 3
    assert time.now < 103


@pytest.mark.parametrize(
    "error", [EndorseError("t", S.ABORTED, "no"), OutcomeUnknownError("t", S.UNAVAILABLE, "hm")]
)
async def test_what_does_not_pass_is_raised_at_once(error: Exception) -> None:
    time = Time()
    call, calls = failing(1, error)
    with pytest.raises(type(error)):
        await RetryPolicy().run(call, sleep=time.sleep, clock=time)
    assert (len(calls), time.pauses) == (1, [])


@given(st.integers(0, 10_000))
def test_every_pause_is_within_bounds(attempt: int) -> None:
    policy = RetryPolicy(initial=0.1, factor=2, maximum=2, jitter=0.5)
    assert 0.05 <= policy.pause(attempt) <= 2
