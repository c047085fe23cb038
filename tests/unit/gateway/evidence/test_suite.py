"""The HPKE library is held to published vectors, ours to refusing what was not sealed to it."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from gateway.evidence.errors import SealingKeyInvalid, WrapRefused
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.evidence.suite import SUITE, hpke_open, hpke_seal

VECTORS = Path(__file__).parents[3] / "vectors" / "hpke"


def test_key_and_suite_agree_with_the_published_hybrid_vector() -> None:
    vector = json.loads((VECTORS / "mlkem768-x25519.json").read_text())
    private = SealingPrivateKey(bytes.fromhex(vector["private_seed"]))
    assert private.public.raw.hex() == vector["public_key"]
    # The public interface has no AAD (RFC 9180, section 8.1); the vector has one.
    opened = openssl.hpke._decrypt_with_aad(
        SUITE,
        bytes.fromhex(vector["enc"] + vector["encryption"]["ct"]),
        private.hpke,
        info=bytes.fromhex(vector["info"]),
        aad=bytes.fromhex(vector["encryption"]["aad"]),
    )
    assert opened.hex() == vector["encryption"]["pt"]


def test_library_agrees_with_rfc_9180_appendix_a_1_1() -> None:
    private = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    )
    sealed = (
        "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
        "6d8770ac83d07bea87e13c512a"
    )
    opened = openssl.hpke._decrypt_with_aad(
        Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM),
        bytes.fromhex(sealed),
        private,
        info=bytes.fromhex("4f6465206f6e2061204772656369616e2055726e"),
        aad=b"Count-0",
    )
    assert opened == b"Beauty is truth, truth beauty"


def test_opens_for_its_key_and_context_alone() -> None:
    private, other = SealingPrivateKey.generate(), SealingPrivateKey.generate()
    sealed = hpke_seal(private.public, info=b"here", plaintext=b"opening")
    assert hpke_open(private, info=b"here", sealed=sealed) == b"opening"
    for key, info, data in [
        (other, b"here", sealed),
        (private, b"there", sealed),
        (private, b"here", sealed[:-1]),
        (private, b"here", b""),
        (private, b"here", bytes([sealed[0] ^ 1]) + sealed[1:]),
    ]:
        with pytest.raises(WrapRefused):
            hpke_open(key, info=info, sealed=data)


def test_public_key_survives_its_text_form() -> None:
    public = SealingPrivateKey.generate().public
    again = SealingPublicKey.from_text(public.text)
    assert again == public
    assert again.key_id == public.key_id
    assert hash(again) == hash(public)


@pytest.mark.parametrize("text", ["", "AAAA", "ä", "=" * 4, "A" * 1622, "A" * 1621])
def test_refuses_what_is_no_public_key(text: str) -> None:
    with pytest.raises(SealingKeyInvalid):
        SealingPublicKey.from_text(text)


def test_refuses_coordinates_outside_the_field() -> None:
    with pytest.raises(SealingKeyInvalid):
        SealingPublicKey(b"\xff" * 1216)


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(SealingKeyInvalid):
        SealingPrivateKey(b"short")


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31)])
def test_refuses_a_point_of_low_order(point: bytes) -> None:
    """Nothing can be sealed to it: that is to be known before anything is."""
    raw = SealingPrivateKey.generate().public.raw
    with pytest.raises(SealingKeyInvalid):
        SealingPublicKey(raw[:-32] + point)
    assert SealingPublicKey(raw).raw == raw


def test_the_private_key_shows_and_pickles_nothing() -> None:
    private = SealingPrivateKey.generate()
    assert private.export_seed().hex() not in repr(private)
    assert repr(private.export_seed()) not in repr(private)
    with pytest.raises(TypeError):
        private.__reduce__()
