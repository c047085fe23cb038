from typing import Any

from google.protobuf.message import DecodeError

from chaincode.shim.errors import ProtocolError


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
