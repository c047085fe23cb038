from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.support.loopback import Loopback


@pytest.fixture(scope="session")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Loopback:
    return Loopback(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True, scope="module")
def _silent_gateway() -> Iterator[None]:
    """The gateway's log belongs to its process: here it would be in the command's output."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"
