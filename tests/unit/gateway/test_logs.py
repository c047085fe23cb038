import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from gateway.logs import log_as_json


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_own_and_libraries_words_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json()
    structlog.get_logger().info("operation waits", operation="a")
    logging.getLogger("some.library").warning("slow %s", "query")
    logging.getLogger("some.library").info("chatter")
    first, second = lines(capsys)
    assert (first["event"], first["operation"], first["level"]) == ("operation waits", "a", "info")
    assert (second["event"], second["level"]) == ("slow query", "warning")


def test_an_exceptions_text_stays_inside(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json()
    try:
        int("Maria Álvarez")
    except ValueError:
        logging.getLogger("some.library").exception("it failed")
        structlog.get_logger().error("it failed", exc_info=True)
    for line in lines(capsys):
        assert line["error"] == "ValueError"
        assert "test_logs.py" in str(line["at"])
        assert "Maria" not in json.dumps(line, ensure_ascii=False)
