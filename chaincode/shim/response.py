from dataclasses import dataclass
from typing import Any, Final

from fabric_protos.peer import proposal_response_pb2

OK: Final = 200
ERROR_THRESHOLD: Final = 400
"""From here on no peer endorses the response (fabric-chaincode-go `shim/response.go`)."""
ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Response:
    """What a chaincode function answers.

    Attributes:
        status: 200 when it succeeded; from 400 on the peer refuses to endorse.
        message: why it did not succeed.
        payload: its result.
    """

    status: int
    message: str = ""
    payload: bytes = b""

    @classmethod
    def from_proto(cls, response: Any) -> "Response":
        """Read a `protos.Response`."""
        return cls(response.status, response.message, response.payload)

    def to_bytes(self) -> bytes:
        """Encode as `protos.Response`; raises ValueError or TypeError where a field cannot be."""
        encoded: bytes = proposal_response_pb2.Response(
            status=self.status, message=self.message, payload=self.payload
        ).SerializeToString()
        return encoded


def success(payload: bytes = b"") -> Response:
    """Answer that the function did what was asked."""
    return Response(OK, payload=payload)


def error(message: str) -> Response:
    """Answer that the function refused, and why; none of its writes takes effect."""
    return Response(ERROR, message)
