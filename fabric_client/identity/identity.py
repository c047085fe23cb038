from dataclasses import dataclass

from cryptography import x509
from fabric_protos.msp import identities_pb2

from fabric_client.wire import parse, serialize


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and the membership service provider that vouches for it."""

    msp_id: str
    certificate_pem: bytes

    def serialize(self) -> bytes:
        """Give the `msp.SerializedIdentity` that stands as creator in Fabric's messages."""
        message = identities_pb2.SerializedIdentity(
            mspid=self.msp_id, id_bytes=self.certificate_pem
        )
        return serialize(message)

    @classmethod
    def deserialize(cls, serialized: bytes, name: str = "identity") -> "Identity":
        """Read an `msp.SerializedIdentity`; errors call it by the name.

        Raises:
            MalformedMessageError: the bytes are no such message.
        """
        message = parse(identities_pb2.SerializedIdentity, serialized, name)
        return cls(msp_id=message.mspid, certificate_pem=message.id_bytes)

    def certificate(self) -> x509.Certificate:
        """Parse the certificate.

        Raises:
            ValueError: it is not PEM or not X.509.
        """
        return x509.load_pem_x509_certificate(self.certificate_pem)
