from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric import ec

from fabric_client import ecdsa
from fabric_client.ca.token import authorization_token, signed_message
from fabric_client.identity import SigningIdentity


def test_the_signed_message_is_that_of_fabric_ca() -> None:
    message = signed_message("POST", "/api/v1/register?ca=x", b'{"id":"a"}', b"PEM")
    assert message == b"POST.L2FwaS92MS9yZWdpc3Rlcj9jYT14.eyJpZCI6ImEifQ==.UEVN"


async def test_the_token_carries_certificate_and_signature(alice: SigningIdentity) -> None:
    token = await authorization_token(alice, "POST", "/api/v1/revoke", b"{}")
    certificate, signature = (b64decode(part, validate=True) for part in token.split("."))
    assert certificate == alice.identity.certificate_pem
    key = alice.identity.certificate().public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    ecdsa.verify(key, signature, signed_message("POST", "/api/v1/revoke", b"{}", certificate))
