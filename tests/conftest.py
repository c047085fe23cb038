from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from network.up import Running
from tests.support.consortium import not_run, shared_consortium


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def consortium() -> AsyncIterator[Running]:
    """The run's consortium: `.layout` has every member's keys, certificates and endpoints."""
    async with shared_consortium() as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not not_run:
        return
    skipped = sum("Fabric cannot be had" in str(r.longrepr) for r in _skipped(terminalreporter))
    terminalreporter.section("Fabric tests that were not run")
    terminalreporter.line(f"{skipped} tests need Fabric, which cannot be had: {not_run[0]}")


def _skipped(terminalreporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    return terminalreporter.stats.get("skipped", [])
