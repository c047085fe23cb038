"""A member's certificate authorities: their keys, their settings, their server's certificate."""

import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fabric_client.ca import new_private_key
from network.binaries import Binaries
from network.commands import run
from network.errors import ComponentFailedError
from network.files import private_folder, write_private, write_yaml
from network.layout import MemberLayout
from network.render import ca, msp

_SETTINGS = "fabric-ca-server-config.yaml"
_INIT_SECONDS = 300.0
_LIFETIME = timedelta(days=365)
# Clocks of one consortium differ; fabric-ca backdates what it issues by as much.
_BACKDATED = timedelta(minutes=5)


def admin_secret_file(member: MemberLayout) -> Path:
    """Return where the bootstrap administrator's secret stands, mode 0600."""
    return member.ca_home / "admin.secret"


async def create(member: MemberLayout, binaries: Binaries) -> None:
    """Make a member's two authorities and the TLS certificate of the server they share.

    fabric-ca makes the root keys itself. The server's own certificate cannot come by enrolment,
    since enrolment needs the server: the TLS authority's key signs it here, once.

    Raises:
        CommandFailedError: fabric-ca-server refused its settings.
    """
    secret = secrets.token_urlsafe(32)
    write_private(admin_secret_file(member), secret.encode())
    tls_home = private_folder(member.ca_home / ca.TLS)
    write_yaml(member.ca_home / _SETTINGS, ca.enrolment_authority(member, secret))
    write_yaml(tls_home / _SETTINGS, ca.tls_authority(member, secret))
    command: list[str | Path] = [
        binaries.path("fabric-ca-server"),
        "init",
        "-H",
        str(member.ca_home),
    ]
    await run(command, timeout=_INIT_SECONDS)
    write_private(member.ca_root, (member.ca_home / "ca-cert.pem").read_bytes())
    write_private(member.tls_root, (tls_home / "ca-cert.pem").read_bytes())
    write_yaml(member.msp / "config.yaml", msp.node_ous())
    _certify_server(member, tls_home)
    write_yaml(member.ca_home / _SETTINGS, ca.server(member, secret))


def _certify_server(member: MemberLayout, tls_home: Path) -> None:
    root = x509.load_pem_x509_certificate(member.tls_root.read_bytes())
    root_key = _root_key(member, tls_home, root)
    key = new_private_key()
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fabric-ca-server")]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ip_address(member.host))]
            ),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    write_private(member.ca_tls.certificate, certificate.public_bytes(serialization.Encoding.PEM))
    write_private(member.ca_tls.key, private_pem(key))


def _root_key(
    member: MemberLayout, tls_home: Path, root: x509.Certificate
) -> ec.EllipticCurvePrivateKey:
    for path in sorted((tls_home / "msp" / "keystore").glob("*_sk")):
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == root.public_key():
            return key
    raise ComponentFailedError(f"{member.member.name}/ca", f"no TLS root key below {tls_home}")


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Give a key as unencrypted PKCS 8 PEM, as Fabric's programs read it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
