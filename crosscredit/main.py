"""The command `crosscredit`.

Little is imported here: what a signal meets before the first line of `run` ends in a traceback.
"""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, TypeAlias

from gateway.cli.exit_codes import ExitCode

_Handler: TypeAlias = Callable[[int, FrameType | None], object] | signal.Handlers
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run() -> None:
    """Run the command; Ctrl-C ends it with 130 and without a traceback."""
    try:
        end_at_once()
        from crosscredit.commands import app  # noqa: PLC0415 - signals are looked after from here

        app()
    except KeyboardInterrupt:
        _leave()
    except SystemExit as end:
        if end.code == ExitCode.INTERRUPTED:
            _leave()
        raise


def end_at_once() -> None:
    """Let a signal end the process at once: nothing was started that must be cleared up.

    Not by an exception: modules that are being imported may catch it, and tracebacks of imports
    help nobody. Commands that start something take the signals over (`network.interrupt`).
    """
    _on_signals(_end, _end)


def end_as_usual() -> None:
    """Let Ctrl-C raise again: who asks for a passphrase must give the terminal its echo back."""
    _on_signals(signal.default_int_handler, signal.SIG_DFL)


def _on_signals(interrupted: _Handler, told: _Handler) -> None:
    for number in _SIGNALS:
        # What is ignored was so before us, by nohup for example.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupted if number == signal.SIGINT else told)


def _leave() -> NoReturn:
    # Everything is stopped. Who keeps pressing Ctrl-C does not want to see the interpreter's end.
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(ExitCode.INTERRUPTED)


def _end(_number: int, _frame: object) -> None:
    os._exit(ExitCode.INTERRUPTED)
