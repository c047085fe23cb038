"""The command `crosscredit`.

Little is imported here: what a signal meets before the first line of `run` ends in a traceback.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from gateway.cli.exit_codes import ExitCode

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run() -> None:
    """Run the command; Ctrl-C ends it with 130 and without a traceback."""
    try:
        with loading():
            from gateway.cli.commands import app  # noqa: PLC0415 - so that signals are looked after
        app()
    except KeyboardInterrupt:
        _leave()
    except SystemExit as end:
        if end.code == ExitCode.INTERRUPTED:
            _leave()
        raise


@contextmanager
def loading() -> Iterator[None]:
    """Let a signal end the process at once while modules are imported: nothing was started yet.

    Not by an exception: modules may catch it, and tracebacks of imports help nobody.
    """
    heard = [number for number in _SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, _end) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave() -> NoReturn:
    # Everything is stopped. Who keeps pressing Ctrl-C does not want to see the interpreter's end.
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(ExitCode.INTERRUPTED)


def _end(_number: int, _frame: object) -> None:
    os._exit(ExitCode.INTERRUPTED)
