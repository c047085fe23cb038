from typing import Any

from fabric_protos.peer import chaincode_shim_pb2
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import (  # type: ignore[import-not-found] # no stubs of it
    UnknownFieldSet,
)

from chaincode.shim.errors import ProtocolError

_Message = chaincode_shim_pb2.ChaincodeMessage
_NUMBERS = {
    name: _Message.DESCRIPTOR.fields_by_name[name].number
    for name in ("type", "payload", "txid", "channel_id")
}
"""What a message with a proposal holds of the peer's own."""


def decode(kind: Any, content: bytes) -> Any:
    """Decode a protobuf message of the peer's.

    Raises:
        ProtocolError: it is no such message.
    """
    try:
        return kind.FromString(content)
    except DecodeError as error:
        name = kind.DESCRIPTOR.full_name
        raise ProtocolError(f"what the peer sent as {name} cannot be decoded") from error


def decode_message(content: bytes) -> Any:
    """Decode a `protos.ChaincodeMessage`, without its proposal where that cannot be decoded.

    The proposal is a client's. Go's reader, and so the peer, takes unknown groups in it that nest
    10,000 deep, the one used here 100: such a client must not end the stream for all others.

    Raises:
        ProtocolError: the peer's own part of it is no such message.
    """
    try:
        return _Message.FromString(content)
    except DecodeError:
        # A type without fields looks into none of those that are there.
        fields = UnknownFieldSet(decode(Empty, content))
        found = {field.field_number: field.data for field in fields}
    try:
        return _Message(
            **{name: found[number] for name, number in _NUMBERS.items() if number in found}
        )
    except (TypeError, ValueError) as error:
        raise ProtocolError("what the peer sent is no message of the protocol") from error
