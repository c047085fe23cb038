from dataclasses import dataclass, field

from fabric_protos.msp import identities_pb2
from google.protobuf.message import DecodeError

from chaincode.shim.errors import InvalidProposalError


@dataclass(frozen=True, slots=True)
class Creator:
    """Who signed the proposal, as the peer authenticated it.

    Attributes:
        msp_id: the membership service provider that vouches for the certificate.
        certificate: the signer's X.509 certificate, PEM.
        serialized: the `msp.SerializedIdentity` that both came from.
    """

    msp_id: str
    certificate: bytes
    serialized: bytes = field(repr=False)

    @classmethod
    def from_bytes(cls, serialized: bytes) -> "Creator":
        """Decode a `msp.SerializedIdentity`.

        Raises:
            InvalidProposalError: the bytes are none, or name no MSP or no certificate.
        """
        try:
            identity = identities_pb2.SerializedIdentity.FromString(serialized)
        except DecodeError as error:
            raise InvalidProposalError("the proposal's creator cannot be decoded") from error
        if not identity.mspid or not identity.id_bytes:
            raise InvalidProposalError("the proposal's creator has no MSP id or no certificate")
        return cls(identity.mspid, identity.id_bytes, serialized)
