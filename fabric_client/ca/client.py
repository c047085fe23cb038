import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from fabric_client.ca import answers
from fabric_client.ca.authority_info import AuthorityInfo
from fabric_client.ca.enrollment import Enrollment
from fabric_client.ca.registration import Attribute, AttributeRequest
from fabric_client.ca.revocation import Revocation, RevokedCertificate
from fabric_client.ca.token import authorization_token
from fabric_client.ca.transport import Transport
from fabric_client.identity import SigningIdentity

_API = "/api/v1/"


class CertificateAuthorityClient:
    """A client of one authority on a fabric-ca server; an asynchronous context manager.

    Every method raises, besides what it names, `UnreachableError`, `RequestOutcomeUnknownError`,
    `InvalidResponseError` and the subclasses of `RequestRefusedError`. Source of the interface:
    fabric-ca 1.5, `api/net.go`, `api/client.go` and `lib/server*.go`.
    """

    def __init__(
        self, url: str, ca_name: str, tls_roots_pem: bytes, *, timeout: float = 30.0
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            url: `https://host:port` of the server.
            ca_name: the authority on that server; empty for its default one.
            tls_roots_pem: the only roots that the server's TLS certificate may chain to.
            timeout: seconds for each phase of a request.

        Raises:
            ValueError: the URL is not https, or the roots are no PEM certificates.
        """
        self._ca_name = ca_name
        self._transport = Transport(url, tls_roots_pem, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def register(
        self,
        registrar: SigningIdentity,
        enrollment_id: str,
        *,
        type: str = "client",  # noqa: A002 -- the word of fabric-ca's interface
        affiliation: str = "",
        attributes: Iterable[Attribute] = (),
        secret: str | None = None,
        max_enrollments: int = 1,
    ) -> str:
        """Register an identity and give its enrolment secret.

        Args:
            registrar: an enrolled identity whose `hf.Registrar.*` attributes permit this.
            enrollment_id: the new identity's id, later the certificate's CN.
            type: client, peer, orderer or admin: later the certificate's OU.
            affiliation: a path known to the authority (its parts become OUs); empty for the
                registrar's own, "." for the root.
            attributes: what the authority is to vouch for.
            secret: the enrolment secret, else the authority makes one.
            max_enrollments: how often the secret can be used; -1 without end, 0 the authority's.

        Raises:
            RegistrationExistsError: the id is taken.
        """
        body: dict[str, Any] = {
            "id": enrollment_id,
            "type": type,
            "affiliation": affiliation,
            "max_enrollments": max_enrollments,
            "attrs": [{"name": a.name, "value": a.value, "ecert": a.ecert} for a in attributes],
        }
        if secret is not None:
            body["secret"] = secret
        result = await self._signed("register", registrar, body, secret=secret)
        return answers.text("register", result, "secret")

    async def enroll(
        self,
        enrollment_id: str,
        secret: str,
        csr_pem: bytes,
        *,
        profile: str | None = None,
        attr_reqs: Iterable[AttributeRequest] | None = None,
    ) -> Enrollment:
        """Have a key certified by id and secret.

        Args:
            enrollment_id: as registered; the request's CN must be the same.
            secret: from the registration.
            csr_pem: the signing request, see `certificate_signing_request`.
            profile: "tls" for a TLS certificate; None for an enrolment certificate.
            attr_reqs: the attributes wanted; None for those registered with `ecert`.

        Raises:
            AuthenticationError: id or secret is wrong, or the secret is used up.
            ValueError: the id holds a colon, which HTTP Basic (RFC 7617) cannot carry.
        """
        if ":" in enrollment_id:
            raise ValueError("an enrolment id cannot hold a colon")
        credentials = b64encode(f"{enrollment_id}:{secret}".encode()).decode()
        result = await self._transport.post(
            "enroll",
            _API + "enroll",
            self._body(_enrollment_body(csr_pem, profile, attr_reqs)),
            authorization=f"Basic {credentials}",
            secret=secret,
        )
        return answers.enrollment("enroll", result, csr_pem)

    async def reenroll(
        self,
        holder: SigningIdentity,
        csr_pem: bytes,
        *,
        profile: str | None = None,
        attr_reqs: Iterable[AttributeRequest] | None = None,
    ) -> Enrollment:
        """Have a key, new or old, certified on the word of a certificate still valid.

        Args:
            holder: the identity to renew; the request's CN must be its enrolment id.
            csr_pem: the signing request.
            profile: as for `enroll`.
            attr_reqs: as for `enroll`.
        """
        result = await self._signed(
            "reenroll", holder, _enrollment_body(csr_pem, profile, attr_reqs)
        )
        return answers.enrollment("reenroll", result, csr_pem)

    async def revoke(
        self,
        revoker: SigningIdentity,
        *,
        enrollment_id: str | None = None,
        serial: str | None = None,
        aki: str | None = None,
        reason: str = "unspecified",
        gencrl: bool = False,
    ) -> Revocation:
        """Revoke one certificate (serial and aki), or an identity with all of its certificates.

        Args:
            revoker: holds `hf.Revoker`, or is the identity itself.
            enrollment_id: the identity; with serial and aki, the owner that is expected.
            serial: the certificate's serial number, hexadecimal.
            aki: its authority key identifier, hexadecimal.
            reason: a name of RFC 5280's reasons, in lower case, such as "keycompromise".
            gencrl: whether to have the revocation list made.

        Raises:
            AlreadyRevokedError: the certificate was revoked before.
            NotFoundError: there is no such certificate or identity.
        """
        body = {"id": enrollment_id, "serial": serial, "aki": aki, "reason": reason}
        given = {name: value for name, value in body.items() if value is not None}
        result = await self._signed("revoke", revoker, {**given, "gencrl": gencrl})
        crl = result.get("CRL")
        return Revocation(
            certificates=tuple(
                RevokedCertificate(
                    serial=answers.text("revoke", item, "Serial"),
                    aki=answers.text("revoke", item, "AKI"),
                )
                for item in result.get("RevokedCerts") or ()
            ),
            crl_pem=answers.pem("revoke", result, "CRL") if crl else None,
        )

    async def generate_crl(
        self, caller: SigningIdentity, *, expire_after: datetime | None = None
    ) -> bytes:
        """Have the list of revoked certificates made, PEM.

        Args:
            caller: holds `hf.GenCRL`.
            expire_after: leave out certificates that expired before this time (with time zone).
        """
        body = {} if expire_after is None else {"expireafter": expire_after.isoformat()}
        return answers.pem("gencrl", await self._signed("gencrl", caller, body), "CRL")

    async def ca_info(self) -> AuthorityInfo:
        """Ask the authority for its name, chain and version; needs no identity."""
        result = await self._transport.post("cainfo", _API + "cainfo", self._body({}))
        return AuthorityInfo(
            name=answers.text("cainfo", result, "CAName"),
            ca_chain_pem=answers.pem("cainfo", result, "CAChain"),
            version=answers.text("cainfo", result, "Version"),
        )

    async def _signed(
        self,
        operation: str,
        caller: SigningIdentity,
        content: Mapping[str, Any],
        *,
        secret: str | None = None,
    ) -> Mapping[str, Any]:
        path, body = _API + operation, self._body(content)
        token = await authorization_token(caller, "POST", path, body)
        return await self._transport.post(operation, path, body, authorization=token, secret=secret)

    def _body(self, content: Mapping[str, Any]) -> bytes:
        return json.dumps({**content, "caname": self._ca_name}).encode()


def _enrollment_body(
    csr_pem: bytes, profile: str | None, attr_reqs: Iterable[AttributeRequest] | None
) -> dict[str, Any]:
    body: dict[str, Any] = {"certificate_request": csr_pem.decode("ascii")}
    if profile is not None:
        body["profile"] = profile
    if attr_reqs is not None:
        body["attr_reqs"] = [{"name": a.name, "optional": a.optional} for a in attr_reqs]
    return body
