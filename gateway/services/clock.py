"""The machine's time."""

from datetime import UTC, datetime


def system_clock() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)
