from enum import Enum


class BlockKind(Enum):
    """How much of each block a peer is asked for; the value names the service's method."""

    FULL = "Deliver"
    FILTERED = "DeliverFiltered"
    WITH_PRIVATE_DATA = "DeliverWithPrivateData"
