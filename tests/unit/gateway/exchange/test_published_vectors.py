"""The library, held to RFC 9421's own example with our algorithm (appendix B.2.4)."""

import base64
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from http_message_signatures import InvalidSignature
from http_message_signatures.algorithms import ECDSA_P256_SHA256

from gateway.exchange.library import PresentedKey, TimelessVerifier


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "="), "big")


KEY = ec.EllipticCurvePublicNumbers(
    number("qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA"),
    number("Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"),
    ec.SECP256R1(),
).public_key()


DIGEST = "mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ=="
INPUT = (
    'sig-b24=("@status" "content-type" "content-digest" "content-length")'
    ';created=1618884473;keyid="test-key-ecc-p256"'
)
SIGNATURE = (
    "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw=="
)


@dataclass
class Response:
    status_code: int = 200
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "Content-Type": "application/json",
            "Content-Digest": f"sha-512=:{DIGEST}:",
            "Content-Length": "23",
            "Signature-Input": INPUT,
            "Signature": f"sig-b24=:{SIGNATURE}:",
        }
    )


def verify(response: Response) -> dict[str, str]:
    verifier = TimelessVerifier(
        signature_algorithm=ECDSA_P256_SHA256, key_resolver=PresentedKey(KEY)
    )
    [result] = verifier.verify(response, max_age=None)
    return dict(result.covered_components)


def test_the_published_signature_holds() -> None:
    covered = verify(Response())
    assert covered['"@status"'] == "200"
    assert covered['"content-length"'] == "23"


@pytest.mark.parametrize("name", ["Content-Type", "Content-Digest", "Content-Length"])
def test_and_for_nothing_else(name: str) -> None:
    response = Response()
    response.headers[name] += "1"
    with pytest.raises(InvalidSignature):
        verify(response)


def test_and_for_no_other_status() -> None:
    with pytest.raises(InvalidSignature):
        verify(Response(status_code=201))
