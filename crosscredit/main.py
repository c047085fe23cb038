"""The command `crosscredit`.

Little is imported here: what a signal meets before the first line of `run` ends in a traceback.
"""

import sys
from typing import NoReturn

from crosscredit.signals import end_at_once, ignore
from gateway.cli.exit_codes import ExitCode


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


def _leave() -> NoReturn:
    # Who keeps pressing Ctrl-C does not want to see the interpreter's end.
    ignore()
    sys.exit(ExitCode.INTERRUPTED)
