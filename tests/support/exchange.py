"""Two members' certificates and a clock, for requests between gateways."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.exchange.errors import MemberUnknown
from gateway.exchange.message import Fields, RequestView
from gateway.exchange.nonces import MemoryNonceStore
from gateway.exchange.signing import RequestSigner
from gateway.exchange.trust import ATTRIBUTES_OID, MemberTrust
from gateway.exchange.verifying import RequestVerifier

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ORIGIN = "https://localhost:7443"
BODY = b'{"work":"sealed"}'


@dataclass
class Clock:
    """Time that stands until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    async def sign(self, message: bytes) -> bytes:
        await asyncio.sleep(0)
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


def _usage(*, ca: bool, signing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing and not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


class TestAuthority:
    """A CA that issues what it is told to, good or bad."""

    __test__ = False

    def __init__(self, name: str, issuer: "TestAuthority | None" = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signer, by = (issuer.key, issuer.name) if issuer else (self.key, self.name)
        builder = self._builder(self.name, self.key.public_key(), by, signer.public_key())
        self.certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .add_extension(_usage(ca=True, signing=False), critical=True)
            .sign(signer, hashes.SHA256())
        )

    def issue(
        self,
        common_name: str = "0f" * 16,
        *,
        role: str | None = "gateway",
        ca: bool = False,
        signing: bool = True,
        curve: ec.EllipticCurve | None = None,
        age: timedelta = timedelta(0),
        extra: x509.UnrecognizedExtension | None = None,
        attributes: bytes | None = None,
    ) -> Holder:
        key = ec.generate_private_key(curve or ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        builder = (
            self._builder(name, key.public_key(), self.name, self.key.public_key(), age=age)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(_usage(ca=False, signing=signing), critical=True)
        )
        if attributes is None and role is not None:
            attributes = json.dumps({"attrs": {"crosscredit.role": role}}).encode()
        if attributes is not None:
            builder = builder.add_extension(
                x509.UnrecognizedExtension(ATTRIBUTES_OID, attributes), critical=False
            )
        if extra is not None:
            builder = builder.add_extension(extra, critical=True)
        return Holder(builder.sign(self.key, hashes.SHA256()), key)

    def revoke(
        self,
        *holders: x509.Certificate,
        signer: ec.EllipticCurvePrivateKey | None = None,
        names_key: bool = False,
    ) -> x509.CertificateRevocationList:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(NOW)
            .next_update(NOW + timedelta(days=1))
        )
        if names_key:
            key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(key, critical=False)
        for certificate in holders:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(certificate.serial_number)
                .revocation_date(NOW)
                .build()
            )
        return builder.sign(signer or self.key, hashes.SHA256())

    @staticmethod
    def _builder(
        subject: x509.Name,
        public: ec.EllipticCurvePublicKey,
        issuer: x509.Name,
        issuer_key: ec.EllipticCurvePublicKey,
        *,
        age: timedelta = timedelta(0),
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=1) - age)
            .not_valid_after(NOW + timedelta(days=365) - age)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
            )
        )


@dataclass
class World:
    """alpha and beta on one channel; the requests go to the gateway at ORIGIN."""

    clock: Clock = field(default_factory=Clock)
    alpha: TestAuthority = field(default_factory=lambda: TestAuthority("ca.alpha"))
    beta: TestAuthority = field(default_factory=lambda: TestAuthority("ca.beta"))

    def __post_init__(self) -> None:
        self.members = {
            "alphaMSP": MemberTrust("alphaMSP", (self.alpha.certificate,)),
            "betaMSP": MemberTrust("betaMSP", (self.beta.certificate,)),
        }
        self.gateway = self.alpha.issue()
        self.nonces = MemoryNonceStore(self.clock)
        self.verifier = RequestVerifier(
            origin=ORIGIN, roots=self, nonces=self.nonces, clock=self.clock
        )

    async def of_member(self, msp_id: str) -> MemberTrust:
        if msp_id not in self.members:
            raise MemberUnknown(msp_id)
        return self.members[msp_id]

    def signer(self, holder: Holder | None = None, *, msp_id: str = "alphaMSP") -> RequestSigner:
        holder = holder or self.gateway
        return RequestSigner(
            msp_id=msp_id, certificate=holder.certificate, signer=holder, clock=self.clock
        )

    async def signed(
        self,
        holder: Holder | None = None,
        *,
        msp_id: str = "alphaMSP",
        url: str = ORIGIN + "/v1/exchange/work?part=essay",
        method: str = "POST",
        body: bytes = BODY,
        extra: tuple[tuple[str, str], ...] = (),
    ) -> RequestView:
        request = RequestView(
            method,
            url,
            Fields(
                [
                    ("Host", "localhost:7443"),
                    ("Content-Type", "application/json"),
                    ("Content-Length", str(len(body))),
                    *extra,
                ]
            ),
        )
        signer = self.signer(holder, msp_id=msp_id)
        await signer.sign(request, digest=hashlib.sha256(body).hexdigest())
        return request


async def pieces(data: bytes, size: int = 5) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
