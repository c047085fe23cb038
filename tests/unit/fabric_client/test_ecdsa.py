from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from fabric_client import ecdsa

KEY = ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256R1())


def flipped(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, ecdsa.P256_ORDER - s)


@given(st.binary(max_size=64))
@settings(max_examples=50)
def test_a_signature_is_low_s_and_holds(message: bytes) -> None:
    signature = ecdsa.sign(KEY, message)
    assert decode_dss_signature(signature)[1] <= ecdsa.P256_ORDER // 2
    ecdsa.verify(KEY.public_key(), signature, message)


def test_the_high_twin_is_a_signature_that_is_refused_and_put_right() -> None:
    low = ecdsa.sign(KEY, b"message")
    high = flipped(low)
    KEY.public_key().verify(high, b"message", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(ecdsa.SignatureRefusedError, match="high S"):
        ecdsa.verify(KEY.public_key(), high, b"message")
    assert ecdsa.to_low_s(high) == low
    assert ecdsa.to_low_s(low) == low


def test_half_the_order_itself_is_low_and_one_more_is_not() -> None:
    half = encode_dss_signature(1, ecdsa.P256_ORDER // 2)
    above = encode_dss_signature(1, ecdsa.P256_ORDER // 2 + 1)
    assert ecdsa.to_low_s(half) == half
    assert ecdsa.to_low_s(above) == half


@pytest.mark.parametrize("message", [b"messagf", b""])
def test_another_message_is_refused(message: bytes) -> None:
    signature = ecdsa.sign(KEY, b"message")
    with pytest.raises(ecdsa.SignatureRefusedError, match="does not hold"):
        ecdsa.verify(KEY.public_key(), signature, message)


def test_another_key_and_another_curve_are_refused() -> None:
    signature = ecdsa.sign(KEY, b"message")
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(ecdsa.SignatureRefusedError, match="does not hold"):
        ecdsa.verify(other, signature, b"message")
    with pytest.raises(ecdsa.SignatureRefusedError, match="secp384r1"):
        ecdsa.verify(ec.generate_private_key(ec.SECP384R1()).public_key(), signature, b"message")


def test_what_is_not_der_is_refused() -> None:
    with pytest.raises(ecdsa.SignatureRefusedError, match="DER"):
        ecdsa.verify(KEY.public_key(), b"\x00" * 64, b"message")
    with pytest.raises(ecdsa.SignatureRefusedError, match="DER"):
        ecdsa.to_low_s(b"")


def test_the_key_of_a_certificate_is_on_p256_or_refused(authority: Any) -> None:
    pem = authority.root_pem
    assert ecdsa.public_key(pem, "root") == authority.key.public_key()
    with pytest.raises(ecdsa.SignatureRefusedError, match="eve: the certificate cannot be read"):
        ecdsa.public_key(b"-----BEGIN CERTIFICATE-----", "eve")
    name = authority.subject
    other = authority.issue(name, ec.generate_private_key(ec.SECP384R1()).public_key())
    with pytest.raises(ecdsa.SignatureRefusedError, match=r"eve: .* not on P-256"):
        ecdsa.public_key(other, "eve")
