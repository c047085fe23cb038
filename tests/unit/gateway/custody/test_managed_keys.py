import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from gateway.custody.errors import (
    NotTheOwner,
    OwnerProofExpired,
    SecretUnreadable,
    SignatureNeeded,
    SignatureRefused,
)
from gateway.custody.managed_keys import KeptSealingKey, KeptSigningKey, ManagedKeys
from gateway.custody.master_keys import MasterKeys
from gateway.custody.owner import Owner, OwnerGate
from gateway.custody.secret_box import SecretBox
from gateway.custody.signers import P256_ORDER, HeldSigner, to_low_s, verified_signature
from gateway.evidence.suite import hpke_open, hpke_seal

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


class Custody:
    def __init__(self) -> None:
        self.clock = Clock()
        self.gate = OwnerGate(self.clock)
        self.keys = ManagedKeys(SecretBox(MasterKeys(b"m" * 32)), self.gate)

    def owner(self, account: str) -> Owner:
        return self.gate.admit(account, until=NOW + timedelta(minutes=5))


@pytest.fixture
def custody() -> Custody:
    return Custody()


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    key = serialization.load_der_public_key(public)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


async def test_signs_for_its_owner_in_low_s(custody: Custody) -> None:
    kept = custody.keys.new_signing_key("anna")
    signer = custody.keys.signer(custody.owner("anna"), kept)
    for _ in range(50):
        signature = await signer.sign(b"message")
        verify(kept.public, signature, b"message")
        assert decode_dss_signature(signature)[1] <= P256_ORDER // 2


def test_opens_work_for_its_owner(custody: Custody) -> None:
    kept = custody.keys.new_sealing_key("anna")
    private = custody.keys.sealing_key(custody.owner("anna"), kept)
    sealed = hpke_seal(kept.public, info=b"", plaintext=b"work")
    assert hpke_open(private, info=b"", sealed=sealed) == b"work"


def open_with(custody: Custody, owner: Owner, kept: KeptSigningKey | KeptSealingKey) -> None:
    if isinstance(kept, KeptSigningKey):
        custody.keys.signer(owner, kept)
    else:
        custody.keys.sealing_key(owner, kept)


@pytest.fixture(params=["signing", "sealing"])
def kept(request: pytest.FixtureRequest, custody: Custody) -> KeptSigningKey | KeptSealingKey:
    if request.param == "signing":
        return custody.keys.new_signing_key("anna")
    return custody.keys.new_sealing_key("anna")


def test_nobody_else_opens_a_key(custody: Custody, kept: KeptSigningKey) -> None:
    with pytest.raises(NotTheOwner):
        open_with(custody, custody.owner("bert"), kept)


def test_a_forged_proof_opens_nothing(custody: Custody, kept: KeptSigningKey) -> None:
    true = custody.owner("anna")
    bert = custody.owner("bert")
    other_process = OwnerGate(custody.clock).admit("anna", until=true.until)
    for forged in (
        Owner("anna", true.until, b""),
        Owner("anna", true.until, bytes(32)),
        replace(bert, account="anna"),
        replace(true, until=true.until + timedelta(days=1)),
        other_process,
    ):
        with pytest.raises(NotTheOwner):
            open_with(custody, forged, kept)


def test_a_proof_runs_out(custody: Custody, kept: KeptSigningKey) -> None:
    owner = custody.owner("anna")
    custody.clock.now = owner.until
    with pytest.raises(OwnerProofExpired):
        open_with(custody, owner, kept)


def test_a_key_moved_to_another_account_does_not_open(
    custody: Custody, kept: KeptSigningKey
) -> None:
    with pytest.raises(SecretUnreadable):
        open_with(custody, custody.owner("bert"), replace(kept, owner="bert"))


def test_keys_of_one_owner_cannot_be_swapped(custody: Custody) -> None:
    one, two = custody.keys.new_signing_key("anna"), custody.keys.new_signing_key("anna")
    with pytest.raises(SecretUnreadable):
        custody.keys.signer(custody.owner("anna"), replace(one, sealed=two.sealed))
    first, second = custody.keys.new_sealing_key("anna"), custody.keys.new_sealing_key("anna")
    with pytest.raises(SecretUnreadable):
        custody.keys.sealing_key(custody.owner("anna"), replace(first, sealed=second.sealed))


def test_a_blob_that_holds_another_key_than_it_says_is_refused() -> None:
    box, gate = SecretBox(MasterKeys(b"m" * 32)), OwnerGate(Clock())
    keys = ManagedKeys(box, gate)
    owner = gate.admit("anna", until=NOW + timedelta(minutes=5))
    signing, sealing = keys.new_signing_key("anna"), keys.new_sealing_key("anna")
    wrong = box.seal((7).to_bytes(32, "big"), owner="anna", purpose=signing.purpose)
    with pytest.raises(SecretUnreadable):
        keys.signer(owner, replace(signing, sealed=wrong))
    for seed in (bytes(32), b"short"):
        wrong = box.seal(seed, owner="anna", purpose=sealing.purpose)
        with pytest.raises(SecretUnreadable):
            keys.sealing_key(owner, replace(sealing, sealed=wrong))


def test_the_certificate_request_is_of_the_kept_key(custody: Custody) -> None:
    kept = custody.keys.new_signing_key("anna")
    signer = custody.keys.signer(custody.owner("anna"), kept)
    request = x509.load_pem_x509_csr(signer.certificate_request("0f" * 16))
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=" + "0f" * 16
    assert (
        request.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        == kept.public
    )


def test_nothing_secret_shows(custody: Custody) -> None:
    kept = custody.keys.new_signing_key("anna")
    owner = custody.owner("anna")
    signer = custody.keys.signer(owner, kept)
    assert repr(signer) == "ManagedSigner()"
    assert repr(owner.proof) not in repr(owner)
    assert repr(kept.sealed) not in repr(kept)
    with pytest.raises(TypeError):
        signer.__reduce__()


async def test_a_held_key_gives_the_bytes_out_and_takes_the_signature_back() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(SignatureNeeded) as needed:
        await HeldSigner(key.public_key()).sign(b"message")
    assert needed.value.message == b"message"
    assert "b'message'" not in repr(needed.value)
    returned = key.sign(b"message", ec.ECDSA(hashes.SHA256()))
    other = key.sign(b"another", ec.ECDSA(hashes.SHA256()))
    signature = await HeldSigner(key.public_key(), (other, returned)).sign(b"message")
    key.public_key().verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(SignatureNeeded):
        await HeldSigner(key.public_key(), (returned,)).sign(b"a third")


@pytest.mark.parametrize("signature", [b"", b"no DER", bytes(64)])
def test_a_signature_from_outside_is_checked(signature: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(SignatureRefused):
        verified_signature(key.public_key(), signature, b"message")
    stranger = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(SignatureRefused):
        verified_signature(
            key.public_key(), stranger.sign(b"message", ec.ECDSA(hashes.SHA256())), b"message"
        )


def test_high_s_is_turned_low() -> None:
    assert to_low_s(encode_dss_signature(5, P256_ORDER - 7)) == encode_dss_signature(5, 7)
    assert to_low_s(encode_dss_signature(5, 7)) == encode_dss_signature(5, 7)


async def test_signing_leaves_the_event_loop(custody: Custody) -> None:
    kept = custody.keys.new_signing_key("anna")
    signer = custody.keys.signer(custody.owner("anna"), kept)
    signatures = await asyncio.gather(*(signer.sign(b"%d" % number) for number in range(20)))
    for number, signature in enumerate(signatures):
        verify(kept.public, signature, b"%d" % number)
