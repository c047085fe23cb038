"""The token by which a certificate's holder authenticates to fabric-ca.

`b64(cert) "." b64(sig)`, where the signature covers
`method "." b64(uri) "." b64(body) "." b64(cert)`; standard base64 with padding, the certificate as
PEM, the URI as path and query (`util/util.go`, `GenECDSAToken`).
"""

from base64 import b64encode

from fabric_client.identity import SigningIdentity


def signed_message(method: str, uri: str, body: bytes, certificate_pem: bytes) -> bytes:
    """Give the bytes that a token's signature covers."""
    parts = [
        method.encode(),
        b64encode(uri.encode()),
        b64encode(body),
        b64encode(certificate_pem),
    ]
    return b".".join(parts)


async def authorization_token(caller: SigningIdentity, method: str, uri: str, body: bytes) -> str:
    """Make the value of the `Authorization` header."""
    certificate_pem = caller.identity.certificate_pem
    signature = await caller.sign(signed_message(method, uri, body, certificate_pem))
    return f"{b64encode(certificate_pem).decode()}.{b64encode(signature).decode()}"
