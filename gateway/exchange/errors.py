"""What can be wrong between members' gateways, as types with stable codes."""

from collections.abc import Mapping
from typing import ClassVar

from chaincode.domain.json_value import JsonValue


class ExchangeError(Exception):
    """A refusal or a failure: says what happened and what to do. `code` is stable, kebab-case."""

    code: ClassVar[str] = "exchange-refused"


class RequestRefused(ExchangeError):
    """A request that came in is not one that a member's gateway signed for us, now."""


class SignatureMissing(RequestRefused):
    """The request carries no signature of this protocol, or an incomplete or doubled one."""

    code = "signature-missing"


class SignatureInvalid(RequestRefused):
    """The signature does not hold for this request and the certificate that came with it."""

    code = "signature-invalid"


class ComponentNotCovered(RequestRefused):
    """A part of the request that must be signed is not."""

    code = "component-not-covered"


class WrongAudience(RequestRefused):
    """The request was made for another gateway."""

    code = "wrong-audience"


class RequestTooOld(RequestRefused):
    """The request was signed too long ago, or has expired: sign it anew."""

    code = "request-too-old"


class RequestFromFuture(RequestRefused):
    """The request was signed later than now: set the clocks."""

    code = "request-from-future"


class RequestReplayed(RequestRefused):
    """A request with this nonce was taken before."""

    code = "request-replayed"


class CertificateMalformed(RequestRefused):
    """The certificate header is missing, or holds no P-256 certificate."""

    code = "certificate-malformed"


class KeyIdMismatch(RequestRefused):
    """The signature names another member or certificate than the one that came with it."""

    code = "key-id-mismatch"


class MemberUnknown(RequestRefused):
    """The channel's configuration has no such member."""

    code = "member-unknown"


class CertificateUntrusted(RequestRefused):
    """The certificate does not chain to the member's roots in the channel's configuration."""

    code = "certificate-untrusted"


class CertificateExpired(RequestRefused):
    """The certificate is not valid at this time: enrol the gateway again."""

    code = "certificate-expired"


class CertificateRevoked(RequestRefused):
    """The member revoked the certificate."""

    code = "certificate-revoked"


class RoleMissing(RequestRefused):
    """The certificate is the member's, and not of a gateway."""

    code = "role-missing"


class DigestMissing(RequestRefused):
    """The request carries no Content-Digest with SHA-256 (RFC 9530)."""

    code = "digest-missing"


class DigestDiffers(RequestRefused):
    """The body that came is not the one that was signed."""

    code = "digest-differs"


class BodyTooLarge(RequestRefused):
    """The body is larger than this gateway takes here."""

    code = "body-too-large"


class NonceStoreFull(ExchangeError):
    """Replays cannot be told apart for the moment, so nothing is taken: send again later."""

    code = "nonce-store-full"


class RequestUnsignable(ExchangeError):
    """A request of ours cannot be signed as it stands: a fault of the caller."""

    code = "request-unsignable"


class PeerUnreachable(ExchangeError):
    """The other gateway got nothing: trying again is safe."""

    code = "peer-unreachable"


class PeerOutcomeUnknown(ExchangeError):
    """The request may have been taken: ask by its idempotency key, never assume."""

    code = "peer-outcome-unknown"


class PeerRefused(ExchangeError):
    """The other gateway answered no."""

    code = "peer-refused"

    def __init__(self, member: str, status: int, problem: Mapping[str, JsonValue]) -> None:
        title = problem.get("title")
        super().__init__(f"{member} answered {status}: {title or 'no reason given'}")
        self.status = status
        self.problem = dict(problem)
        """The problem document (RFC 9457) as it came: hostile input."""


class PeerMisbehaved(ExchangeError):
    """The other gateway's answer is not of the agreed form: tell its operator."""

    code = "peer-misbehaved"
