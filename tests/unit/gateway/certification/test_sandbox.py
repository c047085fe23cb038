from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from chaincode.domain.caller import Role
from chaincode.ledger.certificate import caller_of
from chaincode.ledger.memory.authority import Authority
from chaincode.ledger.memory.endorser import Creator
from gateway.certification.sandbox import SandboxCertification
from gateway.services.errors import CertificationRefused

NAME = "0" * 32
AUTHORITY = Authority("alphaMSP", now=datetime(2026, 11, 22, tzinfo=UTC))


def request(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    builder = x509.CertificateSigningRequestBuilder(name)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return builder.sign(key, None).public_bytes(Encoding.PEM)


async def test_the_contract_finds_the_role_in_the_certificate() -> None:
    certificate = await SandboxCertification(AUTHORITY).certify(
        common_name=NAME,
        role="teacher",
        signing_request=request(ec.generate_private_key(ec.SECP256R1())),
    )
    caller = caller_of(Creator("alphaMSP", certificate))
    assert (caller.role, caller.identifier) == (Role.TEACHER, NAME)


async def test_another_kind_of_key_is_refused() -> None:
    with pytest.raises(CertificationRefused):
        await SandboxCertification(AUTHORITY).certify(
            common_name=NAME,
            role="teacher",
            signing_request=request(ed25519.Ed25519PrivateKey.generate()),
        )
