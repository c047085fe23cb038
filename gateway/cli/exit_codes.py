"""What the status of the commands that ask a gateway says to programs."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Documented in docs/operations.md and in each command's own help."""

    DONE = 0
    REFUSED = 1
    """The gateway answered with a problem."""
    USAGE = 2
    """The command line, or what was given on standard input, is wrong (typer's own code)."""
    NOT_FINAL = 3
    """Accepted, not final yet: ask for the operation again."""
    UNREACHABLE = 4
    """Nothing answers, its certificate is not to be trusted, or it is no gateway."""
    NOT_LOGGED_IN = 5
    """Nobody is logged in, the token has expired, or the login was not accepted."""
    INTERRUPTED = 130


ADMIN = (
    "0 done; 1 the gateway refused; 2 the command line is wrong; 3 accepted, not final yet; "
    "4 the gateway cannot be reached or trusted; 5 not logged in; 130 interrupted."
)
"""For help texts; the same words as in docs/operations.md."""


class Found(IntEnum):
    """The command did what was asked, and its answer is not the good one."""

    AMISS = 6
    """A linted rule has errors; a replayed decision differs; part of a plan was refused."""
    UNCHECKED = 7
    """A decision could not be replayed whole."""


_COMMON = ADMIN.removesuffix(" 130 interrupted.")
RULES = (
    _COMMON.replace("1 the gateway refused", "1 the gateway refused, or the document is faulty")
    + " 6 the rule has errors (lint); 130 interrupted."
)
DECISIONS = (
    f"{_COMMON} 6 the decision differs (replay); 7 it could not be checked (replay); "
    "130 interrupted."
)
BULK = f"{_COMMON} 6 part of the plan was refused (execute); 130 interrupted."
