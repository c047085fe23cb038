"""The sizes of Fabric's own chaincode streams (fabric-chaincode-go `shim/internal`)."""

from typing import Final

MAX_MESSAGE_BYTES: Final = 100 * 1024 * 1024
"""What one message of the stream may have, in either direction."""

ENVELOPE_BYTES: Final = 4096
"""Kept free for a message's type, channel and transaction id around its payload."""

BATCH_BYTES: Final = 16 * 1024 * 1024
"""Where a batch of writes is cut, so that many large values do not make one message too large."""

DEFAULT_BATCH_RECORDS: Final = 100
"""How many records a batch has where the peer offers batches and names no size."""
