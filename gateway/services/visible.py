"""Waiting for what another member's peer has already: the own peer may be a block behind."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from gateway.services.evidence_errors import NotYetRecorded

Found = TypeVar("Found")
_VISIBLE_SECONDS: Final = 5.0
_LOOK_AGAIN_SECONDS: Final = 0.1


async def visible(look: Callable[[], Awaitable[Found | None]], missing: str) -> Found:
    """Look until something is found, for a few seconds; `missing` says what it is.

    Raises:
        NotYetRecorded: it does not show: the sender tries again.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + _VISIBLE_SECONDS
    while (found := await look()) is None:
        if clock() >= deadline:
            raise NotYetRecorded(f"{missing} on this member's ledger yet: send again")
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    return found
