"""Running a command's coroutine so that Ctrl-C and SIGTERM end it cleanly, with an exit code."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from network.errors import NetworkError

INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_Result = TypeVar("_Result")


def run_to_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run to the end; on a signal, cancel and wait until everything is cleared up.

    A second signal changes nothing: clearing up is never cut short.

    Raises:
        SystemExit: with the error's code after its message, or 130 after a signal.
    """
    try:
        return asyncio.run(_cancellable(work))
    except asyncio.CancelledError:
        sys.stderr.write("Interrupted; everything that was started is stopped.\n")
        raise SystemExit(INTERRUPTED) from None
    except NetworkError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_code) from error


async def whole(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Await something that a cancellation must not cut short, such as clearing up.

    A shield alone is not enough: who is cancelled would leave at once, and the loop would end
    before the work does.

    Raises:
        CancelledError: somebody cancelled meanwhile; the work is done nevertheless.
    """
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    result = task.result()
    if cancelled:
        raise asyncio.CancelledError
    return result


async def _cancellable(work: Coroutine[Any, Any, _Result]) -> _Result:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    cancelled = False

    def cancel() -> None:
        nonlocal cancelled
        if not cancelled:
            cancelled = True
            task.cancel()

    # nohup says beforehand that a closing terminal is no reason to end.
    heard = [n for n in _SIGNALS if n != signal.SIGHUP or signal.getsignal(n) != signal.SIG_IGN]
    for number in heard:
        loop.add_signal_handler(number, cancel)
    try:
        return await task
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
