"""Signing a request to another member's gateway."""

import base64
import secrets
from collections.abc import Callable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from http_message_signatures import HTTPMessageSignaturesException

from gateway.exchange.digest import write_digest
from gateway.exchange.errors import RequestUnsignable
from gateway.exchange.library import ALGORITHM, Signer, new_signer
from gateway.exchange.message import RequestView
from gateway.exchange.protocol import (
    ALWAYS_COVERED,
    CERTIFICATE_FIELD,
    COVERED_IF_PRESENT,
    DIGEST_FIELD,
    LABEL,
    NONCE_BYTES,
    TAG,
    WINDOW,
    key_id,
)


class RequestSigner:
    """Signs in the name of one member's gateway."""

    def __init__(
        self,
        *,
        msp_id: str,
        certificate: x509.Certificate,
        signer: Signer,
        clock: Callable[[], datetime],
    ) -> None:
        """Take the gateway's certificate, the signer of its key, and a clock of aware times."""
        self._der = certificate.public_bytes(serialization.Encoding.DER)
        self._key_id = key_id(msp_id, certificate.fingerprint(hashes.SHA256()).hex())
        self._signer = signer
        self._clock = clock

    async def sign(self, request: RequestView, *, digest: str) -> None:
        """Add certificate, Content-Digest and signature to the request's fields.

        `digest` is SHA-256 of the body that will follow, hexadecimal; known beforehand even for a
        stream, because sealed bodies are addressed by it.

        Raises:
            RequestUnsignable: the URL or a field has a form that cannot be signed.
        """
        request.headers[CERTIFICATE_FIELD] = f":{base64.b64encode(self._der).decode()}:"
        request.headers[DIGEST_FIELD] = write_digest(digest)
        present = [name for name in COVERED_IF_PRESENT if name in request.headers]
        created = self._clock()
        library = new_signer()
        try:
            prepared = library.prepare(
                request,
                key_id=self._key_id,
                created=created,
                expires=created + WINDOW,
                nonce=secrets.token_urlsafe(NONCE_BYTES),
                label=LABEL,
                tag=TAG,
                covered_component_ids=(*ALWAYS_COVERED, *present),
                use_existing_digest=True,
            )
            # RFC 9421, section 3.3.4, wants r and s side by side, not DER.
            signature = ALGORITHM.signature_from_der(
                await self._signer.sign(prepared.signature_base)
            )
            library.apply(request, prepared, signature)
        except HTTPMessageSignaturesException as error:
            raise RequestUnsignable(f"the request cannot be signed: {error}") from error
