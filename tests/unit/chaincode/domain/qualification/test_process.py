from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chaincode.domain.qualification.process import (
    Happening,
    Playback,
    ProcessFlag,
    Span,
    Statement,
    Thresholds,
    find_flags,
    largest_burst,
    longest_autoplay,
    longest_parallel,
    too_fast,
    watched_share,
    watched_time,
)

SECOND = 1_000
BEGAN, ENDED = Happening.VIDEO_BEGAN, Happening.VIDEO_ENDED
SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
        lambda ends: Span(begins=min(ends), ends=max(ends))
    ),
    max_size=6,
)


def spans(*ends: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(Span(begins=begins * SECOND, ends=end * SECOND) for begins, end in ends)


def playback(*ends: tuple[int, int], duration: int = 1_000, wall: int = 1_000) -> Playback:
    return Playback(duration=duration * SECOND, watched=spans(*ends), wall=wall * SECOND)


def statements(*given: tuple[float, Happening]) -> tuple[Statement, ...]:
    return tuple(Statement(at=int(at * SECOND), says=says) for at, says in given)


def row(videos: int, *, gap: float = 3) -> list[tuple[float, Happening]]:
    """So many videos of 100 s, each beginning `gap` seconds after the one before."""
    found: list[tuple[float, Happening]] = []
    for place in range(videos):
        begins = place * (100 + gap)
        found += [(begins, BEGAN), (begins + 100, ENDED)]
    return found


def test_watched_share_of_the_facts_page() -> None:
    video = playback((0, 300), (200, 500), (900, 1_000))
    assert watched_time(video.watched) == 600 * SECOND
    assert watched_share([video]) == 6_000


def test_the_share_is_taken_of_all_videos_together_and_rounded_down() -> None:
    assert watched_share([playback((0, 300), duration=300), playback()]) == 2_307
    with pytest.raises(ValueError, match="no video"):
        watched_share([])


@given(SPANS)
def test_watched_time_is_the_union(watched: list[Span]) -> None:
    seconds = {at for span in watched for at in range(span.begins, span.ends)}
    assert watched_time(watched) == watched_time(watched[::-1]) == len(seconds)


@pytest.mark.parametrize(
    ("played", "wall", "flagged"),
    [
        (((0, 1_000),), 500, False),
        (((0, 1_000),), 499, True),
        (((0, 600), (0, 600)), 600, False),
        (((0, 600), (0, 600)), 599, True),
        (((0, 1),), 0, True),
        ((), 0, False),
    ],
)
def test_pace_counts_repeats_and_is_flagged_above_twice(
    *, played: tuple[tuple[int, int], ...], wall: int, flagged: bool
) -> None:
    assert too_fast([playback(), playback(*played, wall=wall)], above=200) is flagged


@pytest.mark.parametrize(
    ("sessions", "seconds"),
    [
        ((), 0),
        (((0, 100),), 0),
        (((0, 100), (100, 200)), 0),
        (((0, 100), (95, 200)), 5),
        (((0, 100), (94, 200)), 6),
        (((0, 100), (10, 20), (90, 97)), 10),
        (((0, 100), (200, 300), (250, 260)), 10),
    ],
)
def test_sessions_side_by_side(sessions: tuple[tuple[int, int], ...], seconds: int) -> None:
    assert longest_parallel(spans(*sessions)) == seconds * SECOND
    flags = find_flags([], spans(*sessions), [], Thresholds(parallel_over=5 * SECOND))
    assert flags == ((ProcessFlag.PARALLEL,) if seconds > 5 else ())


@given(SPANS)
def test_the_longest_overlap_is_that_of_the_worst_pair(sessions: list[Span]) -> None:
    pairs = [
        min(one.ends, other.ends) - max(one.begins, other.begins)
        for one, other in combinations(sessions, 2)
    ]
    assert longest_parallel(sessions) == max([0, *pairs])


@pytest.mark.parametrize(("videos", "flagged"), [(1, False), (4, False), (5, True)])
def test_autoplay_is_more_than_n_videos_in_a_row(*, videos: int, flagged: bool) -> None:
    given = statements(*row(videos))
    assert longest_autoplay(given, within=3 * SECOND) == videos - 1
    flags = find_flags([], [], given, Thresholds(autoplay_more_than=3))
    assert flags == ((ProcessFlag.AUTOPLAY,) if flagged else ())


def test_a_pause_or_any_other_statement_ends_the_row() -> None:
    assert longest_autoplay(statements(*row(9, gap=3.001)), within=3 * SECOND) == 0
    for says in (Happening.OTHER, Happening.ASSESSMENT_FINISHED):
        between = statements(*row(5), (203 + 1, says))  # as the third video begins
        assert longest_autoplay(between, within=3 * SECOND) == 2
        while_playing = statements(*row(5), (250, says))
        assert longest_autoplay(while_playing, within=3 * SECOND) == 2


def test_statements_are_taken_in_the_order_of_time() -> None:
    given = statements(*row(5, gap=0))
    assert longest_autoplay(given[::-1], within=0) == 4


def test_a_video_that_ends_twice_is_no_row() -> None:
    given = statements((0, BEGAN), (100, ENDED), (101, ENDED), (102, BEGAN), (103, BEGAN))
    assert longest_autoplay(given, within=3 * SECOND) == 1


@pytest.mark.parametrize(
    ("times", "most"),
    [((), 0), ((5,), 1), ((0, 60), 2), ((0, 61), 1), ((0, 30, 61, 62, 63, 200), 4)],
)
def test_a_burst_is_the_most_in_a_window(times: tuple[int, ...], most: int) -> None:
    given = statements(*[(at, Happening.ASSESSMENT_FINISHED) for at in times])
    given += statements(*row(3))
    assert largest_burst(given, within=60 * SECOND) == most
    flags = find_flags([], [], given, Thresholds(burst_more_than=3))
    assert flags == ((ProcessFlag.BURST,) if most > 3 else ())


def test_all_flags_at_once_and_none_without_thresholds() -> None:
    playbacks = [playback((0, 1_000), wall=100)]
    sessions = spans((0, 100), (50, 70))
    given = statements(*row(6), *[(700 + at, Happening.ASSESSMENT_FINISHED) for at in range(9)])
    thresholds = Thresholds(
        pace_above=200, parallel_over=5_000, autoplay_more_than=3, burst_more_than=5
    )
    assert find_flags(playbacks, sessions, given, thresholds) == tuple(sorted(ProcessFlag))
    assert find_flags(playbacks, sessions, given, Thresholds()) == ()


def test_spans_and_playbacks_are_held_to_their_shape() -> None:
    with pytest.raises(ValidationError, match="must not end before"):
        Span(begins=2, ends=1)
    with pytest.raises(ValidationError, match="behind the video's end"):
        playback((0, 1_001))
    with pytest.raises(ValidationError):
        Playback(duration=0, watched=(), wall=0)
