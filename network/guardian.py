"""`python -m network.guardian STATE`: wait for the end of standard input, then clear up STATE.

Whoever starts it keeps the other end of the pipe and never writes: the pipe ends when that process
does, even by SIGKILL, and the consortium in STATE must not outlive it.
"""

import asyncio
import signal
import sys
from pathlib import Path

from network.down import stop_noted
from network.files import remove_tree


def main(arguments: list[str]) -> int:
    """Guard one state directory."""
    (state,) = (Path(argument) for argument in arguments)
    # A terminal's Ctrl-C and a closing terminal are for the guarded process, which then ends.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    asyncio.run(stop_noted(state))
    remove_tree(state)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
