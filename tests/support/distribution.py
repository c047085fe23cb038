"""Which tests share a worker where several run tests at the same time (`--dist loadgroup`).

What is expensive to set up is set up once: on a machine with few processors three consortia, one
with the story, one for what else a running one shows, and one after the other those that tests
start themselves; and the world of each file of long scenarios.
"""

import pytest

_STORY, _SHARED, _OWN = "story", "shared", "own"
_FIRST = (_STORY, _OWN, _SHARED)


def together(item: pytest.Item) -> str | None:
    """The name of a test's group; None for one that may run anywhere."""
    fixtures = getattr(item, "fixturenames", ())
    if "on_fabric" in fixtures:
        return _STORY
    if "consortium" in fixtures:
        return _SHARED
    if item.get_closest_marker("fabric"):
        return _OWN
    if item.get_closest_marker("thorough") and "tests/scenarios/" in item.nodeid:
        return item.path.stem
    return None


def begins(item: pytest.Item) -> int:
    """Where a test comes in the order: what takes longest in one piece first."""
    group = together(item)
    if group is None:
        return len(_FIRST) + 1
    return _FIRST.index(group) if group in _FIRST else len(_FIRST)
