"""Where sealed bodies lie: the port, and nothing about any one place."""

from collections.abc import AsyncGenerator, AsyncIterable
from typing import NamedTuple, Protocol


class StoredBody(NamedTuple):
    """A body that is in the store for good."""

    digest: str
    """SHA-256 of the whole body, 64 hexadecimal digits: its address."""
    size: int
    """Bytes."""


class WorkStore(Protocol):
    """A content-addressed store of sealed bodies. Digests are 64 hexadecimal digits."""

    async def put(
        self, chunks: AsyncIterable[bytes], *, limit: int, expected: str | None = None
    ) -> StoredBody:
        """Keep a body under its own digest; the same body twice is one body.

        Nothing is kept when the call fails, and what it returns survives a crash.

        Raises:
            DigestMismatch: the bytes do not have the digest `expected`.
            WorkTooLarge: more than `limit` bytes came.
            StoreFull: no room.
            StoreFailed: the store refused for another reason.
        """

    def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """Give the body in pieces. The caller checks them: opening does.

        Raises:
            WorkNotFound: at the first piece, when the store has no such body.
            StoreFailed: the store refused.
        """

    async def size(self, digest: str) -> int:
        """Give the body's bytes.

        Raises:
            WorkNotFound: the store has no such body.
        """

    async def delete(self, digest: str) -> None:
        """Forget a body; forgetting what is not there is no error.

        Raises:
            StoreFailed: the store refused.
        """
