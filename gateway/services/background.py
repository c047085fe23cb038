"""What a subject does without being asked, from a gateway's start to its stop."""

from typing import Protocol


class Background(Protocol):
    """Something that runs beside the requests."""

    async def start(self) -> None:
        """Work from now on; what an earlier process left is gone on with."""

    async def stop(self) -> None:
        """Stop working."""
