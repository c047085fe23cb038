"""Cutting a stream into batches, so that CPU-heavy work leaves the event loop in slices."""

from collections.abc import AsyncGenerator, AsyncIterable
from typing import NamedTuple


class Batch(NamedTuple):
    """A slice of a stream; the last one has what remains, possibly nothing."""

    data: bytes
    last: bool


async def batches(
    source: AsyncIterable[bytes], size: int, *, head: int | None = None
) -> AsyncGenerator[Batch, None]:
    """Cut `source` into slices of exactly `size` bytes, the last of 0 to `size`.

    The first slice has `head` bytes where one is given. A slice is given only when a byte after it
    is known, so that the last one is known as such.
    """
    buffer = bytearray()
    wanted = size if head is None else head
    async for piece in source:
        view = memoryview(piece)
        for start in range(0, len(view), size):
            buffer += view[start : start + size]
            while len(buffer) > wanted:
                data = bytes(buffer[:wanted])
                del buffer[:wanted]
                wanted = size
                yield Batch(data, last=False)
    yield Batch(bytes(buffer), last=True)
