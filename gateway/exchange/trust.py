"""Who may speak for a member: its certificates, as the channel's own configuration has them."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from cryptography import x509
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from gateway.exchange.errors import (
    CertificateExpired,
    CertificateRevoked,
    CertificateUntrusted,
    RoleMissing,
)

ATTRIBUTES_OID: Final = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
"""Where fabric-ca puts attributes (fabric-ca, lib/attrmgr), as JSON."""
ROLE_ATTRIBUTE: Final = "crosscredit.role"
GATEWAY_ROLE: Final = "gateway"


@dataclass(frozen=True, slots=True)
class MemberTrust:
    """One member's MSP on the channel: never empty of roots."""

    msp_id: str
    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    revocations: tuple[x509.CertificateRevocationList, ...] = ()


class Roots(Protocol):
    """The port to the channel's configuration."""

    async def of_member(self, msp_id: str) -> MemberTrust:
        """Give what the channel's current configuration says of a member.

        Raises:
            MemberUnknown: the channel has no such member.
        """


def require_gateway(certificate: x509.Certificate, trust: MemberTrust, *, now: datetime) -> str:
    """Check that a certificate is of the member's gateway now; give its common name.

    Raises:
        CertificateExpired: `now` is outside its validity.
        CertificateUntrusted: no path to the member's roots, or not a certificate for signing.
        CertificateRevoked: it, or an issuer between it and the root, is on the member's list.
        RoleMissing: the member's, and not a gateway's.
    """
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise CertificateExpired(
            f"the certificate is valid from {certificate.not_valid_before_utc} to "
            f"{certificate.not_valid_after_utc}, now it is {now}"
        )
    _require_unrevoked(_path(certificate, trust, now), trust.revocations)
    if _attributes(certificate).get(ROLE_ATTRIBUTE) != GATEWAY_ROLE:
        raise RoleMissing(f"the certificate is of {trust.msp_id}, and its role is not gateway")
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1:
        raise CertificateUntrusted("the certificate has not exactly one common name")
    return str(names[0].value)


def _path(
    certificate: x509.Certificate, trust: MemberTrust, now: datetime
) -> Sequence[x509.Certificate]:
    verifier = (
        PolicyBuilder()
        .store(Store(list(trust.roots)))
        .time(now)
        .extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_GATEWAY_POLICY
        )
        .build_client_verifier()
    )
    try:
        return verifier.verify(certificate, list(trust.intermediates)).chain
    except VerificationError as error:
        raise CertificateUntrusted(
            f"the certificate does not chain to {trust.msp_id} of the channel: {error}"
        ) from error


def _require_unrevoked(
    path: Sequence[x509.Certificate], lists: Sequence[x509.CertificateRevocationList]
) -> None:
    for certificate, issuer in itertools.pairwise(path):
        for revocations in lists:
            if revocations.issuer != issuer.subject or _of_another_key(revocations, issuer):
                continue
            # A list that its issuer did not sign says nothing, and the configuration is at fault.
            if not revocations.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type] # a path holds signing keys alone
                raise CertificateUntrusted("the member's revocation list is not its CA's")
            if revocations.get_revoked_certificate_by_serial_number(certificate.serial_number):
                raise CertificateRevoked(
                    f"the member revoked certificate {certificate.serial_number:x}"
                )


def _of_another_key(revocations: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether a list names another key than the issuer's: a CA renewed its key, not its name."""
    try:
        named = revocations.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return False
    return named.value.key_identifier not in {None, own.value.digest}


def _attributes(certificate: x509.Certificate) -> dict[str, object]:
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID)
    except x509.ExtensionNotFound:
        return {}
    value = extension.value
    if not isinstance(value, x509.UnrecognizedExtension):
        return {}
    try:
        document = json.loads(value.value)
    except (ValueError, RecursionError):
        return {}
    attributes = document.get("attrs") if isinstance(document, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def _require_leaf(
    _policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints
) -> None:
    if constraints.ca:
        raise ValueError("a CA's certificate signs no requests")


def _require_signing(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.digital_signature:
        raise ValueError("the key is not for signatures")


# fabric-ca's enrolment certificates have no extended key usage, and their alternative names are the
# enrolling host's, which says nothing about the member: neither is asked for.
_GATEWAY_POLICY: Final = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _require_leaf)
    .require_present(x509.KeyUsage, Criticality.AGNOSTIC, _require_signing)
)
