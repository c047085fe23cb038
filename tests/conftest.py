import gc
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from xdist.remote import Producer

from network.binaries import Binaries
from network.up import Running
from tests.support.consortium import NOT_HAD, need_fabric, shared_consortium
from tests.support.distribution import Together, place_of
from tests.support.examples import register_profiles
from tests.support.on_fabric.stage import OnFabric, story_on

_LONG_SECONDS = 1200
_YOUNG_OBJECTS = 20_000

register_profiles()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def fabric() -> Binaries:
    """Fabric's programs, built first where there are none."""
    return await need_fabric()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def consortium(fabric: Binaries) -> AsyncIterator[Running]:
    """The run's consortium: `.layout` has every member's keys, certificates and endpoints."""
    async with shared_consortium(fabric) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def on_fabric(consortium: Running) -> AsyncIterator[OnFabric]:
    """The run's consortium once the whole story was played on it."""
    async with story_on(consortium) as stage:
        yield stage


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # A safety net: the first on Fabric has the consortium started, and the walks of `thorough` are
    # long; both are slow on a busy machine.
    for item in items:
        long = item.get_closest_marker("fabric") or item.get_closest_marker("thorough")
        if long and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_LONG_SECONDS))
    if getattr(config.option, "loadgroup", False):  # a worker among several
        items.sort(key=place_of)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_finish() -> None:
    # What is imported by now stays to the end: the collector need not walk through it again and
    # again, which is a fifth of the time of all tests. What tests leave behind can wait a little.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = [why[2] for why in skipped if isinstance(why, tuple) and NOT_HAD in why[2]]
    if reasons:
        terminalreporter.section("Fabric tests that were not run")
        terminalreporter.line(f"{len(reasons)} tests: {reasons[0].removeprefix('Skipped: ')}")
