import re
from dataclasses import dataclass

# internal/pkg/gateway/apiutils.go, responseStatus
_CHAINCODE = re.compile(r"chaincode response (\d+), (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ChaincodeResponse:
    """What a chaincode answered instead of success."""

    status: int
    message: str


@dataclass(frozen=True, slots=True)
class PeerError:
    """What one peer or orderer said: its address, its member's MSP id, the message."""

    address: str
    msp_id: str
    message: str

    @property
    def chaincode_response(self) -> ChaincodeResponse | None:
        """The chaincode's own refusal; None where the peer itself refused."""
        match = _CHAINCODE.fullmatch(self.message)
        return ChaincodeResponse(int(match[1]), match[2]) if match else None
