"""ECDSA on P-256 with SHA-256, as Fabric wants it: DER, and S in the lower half of the order.

Fabric refuses the other of the two valid S values (`bccsp/utils/ecdsa.go`, `IsLowS`) and then says
"access denied", which names the wrong culprit; so signatures are normalised where they are made,
and refused here just as a peer would refuse them.
"""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from fabric_client.errors import FabricClientError

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve's base point (FIPS 186-5, SP 800-186 section 3.2.1.3)."""

_HALF_ORDER = P256_ORDER // 2
_ALGORITHM = ec.ECDSA(hashes.SHA256())


class SignatureRefusedError(FabricClientError):
    """A signature that does not hold for the message and key, or that Fabric would not accept."""


def sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Sign the SHA-256 digest of a message; the result is DER with low S."""
    return to_low_s(key.sign(message, _ALGORITHM))


def to_low_s(signature: bytes) -> bytes:
    """Replace a high S by the order minus S, which is a signature of the same message.

    Raises:
        SignatureRefusedError: the bytes are no DER signature.
    """
    r, s = _decode(signature)
    return encode_dss_signature(r, P256_ORDER - s) if s > _HALF_ORDER else signature


def verify(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> None:
    """Check a signature as a peer does.

    Raises:
        SignatureRefusedError: it is not DER, has a high S, or does not hold.
    """
    if not isinstance(key.curve, ec.SECP256R1):
        raise SignatureRefusedError(f"the key is on {key.curve.name}, not on P-256")
    _, s = _decode(signature)
    if s > _HALF_ORDER:
        raise SignatureRefusedError("the signature has a high S, which Fabric refuses")
    try:
        key.verify(signature, message, _ALGORITHM)
    except InvalidSignature:
        raise SignatureRefusedError("the signature does not hold for message and key") from None


def public_key(certificate_pem: bytes, whose: str) -> ec.EllipticCurvePublicKey:
    """Take the key out of a certificate that came from outside.

    Raises:
        SignatureRefusedError: it is no certificate, or its key is not on P-256; the message says
            whose it is.
    """
    try:
        key = x509.load_pem_x509_certificate(certificate_pem).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureRefusedError(f"{whose}: the certificate cannot be read") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SignatureRefusedError(f"{whose}: the certificate's key is not on P-256")
    return key


def _decode(signature: bytes) -> tuple[int, int]:
    try:
        return decode_dss_signature(signature)
    except ValueError:
        raise SignatureRefusedError("the signature is not DER") from None
