import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from fabric_client import ecdsa
from fabric_client.ca import (
    AlreadyRevokedError,
    Attribute,
    AttributeRequest,
    AuthenticationError,
    AuthorizationError,
    CertificateAuthorityClient,
    CertificateAuthorityError,
    IdentityLockedError,
    InvalidResponseError,
    NotFoundError,
    RegistrationExistsError,
    RequestOutcomeUnknownError,
    RequestRefusedError,
    UnreachableError,
    certificate_signing_request,
    new_private_key,
)
from fabric_client.ca.token import signed_message
from fabric_client.identity import SigningIdentity

SECRET = "a-very-secret-word"


def answer(result: Any, status: int = 200) -> httpx.Response:
    body = {"result": result, "errors": [], "messages": [], "success": True}
    return httpx.Response(status, json=body)


def refuse(status: int, code: int, message: str) -> httpx.Response:
    error = {"code": code, "message": message}
    body = {"result": "", "errors": [error], "messages": [], "success": False}
    return httpx.Response(status, json=body)


class FakeCa:
    """Remembers the last request and answers as told."""

    def __init__(self) -> None:
        self.respond: Callable[[httpx.Request], httpx.Response] = lambda _: answer({})
        self.request = httpx.Request("GET", "https://nobody")

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        return self.respond(request)

    @property
    def body(self) -> Any:
        return json.loads(self.request.content)


@pytest.fixture
def server() -> FakeCa:
    return FakeCa()


@pytest.fixture
async def client(server: FakeCa, authority: Any) -> AsyncIterator[CertificateAuthorityClient]:
    async with CertificateAuthorityClient(
        "https://localhost:7054", "ca-alpha", authority.root_pem
    ) as client:
        await client._transport._http.aclose()
        client._transport._http = httpx.AsyncClient(
            base_url="https://localhost:7054", transport=httpx.MockTransport(server)
        )
        yield client


def issuing(authority: Any, csr_pem: bytes | None = None) -> Callable[[httpx.Request], Any]:
    def respond(request: httpx.Request) -> httpx.Response:
        given = csr_pem or json.loads(request.content)["certificate_request"].encode()
        csr = x509.load_pem_x509_csr(given)
        certificate = authority.issue(csr.subject, csr.public_key())
        chain = b64encode(authority.root_pem).decode()
        return answer(
            {"Cert": b64encode(certificate).decode(), "ServerInfo": {"CAChain": chain}}, 201
        )

    return respond


async def test_register_sends_what_fabric_ca_expects(
    client: CertificateAuthorityClient, server: FakeCa, alice: SigningIdentity
) -> None:
    server.respond = lambda _: answer({"secret": SECRET}, 201)
    secret = await client.register(
        alice,
        "bob",
        type="peer",
        affiliation=".",
        attributes=[Attribute("crosscredit.role", "teacher", ecert=True)],
        secret=SECRET,
        max_enrollments=2,
    )
    assert secret == SECRET
    assert server.request.url.path == "/api/v1/register"
    assert server.body == {
        "id": "bob",
        "type": "peer",
        "affiliation": ".",
        "max_enrollments": 2,
        "attrs": [{"name": "crosscredit.role", "value": "teacher", "ecert": True}],
        "secret": SECRET,
        "caname": "ca-alpha",
    }


async def test_the_token_covers_the_very_bytes_sent(
    client: CertificateAuthorityClient, server: FakeCa, alice: SigningIdentity
) -> None:
    server.respond = lambda _: answer({"secret": "s"})
    await client.register(alice, "bob")
    certificate, signature = server.request.headers["Authorization"].split(".")
    message = signed_message(
        "POST", "/api/v1/register", server.request.content, b64decode(certificate)
    )
    key: Any = alice.identity.certificate().public_key()
    ecdsa.verify(key, b64decode(signature), message)


async def test_enrol_sends_the_request_by_basic_authentication(
    client: CertificateAuthorityClient, server: FakeCa, authority: Any
) -> None:
    server.respond = issuing(authority)
    csr = certificate_signing_request(new_private_key(), "bob")
    enrollment = await client.enroll(
        "bob", SECRET, csr, profile="tls", attr_reqs=[AttributeRequest("role", optional=True)]
    )
    credentials = server.request.headers["Authorization"].removeprefix("Basic ")
    assert b64decode(credentials).decode() == f"bob:{SECRET}"
    assert server.body == {
        "certificate_request": csr.decode(),
        "profile": "tls",
        "attr_reqs": [{"name": "role", "optional": True}],
        "caname": "ca-alpha",
    }
    certificate = x509.load_pem_x509_certificate(enrollment.certificate_pem)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "bob"
    assert enrollment.ca_chain_pem == authority.root_pem


async def test_a_certificate_for_another_key_is_refused(
    client: CertificateAuthorityClient, server: FakeCa, authority: Any
) -> None:
    server.respond = issuing(authority, certificate_signing_request(new_private_key(), "bob"))
    with pytest.raises(InvalidResponseError, match="another key"):
        await client.enroll("bob", SECRET, certificate_signing_request(new_private_key(), "bob"))


async def test_a_certificate_for_another_name_is_refused(
    client: CertificateAuthorityClient, server: FakeCa, authority: Any
) -> None:
    key = new_private_key()
    server.respond = issuing(authority, certificate_signing_request(key, "eve"))
    with pytest.raises(InvalidResponseError, match="another name"):
        await client.enroll("bob", SECRET, certificate_signing_request(key, "bob"))


async def test_a_certificate_that_the_chain_did_not_issue_is_refused(
    client: CertificateAuthorityClient, server: FakeCa, authority: Any
) -> None:
    impostor = type(authority)()

    def respond(request: httpx.Request) -> httpx.Response:
        issued = issuing(impostor)(request).json()["result"]
        chain = b64encode(authority.root_pem).decode()
        return answer({"Cert": issued["Cert"], "ServerInfo": {"CAChain": chain}})

    server.respond = respond
    with pytest.raises(InvalidResponseError, match="issuer"):
        await client.enroll("bob", SECRET, certificate_signing_request(new_private_key(), "bob"))


async def test_reenrol_is_authenticated_by_the_old_certificate(
    client: CertificateAuthorityClient, server: FakeCa, authority: Any, alice: SigningIdentity
) -> None:
    server.respond = issuing(authority)
    await client.reenroll(alice, certificate_signing_request(new_private_key(), "alice"))
    assert server.request.url.path == "/api/v1/reenroll"
    certificate = server.request.headers["Authorization"].split(".")[0]
    assert b64decode(certificate) == alice.identity.certificate_pem


async def test_revoke_gives_the_certificates_and_the_list(
    client: CertificateAuthorityClient, server: FakeCa, alice: SigningIdentity
) -> None:
    crl = b64encode(b"-----BEGIN X509 CRL-----\n").decode()
    server.respond = lambda _: answer({"RevokedCerts": [{"Serial": "1f", "AKI": "2e"}], "CRL": crl})
    revocation = await client.revoke(
        alice, serial="1f", aki="2e", reason="keycompromise", gencrl=True
    )
    assert server.body == {
        "serial": "1f",
        "aki": "2e",
        "reason": "keycompromise",
        "gencrl": True,
        "caname": "ca-alpha",
    }
    assert [(item.serial, item.aki) for item in revocation.certificates] == [("1f", "2e")]
    assert revocation.crl_pem == b"-----BEGIN X509 CRL-----\n"


async def test_revoking_an_identity_without_certificates_gives_none(
    client: CertificateAuthorityClient, server: FakeCa, alice: SigningIdentity
) -> None:
    server.respond = lambda _: answer({"RevokedCerts": None, "CRL": ""})
    revocation = await client.revoke(alice, enrollment_id="bob")
    assert (revocation.certificates, revocation.crl_pem) == ((), None)


@pytest.mark.parametrize(
    "refusal",
    [
        (401, 20, AuthenticationError),
        (401, 73, IdentityLockedError),
        (403, 71, AuthorizationError),
        (409, 74, RegistrationExistsError),
        (404, 10, NotFoundError),
        (404, 66, AlreadyRevokedError),
        (400, 31, RequestRefusedError),
        (500, 0, RequestRefusedError),
    ],
)
async def test_refusals_have_types(
    client: CertificateAuthorityClient,
    server: FakeCa,
    alice: SigningIdentity,
    refusal: tuple[int, int, type[RequestRefusedError]],
) -> None:
    status, code, kind = refusal
    server.respond = lambda _: refuse(status, code, "as told")
    with pytest.raises(RequestRefusedError, match="register: as told") as caught:
        await client.register(alice, "bob")
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, code)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"success": true}', b'{"result":1,"errors":[],"success":true}'],
)
async def test_what_is_not_fabric_ca_is_told_apart(
    client: CertificateAuthorityClient, server: FakeCa, body: bytes
) -> None:
    server.respond = lambda _: httpx.Response(200, content=body)
    with pytest.raises(InvalidResponseError):
        await client.ca_info()


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ConnectError("refused"), UnreachableError),
        (httpx.ConnectTimeout("slow"), UnreachableError),
        (httpx.ReadTimeout("slow"), RequestOutcomeUnknownError),
        (httpx.RemoteProtocolError("gone"), RequestOutcomeUnknownError),
    ],
)
async def test_not_sent_and_not_answered_differ(
    client: CertificateAuthorityClient,
    server: FakeCa,
    alice: SigningIdentity,
    failure: Exception,
    kind: type[CertificateAuthorityError],
) -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        raise failure

    server.respond = respond
    with pytest.raises(kind):
        await client.register(alice, "bob")


async def test_no_error_and_no_repr_shows_a_secret(
    client: CertificateAuthorityClient, server: FakeCa, alice: SigningIdentity
) -> None:
    server.respond = lambda _: refuse(400, 5, f'Invalid request body; body={{"secret":"{SECRET}"}}')
    with pytest.raises(RequestRefusedError) as caught:
        await client.register(alice, "bob", secret=SECRET)
    assert SECRET not in repr(caught.value)
    assert SECRET not in repr(client)


def test_plain_http_is_refused(authority: Any) -> None:
    with pytest.raises(ValueError, match="https"):
        CertificateAuthorityClient("http://localhost:7054", "ca", authority.root_pem)


async def test_a_colon_in_an_enrolment_id_is_refused(client: CertificateAuthorityClient) -> None:
    with pytest.raises(ValueError, match="colon"):
        await client.enroll("a:b", SECRET, certificate_signing_request(new_private_key(), "a:b"))
