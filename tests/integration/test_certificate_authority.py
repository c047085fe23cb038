"""The fabric-ca client against a member's real authority."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address
from secrets import token_hex
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fabric_client.ca import (
    AlreadyRevokedError,
    Attribute,
    AttributeRequest,
    AuthenticationError,
    AuthorizationError,
    CertificateAuthorityClient,
    NotFoundError,
    RegistrationExistsError,
    UnreachableError,
    certificate_signing_request,
    new_private_key,
)
from fabric_client.identity import SigningIdentity

pytestmark = pytest.mark.fabric

ATTRIBUTES = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")


@pytest.fixture
async def authority(consortium: Any) -> AsyncIterator[CertificateAuthorityClient]:
    member = consortium.layout.member("alpha")
    roots = await asyncio.to_thread(member.tls_root.read_bytes)
    async with CertificateAuthorityClient(member.ca.url, "ca", roots) as client:
        yield client


async def enrolled(
    client: CertificateAuthorityClient, enrollment_id: str, secret: str, **options: Any
) -> tuple[SigningIdentity, x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = new_private_key()
    request = certificate_signing_request(key, enrollment_id)
    enrollment = await client.enroll(enrollment_id, secret, request, **options)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    identity = SigningIdentity.from_pem("alphaMSP", enrollment.certificate_pem, pem)
    return identity, identity.identity.certificate(), key


@pytest.fixture
async def registrar(consortium: Any, authority: CertificateAuthorityClient) -> SigningIdentity:
    file = consortium.layout.member("alpha").registrar_secret
    secret = await asyncio.to_thread(file.read_text)
    return (await enrolled(authority, "gateway-registrar", secret))[0]


async def test_a_person_is_registered_enrolled_renewed_and_revoked(
    authority: CertificateAuthorityClient, registrar: SigningIdentity
) -> None:
    name = token_hex(16)
    role = Attribute("crosscredit.role", "student", ecert=True)
    secret = await authority.register(registrar, name, attributes=[role])
    with pytest.raises(RegistrationExistsError):
        await authority.register(registrar, name)
    with pytest.raises(AuthenticationError):
        await enrolled(authority, name, "wrong")
    person, certificate, key = await enrolled(
        authority, name, secret, attr_reqs=[AttributeRequest("crosscredit.role")]
    )
    assert certificate.subject.rfc4514_string() == f"CN={name},OU=client"
    extension: Any = certificate.extensions.get_extension_for_oid(ATTRIBUTES).value
    assert extension.value == b'{"attrs":{"crosscredit.role":"student"}}'
    with pytest.raises(AuthenticationError):
        await enrolled(authority, name, secret)
    with pytest.raises(AuthorizationError):
        await authority.register(person, token_hex(16))
    renewed = await authority.reenroll(person, certificate_signing_request(key, name))
    assert renewed.certificate_pem != person.identity.certificate_pem

    serial = f"{certificate.serial_number:x}"
    identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert identifier.key_identifier is not None
    aki = identifier.key_identifier.hex()
    one = await authority.revoke(registrar, serial=serial, aki=aki, reason="superseded")
    assert [item.serial for item in one.certificates] == [serial]
    with pytest.raises(AlreadyRevokedError):
        await authority.revoke(registrar, serial=serial, aki=aki)
    with pytest.raises(AuthenticationError):
        await authority.reenroll(person, certificate_signing_request(key, name))
    whole = await authority.revoke(registrar, enrollment_id=name, gencrl=True)
    assert len(whole.certificates) == 1
    assert whole.crl_pem is not None
    listed = x509.load_pem_x509_crl(whole.crl_pem)
    assert listed.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
    again = x509.load_pem_x509_crl(await authority.generate_crl(registrar))
    assert len(again) == len(listed)
    with pytest.raises(NotFoundError):
        await authority.revoke(registrar, enrollment_id=token_hex(16))


async def test_a_tls_certificate_names_its_hosts(consortium: Any) -> None:
    member, name = consortium.layout.member("alpha"), token_hex(16)
    roots = await asyncio.to_thread(member.tls_root.read_bytes)
    admin_secret = await asyncio.to_thread((member.ca_home / "admin.secret").read_text)
    async with CertificateAuthorityClient(member.ca.url, "tlsca", roots) as client:
        admin, _, _ = await enrolled(client, "admin", admin_secret)
        secret = await client.register(admin, name)
        hosts = ["localhost", "127.0.0.1"]
        request = certificate_signing_request(new_private_key(), name, hosts=hosts)
        enrollment = await client.enroll(name, secret, request, profile="tls")
    certificate = x509.load_pem_x509_certificate(enrollment.certificate_pem)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("127.0.0.1")]
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert ExtendedKeyUsageOID.SERVER_AUTH in usage
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == name
    assert enrollment.ca_chain_pem == roots


async def test_the_authority_tells_its_chain(authority: CertificateAuthorityClient) -> None:
    info = await authority.ca_info()
    assert info.name == "ca"
    assert x509.load_pem_x509_certificate(info.ca_chain_pem).extensions


async def test_a_server_of_another_root_is_not_spoken_to(consortium: Any) -> None:
    alpha, beta = (consortium.layout.member(name) for name in ("alpha", "beta"))
    roots = await asyncio.to_thread(beta.tls_root.read_bytes)
    async with CertificateAuthorityClient(alpha.ca.url, "ca", roots) as client:
        with pytest.raises(UnreachableError):
            await client.ca_info()
