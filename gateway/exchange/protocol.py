"""What signer and verifier must agree on. The words for people stand in docs/spec/exchange.md."""

from datetime import timedelta
from typing import Final

TAG: Final = "crosscredit-gateway-v1"
LABEL: Final = "gateway"
CERTIFICATE_FIELD: Final = "crosscredit-certificate"
"""DER as a byte sequence, the form of RFC 9440. Not named Client-Cert: proxies that end TLS own
that name and strip or set it."""
DIGEST_FIELD: Final = "content-digest"
ALWAYS_COVERED: Final = ("@method", "@target-uri", DIGEST_FIELD, CERTIFICATE_FIELD)
COVERED_IF_PRESENT: Final = (
    "content-type",
    "content-length",
    "content-encoding",
    "idempotency-key",
)
WINDOW: Final = timedelta(minutes=5)
NONCE_BYTES: Final = 16


def key_id(msp_id: str, fingerprint: str) -> str:
    """Name a member and the certificate with this SHA-256 (hexadecimal, of the DER)."""
    return f"{msp_id}/{fingerprint}"
