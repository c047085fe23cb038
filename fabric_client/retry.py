"""Which failures pass by themselves, and how to go on after each."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import grpc

from fabric_client.blocks.validation_code import ValidationCode
from fabric_client.gateway_errors import (
    CommitError,
    CommitStatusError,
    EndorseError,
    EvaluateError,
    EventsError,
    GatewayError,
    OutcomeUnknownError,
    SubmitError,
)
from fabric_client.gateway_service import TOO_MANY

_T = TypeVar("_T")

# discovery and registry, while gossip has not found everybody (after a start, during an upgrade)
_PASSING_PRECONDITIONS = (
    "no peer combination",
    "not installed on sufficient peers",
    "no combination of peers can be derived",
    "failed to find any endorsing peers",
    "no peers available",
)
# peers that have not all committed the last block read different versions; so does a chaincode that
# is not deterministic, for which every repetition fails alike
_OUT_OF_STEP = "ProposalResponsePayloads do not match"
# how a stream ends when a peer stops: by its own cancelling, or by a reset of the connection
_BROKEN_STREAMS = {grpc.StatusCode.CANCELLED, grpc.StatusCode.INTERNAL}
_CONFLICTS = {ValidationCode.MVCC_READ_CONFLICT, ValidationCode.PHANTOM_READ_CONFLICT}


class Advice(Enum):
    """What to do after a failure."""

    GIVE_UP = "give up: it will fail again"
    REPEAT = "make the same call again"
    ASK_STATUS = "ask for the commit status; submit nothing"
    NEW_TRANSACTION = "read again and propose anew: this transaction is void for good"


def advice(error: BaseException) -> Advice:
    """Tell how to go on after an error; what is not known is given up."""
    if isinstance(error, CommitError):
        return Advice.NEW_TRANSACTION if error.code in _CONFLICTS else Advice.GIVE_UP
    if isinstance(error, CommitStatusError):
        return Advice.REPEAT if _passes(error, timeouts=True) else Advice.GIVE_UP
    if isinstance(error, OutcomeUnknownError):
        return Advice.ASK_STATUS
    if isinstance(error, EventsError) and error.status in _BROKEN_STREAMS:
        return Advice.REPEAT
    if isinstance(error, EvaluateError | EndorseError | SubmitError | EventsError):
        return Advice.REPEAT if _passes(error) else Advice.GIVE_UP
    return Advice.GIVE_UP


def _passes(error: GatewayError, *, timeouts: bool = False) -> bool:
    match error.status:
        case grpc.StatusCode.UNAVAILABLE:
            return True
        case grpc.StatusCode.UNKNOWN:
            return error.message.startswith(TOO_MANY)
        case grpc.StatusCode.FAILED_PRECONDITION:
            return any(text in error.message for text in _PASSING_PRECONDITIONS)
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return timeouts
        case grpc.StatusCode.ABORTED:
            return any(item.message.startswith(_OUT_OF_STEP) for item in error.details)
    return False


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Repeats a call with growing pauses, for a bounded time.

    Attributes:
        initial: the first pause, in seconds.
        factor: by how much each pause is longer than the one before.
        maximum: the longest pause.
        limit: how long to go on altogether; 0 never repeats.
        jitter: the share of each pause that is left to chance, so that clients fall out of step.
    """

    initial: float = 0.1
    factor: float = 2.0
    maximum: float = 2.0
    limit: float = 20.0
    jitter: float = 0.5

    def pause(self, attempt: int) -> float:
        """Give the pause after an attempt (from 0), in seconds."""
        whole = min(self.maximum, self.initial * self.factor ** min(attempt, 64))
        return whole * (1 - self.jitter * random.random())  # noqa: S311 -- no secret

    async def run(
        self,
        call: Callable[[], Awaitable[_T]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] | None = None,
    ) -> _T:
        """Make a call until it succeeds, fails for good, or the time is up.

        Raises:
            FabricClientError: the last failure, as it was.
        """
        now = clock or asyncio.get_running_loop().time
        end = now() + self.limit
        attempt = 0
        while True:
            try:
                return await call()
            except GatewayError as error:
                pause = self.pause(attempt)
                if advice(error) is not Advice.REPEAT or now() + pause >= end:
                    raise
            attempt += 1
            await sleep(pause)


NEVER = RetryPolicy(limit=0.0)
"""Makes each call once."""
