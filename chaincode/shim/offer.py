from dataclasses import dataclass

from fabric_protos.peer import chaincode_pb2
from google.protobuf.message import DecodeError

from chaincode.shim.errors import ProtocolError
from chaincode.shim.limits import DEFAULT_BATCH_RECORDS


@dataclass(frozen=True, slots=True)
class Offer:
    """What a peer can do beyond the plain protocol, as its READY message says.

    Attributes:
        write_batch: how many writes it takes in one message; 0 where it takes one at a time.
        read_batch: how many keys it reads by one message; 0 where it reads one at a time.
    """

    write_batch: int = 0
    read_batch: int = 0

    @classmethod
    def from_bytes(cls, payload: bytes) -> "Offer":
        """Decode the payload of READY, `protos.ChaincodeAdditionalParams`; older peers send none.

        Raises:
            ProtocolError: it is something else.
        """
        try:
            params = chaincode_pb2.ChaincodeAdditionalParams.FromString(payload)
        except DecodeError as error:
            raise ProtocolError("the payload of READY cannot be decoded") from error
        return cls(
            _size(params.max_size_write_batch) if params.use_write_batch else 0,
            _size(params.max_size_get_multiple_keys) if params.use_get_multiple_keys else 0,
        )


def _size(announced: int) -> int:
    return announced or DEFAULT_BATCH_RECORDS
