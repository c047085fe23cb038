"""A member's identities, each certified by its own authority for a key made here.

The secrets of the enrolments live for one call and are never written; two stay on disk, for their
owners: the authority's bootstrap administrator and the gateway's registrar.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from fabric_client.ca import (
    Attribute,
    CertificateAuthorityClient,
    CertificateAuthorityError,
    certificate_signing_request,
    new_private_key,
)
from fabric_client.identity import SigningIdentity
from network.authority import admin_secret_file, private_pem
from network.errors import ComponentFailedError
from network.files import copy_private, write_private
from network.layout import MemberLayout, MspFolder, TlsFiles
from network.lifecycle import ChaincodeDefinition
from network.render import ca

REGISTRAR = "gateway-registrar"
# For one phase of one request: a safety net, since an answer that was lost ends the start.
_ANSWER_SECONDS = 300.0
_REGISTRAR_ATTRIBUTES = (
    Attribute("hf.Registrar.Roles", "client"),
    Attribute("hf.Registrar.Attributes", "crosscredit.*"),
    Attribute("hf.Revoker", "true"),
    Attribute("hf.GenCRL", "true"),
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An identity to be; `target` is where it goes."""

    enrollment_id: str
    type: str
    target: MspFolder | TlsFiles
    attributes: tuple[Attribute, ...] = ()


async def enroll_all(member: MemberLayout, chaincodes: Sequence[ChaincodeDefinition]) -> None:
    """Enrol everything that a member runs, at its own two authorities.

    Raises:
        ComponentFailedError: the authority refused, or could not be reached.
    """
    await asyncio.gather(
        _at_authority(member, ca.ENROLMENT, _signing(member)),
        _at_authority(member, ca.TLS, _tls(member, chaincodes)),
    )


async def enroll_tls(member: MemberLayout, enrollment_id: str, target: TlsFiles) -> None:
    """Enrol one more TLS identity at a member's TLS authority.

    Raises:
        ComponentFailedError: the authority refused, or could not be reached.
    """
    await _at_authority(member, ca.TLS, [_Wanted(enrollment_id, "client", target)])


def _signing(member: MemberLayout) -> list[_Wanted]:
    name = member.member.name
    wanted = [
        _Wanted(f"operator.{name}", "admin", member.operator),
        _Wanted(f"peer.{name}", "peer", member.peer_msp),
        _Wanted(
            f"gateway.{name}",
            "client",
            member.gateway_msp,
            (Attribute("crosscredit.role", "gateway", ecert=True),),
        ),
    ]
    if member.member.orderer:
        wanted.append(_Wanted(f"orderer.{name}", "orderer", member.orderer_msp))
    return wanted


def _tls(member: MemberLayout, chaincodes: Sequence[ChaincodeDefinition]) -> list[_Wanted]:
    wanted = [
        _Wanted("operator", "client", member.operator_tls),
        _Wanted("peer", "client", member.peer_tls),
        _Wanted("gateway", "client", member.gateway_tls),
        _Wanted("gateway-client", "client", member.gateway_client_tls),
    ]
    if member.member.orderer:
        wanted.append(_Wanted("orderer", "client", member.orderer_tls))
    for chaincode in chaincodes:
        layout = member.chaincode(chaincode.name, chaincode.port)
        wanted.append(_Wanted(layout.component, "client", layout.tls))
    return wanted


async def _at_authority(member: MemberLayout, name: str, wanted: Sequence[_Wanted]) -> None:
    roots = member.tls_root.read_bytes()
    try:
        async with CertificateAuthorityClient(
            member.ca.url, name, roots, timeout=_ANSWER_SECONDS
        ) as client:
            admin = await _administrator(member, client)
            # One after the other: the authority's SQLite has one writer.
            for identity in wanted:
                await _issue(member, client, admin, identity)
            if name == ca.ENROLMENT:
                await _register_registrar(member, client, admin)
    except CertificateAuthorityError as error:
        authority = f"{member.member.name}/ca ({name})"
        raise ComponentFailedError(authority, str(error), member.log("ca")) from error


async def _administrator(
    member: MemberLayout, client: CertificateAuthorityClient
) -> SigningIdentity:
    key = new_private_key()
    enrolled = await client.enroll(
        ca.ADMIN,
        admin_secret_file(member).read_text(encoding="ascii"),
        certificate_signing_request(key, ca.ADMIN),
    )
    return SigningIdentity.from_pem(
        member.member.msp_id, enrolled.certificate_pem, private_pem(key)
    )


async def _issue(
    member: MemberLayout,
    client: CertificateAuthorityClient,
    admin: SigningIdentity,
    wanted: _Wanted,
) -> None:
    secret = await client.register(
        admin, wanted.enrollment_id, type=wanted.type, attributes=wanted.attributes
    )
    key = new_private_key()
    tls = isinstance(wanted.target, TlsFiles)
    hosts = ("localhost", member.host) if tls else ()
    request = certificate_signing_request(key, wanted.enrollment_id, hosts=hosts)
    enrolled = await client.enroll(
        wanted.enrollment_id, secret, request, profile="tls" if tls else None
    )
    write_private(wanted.target.key, private_pem(key))
    write_private(wanted.target.certificate, enrolled.certificate_pem)
    if isinstance(wanted.target, MspFolder):
        _complete_msp(member, wanted.target)


def _complete_msp(member: MemberLayout, target: MspFolder) -> None:
    for part in ("cacerts/ca.pem", "tlscacerts/tlsca.pem", "config.yaml"):
        copy_private(member.msp / part, target.folder / part)


async def _register_registrar(
    member: MemberLayout, client: CertificateAuthorityClient, admin: SigningIdentity
) -> None:
    secret = secrets.token_urlsafe(32)
    await client.register(
        admin,
        REGISTRAR,
        attributes=_REGISTRAR_ATTRIBUTES,
        secret=secret,
        max_enrollments=-1,
    )
    write_private(member.registrar_secret, secret.encode())
