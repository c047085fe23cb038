"""What the command's exit status says to programs."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Documented in docs/operations.md and in `crosscredit --help`."""

    DONE = 0
    REFUSED = 1
    """The gateway answered with a problem."""
    USAGE = 2
    """The command line is wrong (typer's own code)."""
    NOT_FINAL = 3
    """Accepted, not final yet: ask for the operation again."""
    UNREACHABLE = 4
    """The gateway cannot be reached, or its certificate is not to be trusted."""
    NOT_LOGGED_IN = 5
    INTERRUPTED = 130
