"""Which tests share a worker where all run at the same time (`pytest --dist loadgroup`).

What is expensive to set up is set up once: on a small machine three consortia, one with the story,
one for what else a running one shows, and one after the other those that tests start themselves;
and what a file's tests share. Those that take longest begin first, and the short ones of the unit
tests fill the time in which those on Fabric wait.

xdist's own groups are marks, which it writes into the names of tests; pytest 9.2 does not have it.
"""

from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadScopeScheduling

_STORY, _OWN, _SHARED = "story", "own", "shared"
_FIRST = (
    _STORY,
    _OWN,
    _SHARED,
    "tests/scenarios/test_rest_bad_input.py",
    "tests/scenarios/test_rest_authorisation.py",
)
_STARTING_THEIR_OWN = frozenset({"test_documents", "test_interrupts", "test_network_life"})
_BY_FIXTURE = {"on_fabric": _STORY, "consortium": _SHARED}


class Together(LoadScopeScheduling):
    """Gives a group of tests to one worker, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The group of a test: a consortium, or its file; properties run wherever there is room."""
    file = PurePosixPath(nodeid.partition("::")[0])
    if file.stem.startswith("test_on_fabric_"):
        return _STORY
    if file.stem in _STARTING_THEIR_OWN:
        return _OWN
    if file.parent.name == "integration":
        return _SHARED
    return nodeid if file.parent.name == "properties" else str(file)


def place_of(item: pytest.Item) -> int:
    """Where a test comes in the order: the groups that take longest first.

    Raises:
        pytest.UsageError: the test shares a consortium, and its file is in another group.
    """
    group = group_of(item.nodeid)
    for fixture, wanted in _BY_FIXTURE.items():
        if fixture in getattr(item, "fixturenames", ()):
            if group != wanted:
                raise pytest.UsageError(f"{item.nodeid} needs {fixture}: see {__name__}")
            break
    if group in _FIRST:
        return _FIRST.index(group)
    long = item.get_closest_marker("thorough") or item.get_closest_marker("hypothesis")
    return len(_FIRST) + (long is None)
