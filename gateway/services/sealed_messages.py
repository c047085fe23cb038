"""Small documents that one member seals to another's intake key.

The place that a document belongs to (an enrolment, a request) is authenticated with it, so what
was sealed for one place does not open for another.
"""

import base64
from collections.abc import Mapping

from chaincode.domain import canonical
from chaincode.domain.errors import DomainError
from chaincode.domain.json_value import JsonValue
from gateway.evidence.errors import EvidenceError
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.evidence.suite import hpke_open, hpke_seal
from gateway.services.evidence_errors import BundleRefused

_INFO = b"crosscredit/sealed-message/v1\x00"
_LIMIT_BYTES = 1 << 20


def seal_message(
    recipient: SealingPublicKey, *, purpose: str, place: str, document: Mapping[str, JsonValue]
) -> str:
    """Seal `document`: base64url."""
    sealed = hpke_seal(
        recipient,
        info=_info(recipient, purpose, place),
        plaintext=canonical.encode(document),
    )
    return base64.urlsafe_b64encode(sealed).decode()


def open_message(
    private: SealingPrivateKey, *, purpose: str, place: str, sealed: str
) -> dict[str, JsonValue]:
    """Open what `seal_message` made for the same purpose and place.

    Raises:
        BundleRefused: another key, purpose or place, altered, or no document.
    """
    try:
        raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
        plain = hpke_open(private, info=_info(private.public, purpose, place), sealed=raw)
        return canonical.decode(plain, limit=_LIMIT_BYTES)
    except (EvidenceError, DomainError, ValueError):
        # Not chained: a decoding error may quote what it was given, and that is secret.
        raise BundleRefused("the sealed message does not open for this place") from None


def _info(recipient: SealingPublicKey, purpose: str, place: str) -> bytes:
    return _INFO + f"{purpose}\x00{place}\x00{recipient.key_id}".encode()
