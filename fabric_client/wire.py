"""Reading and writing Fabric's protobuf messages."""

from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import DecodeError, Message
from google.protobuf.timestamp_pb2 import Timestamp

from fabric_client.errors import FabricClientError
from fabric_client.known_fields import known_only


class MalformedMessageError(FabricClientError):
    """Bytes from a peer, an orderer or a ledger are not what they should be."""


def parse(kind: type[Any], data: bytes, name: str) -> Any:
    """Parse a message, whatever unknown fields are in it.

    Args:
        kind: the message's class.
        data: its bytes.
        name: what the error calls it.

    Raises:
        MalformedMessageError: the bytes are no such message.
    """
    try:
        return _read(kind, data)
    except (DecodeError, ValueError) as error:
        raise MalformedMessageError(f"the {name} cannot be read") from error


def _read(kind: type[Any], data: bytes) -> Any:
    try:
        return kind.FromString(data)
    except DecodeError:
        return kind.FromString(known_only(data, kind.DESCRIPTOR))


def serialize(message: Message) -> bytes:
    """Serialise a message, maps in a fixed order."""
    return message.SerializeToString(deterministic=True)


def to_datetime(timestamp: Timestamp, name: str) -> datetime:
    """Turn a timestamp into a time in UTC; below microseconds it is cut off.

    Raises:
        MalformedMessageError: it is outside the years 1 to 9999.
    """
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedMessageError(f"the {name} is no time") from error


def to_timestamp(moment: datetime) -> Timestamp:
    """Turn a time with a time zone into a timestamp.

    Raises:
        ValueError: it has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone says nothing")
    timestamp = Timestamp()
    timestamp.FromDatetime(moment.astimezone(UTC))
    return timestamp
