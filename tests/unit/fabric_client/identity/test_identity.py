from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fabric_client import ecdsa
from fabric_client.identity import Identity, PrivateKeySigner, SigningIdentity
from fabric_client.wire import MalformedMessageError


def test_an_identity_survives_serialisation(alice: SigningIdentity) -> None:
    assert Identity.deserialize(alice.identity.serialize()) == alice.identity


def test_the_serialised_form_is_the_protobuf_of_msp_serialized_identity() -> None:
    assert Identity("aMSP", b"pem").serialize() == b"\x0a\x04aMSP\x12\x03pem"


def test_bytes_that_are_no_identity_are_refused() -> None:
    with pytest.raises(MalformedMessageError, match="the creator cannot be read"):
        Identity.deserialize(b"\xff\xff", "creator")


async def test_a_high_s_of_a_foreign_signer_is_put_right(alice: SigningIdentity) -> None:
    class HighSigner:
        async def sign(self, message: bytes) -> bytes:
            r, s = decode_dss_signature(await alice.signer.sign(message))
            return encode_dss_signature(r, ecdsa.P256_ORDER - s)

    signature = await SigningIdentity(alice.identity, HighSigner()).sign(b"message")
    key = alice.identity.certificate().public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    ecdsa.verify(key, signature, b"message")


def test_no_repr_shows_a_key(alice: SigningIdentity) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    number = key.private_numbers().private_value
    for shown in (repr(PrivateKeySigner(key)), repr(alice)):
        assert str(number) not in shown
        assert "Numbers" not in shown
    assert "signer" not in repr(alice)


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP256K1()])
def test_another_curve_is_refused(curve: Any) -> None:
    pem = ec.generate_private_key(curve).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(TypeError, match="P-256"):
        PrivateKeySigner.from_pem(pem)
