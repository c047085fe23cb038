"""What the statements of a learning process (xAPI) show, and what of it is flagged.

A flag never decides: a rule names which flags bar, ask for a person, or are shown only. Times are
milliseconds: positions in a video from its beginning, instants from 1970-01-01T00:00:00Z.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from chaincode.domain.qualification.shares import WHOLE
from chaincode.domain.values import Value

_LATEST = 2**48
Milliseconds = Annotated[int, Field(ge=0, le=_LATEST)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ProcessFlag(StrEnum):
    """The closed list of what can be flagged."""

    PACE = "pace"
    """Media played faster than the wall clock allows."""
    PARALLEL = "parallel"
    """Two sessions of one account at the same time."""
    AUTOPLAY = "autoplay"
    """Videos that run on by themselves."""
    BURST = "burst"
    """More assessments finished than a person can do."""


class Span(Value):
    """From `begins` to `ends`: of a video's positions, or of a session's instants."""

    begins: Milliseconds
    ends: Milliseconds

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ends < self.begins:
            raise ValueError("a span must not end before it begins")
        return self

    @property
    def length(self) -> int:
        """Its milliseconds."""
        return self.ends - self.begins


class Playback(Value):
    """A video as one account watched it."""

    duration: Annotated[int, Field(ge=1, le=_LATEST)]
    watched: Annotated[tuple[Span, ...], Field(max_length=10_000)]
    """The stretches played, repeats included."""
    wall: Milliseconds
    """How long the watching took by the clock."""

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if any(span.ends > self.duration for span in self.watched):
            raise ValueError("a stretch must not end behind the video's end")
        return self


class Happening(StrEnum):
    """What a statement says, as far as it matters here."""

    VIDEO_BEGAN = "video-began"
    VIDEO_ENDED = "video-ended"
    ASSESSMENT_FINISHED = "assessment-finished"
    OTHER = "other"


class Statement(Value):
    """One statement of the account."""

    at: Milliseconds
    says: Happening


class Thresholds(Value):
    """Where flags begin; a rule gives the numbers, None leaves a flag out."""

    pace_above: Annotated[int, Field(ge=100, le=10_000)] | None = None
    """Media time over wall time, in hundredths: 200 is twice the speed."""
    parallel_over: Milliseconds | None = None
    autoplay_more_than: Count | None = None
    autoplay_within: Milliseconds = 3_000
    burst_more_than: Count | None = None
    burst_within: Milliseconds = 60_000


def watched_time(watched: Iterable[Span]) -> int:
    """The milliseconds of the union of stretches: a part seen twice counts once."""
    total, reached = 0, 0
    for span in sorted(watched, key=lambda one: (one.begins, one.ends)):
        total += max(0, span.ends - max(span.begins, reached))
        reached = max(reached, span.ends)
    return total


def watched_share(playbacks: Sequence[Playback]) -> int:
    """The watched part of all videos, in hundredths of a per cent, rounded down.

    Raises:
        ValueError: there is no video to take a share of.
    """
    duration = sum(playback.duration for playback in playbacks)
    if not duration:
        raise ValueError("there is no video to take a share of")
    return sum(watched_time(one.watched) for one in playbacks) * WHOLE // duration


def too_fast(playbacks: Iterable[Playback], *, above: int) -> bool:
    """Whether a video was played at more than `above` hundredths of its own pace."""
    return any(
        100 * sum(span.length for span in one.watched) > above * one.wall for one in playbacks
    )


def longest_parallel(sessions: Iterable[Span]) -> int:
    """The longest time, in milliseconds, that two of the account's sessions ran together."""
    longest, reached = 0, 0
    for session in sorted(sessions, key=lambda one: (one.begins, one.ends)):
        longest = max(longest, min(reached, session.ends) - session.begins)
        reached = max(reached, session.ends)
    return longest


def longest_autoplay(statements: Iterable[Statement], *, within: int) -> int:
    """How many videos in a row ended with the next beginning `within` milliseconds of it.

    Any other statement of the account ends the row: somebody was there.
    """
    longest = row = 0
    ended_at: int | None = None
    for statement in sorted(statements, key=_in_order):
        if statement.says is Happening.VIDEO_ENDED and ended_at is None:
            ended_at = statement.at
            continue
        began = statement.says is Happening.VIDEO_BEGAN
        if began and ended_at is not None and statement.at - ended_at <= within:
            row += 1
            longest = max(longest, row)
        else:
            row = 0
        ended_at = statement.at if statement.says is Happening.VIDEO_ENDED else None
    return longest


def largest_burst(statements: Iterable[Statement], *, within: int) -> int:
    """The most assessments finished `within` so many milliseconds."""
    times = sorted(one.at for one in statements if one.says is Happening.ASSESSMENT_FINISHED)
    largest = first = 0
    for last, at in enumerate(times):
        while at - times[first] > within:
            first += 1
        largest = max(largest, last - first + 1)
    return largest


def find_flags(
    playbacks: Sequence[Playback],
    sessions: Sequence[Span],
    statements: Sequence[Statement],
    thresholds: Thresholds,
) -> tuple[ProcessFlag, ...]:
    """The flags of one account in one course, in the order of their names."""
    pace, parallel = thresholds.pace_above, thresholds.parallel_over
    autoplay, burst = thresholds.autoplay_more_than, thresholds.burst_more_than
    autoplays = longest_autoplay(statements, within=thresholds.autoplay_within)
    raised = {
        ProcessFlag.PACE: pace is not None and too_fast(playbacks, above=pace),
        ProcessFlag.PARALLEL: parallel is not None and longest_parallel(sessions) > parallel,
        ProcessFlag.AUTOPLAY: autoplay is not None and autoplays > autoplay,
        ProcessFlag.BURST: burst is not None
        and largest_burst(statements, within=thresholds.burst_within) > burst,
    }
    return tuple(sorted(flag for flag, found in raised.items() if found))


def _in_order(statement: Statement) -> tuple[int, bool]:
    # Of one instant, the end of a video comes before the beginning of the next.
    return statement.at, statement.says is not Happening.VIDEO_ENDED
