"""What all members agree on, and what only tests change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Clock = Callable[[], datetime]
"""The present time, UTC; each member may have a clock of its own."""


@dataclass(frozen=True)
class Settings:
    """The channel's rules.

    Attributes:
        time_window: how far a proposal's time may be from an endorsing member's clock, either way
            (`peer.authentication.timewindow`).
        block_size: transactions at which a block is cut at once; a smaller one is cut when
            somebody waits for a status.
        cut_on_demand: whether waiting for a status cuts a block; if not, only `cut_block` and a
            full block do.
        max_envelope_bytes: what the orderers take (`AbsoluteMaxBytes`).
        verify_signatures: False saves big property tests the cryptography. Never elsewhere:
            identities are still checked, but anyone can speak for anyone.
    """

    channel_id: str
    time_window: timedelta = timedelta(minutes=5)
    block_size: int = 100
    cut_on_demand: bool = True
    max_envelope_bytes: int = 10 * 1024 * 1024
    verify_signatures: bool = True
