"""Verifying a request from another member's gateway, before a byte of its body is read."""

import base64
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from http_message_signatures import HTTPMessageSignaturesException, VerifyResult

from gateway.exchange.digest import checked_body, read_digest
from gateway.exchange.errors import (
    CertificateMalformed,
    ComponentNotCovered,
    DigestMissing,
    KeyIdMismatch,
    RequestFromFuture,
    RequestTooOld,
    SignatureInvalid,
    SignatureMissing,
    WrongAudience,
)
from gateway.exchange.library import ALGORITHM, PresentedKey, TimelessVerifier
from gateway.exchange.message import RequestView
from gateway.exchange.nonces import NonceStore
from gateway.exchange.protocol import (
    ALWAYS_COVERED,
    CERTIFICATE_FIELD,
    COVERED_IF_PRESENT,
    DIGEST_FIELD,
    NONCE_BYTES,
    TAG,
    WINDOW,
    key_id,
)
from gateway.exchange.trust import Roots, require_gateway

_FIELD_LIMIT: Final = 8192
_NONCE_LIMIT: Final = 64
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """A request that the named member's gateway signed for us; its body is still to come."""

    msp_id: str
    gateway: str
    """The common name of the gateway's certificate."""
    certificate: x509.Certificate
    method: str
    target: str
    digest: str
    """SHA-256 of the body, hexadecimal, as signed."""
    created: datetime

    def body(self, chunks: AsyncIterable[bytes], *, limit: int) -> AsyncGenerator[bytes, None]:
        """Pass the body on and fail at its end when it is another: see `checked_body`."""
        return checked_body(chunks, digest=self.digest, limit=limit)


class RequestVerifier:
    """Verifies requests made to one gateway."""

    def __init__(
        self, *, origin: str, roots: Roots, nonces: NonceStore, clock: Callable[[], datetime]
    ) -> None:
        """Take this gateway's own origin (https://host:port) and a clock of aware times."""
        self._origin = origin
        self._authority = urlsplit(origin).netloc.lower()
        self._roots = roots
        self._nonces = nonces
        self._clock = clock

    async def verify(self, request: RequestView) -> VerifiedRequest:
        """Verify method, URL and fields; nothing is remembered of a request that fails.

        Raises:
            RequestRefused: one of its types, by what is wrong.
            NonceStoreFull: replays cannot be told apart now.
        """
        self._require_audience(request)
        certificate, public = _certificate(request)
        digest = read_digest(_single(request, DIGEST_FIELD, DigestMissing))
        result = _signature(request, public)
        _require_covered(request, result)
        parameters = _Parameters(result)
        now = self._clock()
        parameters.require_fresh(now)
        fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
        msp_id = parameters.key_id.partition("/")[0]
        if parameters.key_id != key_id(msp_id, fingerprint):
            raise KeyIdMismatch("the signature names another certificate than the one that came")
        gateway = require_gateway(certificate, await self._roots.of_member(msp_id), now=now)
        await self._nonces.claim(
            parameters.key_id, parameters.nonce, until=parameters.created + 2 * WINDOW
        )
        return VerifiedRequest(
            msp_id, gateway, certificate, request.method, request.url, digest, parameters.created
        )

    def _require_audience(self, request: RequestView) -> None:
        hosts = request.headers.all("host")
        if not request.url.startswith(f"{self._origin}/") or any(
            host.lower() != self._authority for host in hosts
        ):
            raise WrongAudience(f"this is the gateway at {self._origin}: sign for it")


class _Presented(NamedTuple):
    """The certificate that came with a request; nothing of it is believed yet."""

    certificate: x509.Certificate
    public: ec.EllipticCurvePublicKey


class _Parameters:
    """The signed metadata, all of it required."""

    def __init__(self, result: VerifyResult) -> None:
        parameters: dict[str, Any] = result.parameters
        missing = {"alg", "created", "expires", "keyid", "nonce"} - parameters.keys()
        if missing:
            raise SignatureMissing(f"the signature has no {', '.join(sorted(missing))}")
        self.key_id: str = parameters["keyid"]
        self.nonce: str = parameters["nonce"]
        try:
            self.created = datetime.fromtimestamp(parameters["created"], tz=UTC)
            self.expires = datetime.fromtimestamp(parameters["expires"], tz=UTC)
        except (OverflowError, ValueError, OSError) as error:
            raise SignatureInvalid("created or expires is no time") from error
        if not NONCE_BYTES <= len(self.nonce) <= _NONCE_LIMIT:
            raise SignatureInvalid(f"a nonce has {NONCE_BYTES} to {_NONCE_LIMIT} characters")

    def require_fresh(self, now: datetime) -> None:
        if self.created > now + WINDOW:
            raise RequestFromFuture(f"signed at {self.created}, and here it is {now}")
        if self.created < now - WINDOW or self.expires <= now:
            raise RequestTooOld(f"signed at {self.created}, and here it is {now}: sign it anew")
        if self.expires > self.created + WINDOW:
            raise SignatureInvalid(f"a signature is good for at most {WINDOW}")


def _single(
    request: RequestView, name: str, missing: type[DigestMissing | CertificateMalformed]
) -> str:
    values = request.headers.all(name)
    if len(values) != 1 or len(values[0]) > _FIELD_LIMIT:
        raise missing(f"the request needs one {name} of at most {_FIELD_LIMIT} characters")
    return values[0]


def _certificate(request: RequestView) -> _Presented:
    field = _single(request, CERTIFICATE_FIELD, CertificateMalformed)
    if len(field) < len("::") or not field.startswith(":") or not field.endswith(":"):
        raise CertificateMalformed("the certificate is a byte sequence, as in RFC 9440")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(field[1:-1], validate=True))
        public = certificate.public_key()
        _ = certificate.extensions  # parsed here, once, so that no later use of them can fail
    except _UNREADABLE as error:
        raise CertificateMalformed("the certificate cannot be read") from error
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(
        public.curve, ec.SECP256R1
    ):
        raise CertificateMalformed("gateways sign with P-256")
    return _Presented(certificate, public)


def _signature(request: RequestView, public: ec.EllipticCurvePublicKey) -> VerifyResult:
    for name in ("signature", "signature-input"):
        values = request.headers.all(name)
        if len(values) != 1 or len(values[0]) > _FIELD_LIMIT:
            raise SignatureMissing(f"the request needs one {name} field (RFC 9421)")
    if f'"{TAG}"' not in request.headers["signature-input"]:
        raise SignatureMissing(f"no signature has the tag {TAG}")
    verifier = TimelessVerifier(signature_algorithm=ALGORITHM, key_resolver=PresentedKey(public))
    try:
        results = verifier.verify(request, max_age=None, expect_tag=TAG)
    except HTTPMessageSignaturesException as error:
        raise SignatureInvalid("the signature does not hold for this request") from error
    if len(results) != 1:
        raise SignatureMissing("the request needs exactly one signature of this protocol")
    return results[0]


def _require_covered(request: RequestView, result: VerifyResult) -> None:
    present = (name for name in COVERED_IF_PRESENT if name in request.headers)
    for name in (*ALWAYS_COVERED, *present):
        # Without parameters: "content-digest";key="x" would cover a part of the field only.
        if f'"{name}"' not in result.covered_components:
            raise ComponentNotCovered(f"{name} must be signed")
        if len(request.headers.all(name)) > 1:
            raise ComponentNotCovered(f"{name} stands there more than once")
