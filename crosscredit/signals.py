"""What a signal does to the command before anything was started that must be cleared up."""

import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import TypeAlias

from gateway.cli.exit_codes import ExitCode

_Handler: TypeAlias = Callable[[int, FrameType | None], object] | signal.Handlers
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_at_once() -> None:
    """Let a signal end the process at once: nothing was started that must be cleared up.

    Not by an exception: modules that are being imported may catch it, and tracebacks of imports
    help nobody. Commands that start something take the signals over (`network.interrupt`).
    """
    _on_signals(_end, _end)


def end_as_usual() -> None:
    """Let Ctrl-C raise again: who asks for a passphrase must give the terminal its echo back."""
    _on_signals(signal.default_int_handler, signal.SIG_DFL)


def ignore() -> None:
    """Let nothing interrupt the end: everything is stopped."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _on_signals(interrupted: _Handler, told: _Handler) -> None:
    for number in _SIGNALS:
        # What is ignored was so before us, by nohup for example.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupted if number == signal.SIGINT else told)


def _end(_number: int, _frame: object) -> None:
    os._exit(ExitCode.INTERRUPTED)
