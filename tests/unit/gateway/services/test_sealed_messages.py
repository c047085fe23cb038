import pytest

from gateway.evidence.keys import SealingPrivateKey
from gateway.services.evidence_errors import BundleRefused
from gateway.services.sealed_messages import open_message, seal_message

DOCUMENT = {"enrolment_key": "ab" * 32}


@pytest.fixture(scope="module")
def key() -> SealingPrivateKey:
    return SealingPrivateKey.generate()


def test_what_was_sealed_opens_for_its_place(key: SealingPrivateKey) -> None:
    sealed = seal_message(key.public, purpose="p", place="enrolment/1", document=DOCUMENT)
    assert "ab" * 32 not in sealed
    assert open_message(key, purpose="p", place="enrolment/1", sealed=sealed) == DOCUMENT


@pytest.mark.parametrize(
    ("purpose", "place"), [("q", "enrolment/1"), ("p", "enrolment/2"), ("p\x00e", "nrolment/1")]
)
def test_and_for_no_other(key: SealingPrivateKey, purpose: str, place: str) -> None:
    sealed = seal_message(key.public, purpose="p", place="enrolment/1", document=DOCUMENT)
    with pytest.raises(BundleRefused):
        open_message(key, purpose=purpose, place=place, sealed=sealed)


def test_nor_with_another_key_nor_altered(key: SealingPrivateKey) -> None:
    sealed = seal_message(key.public, purpose="p", place="x", document=DOCUMENT)
    other = SealingPrivateKey.generate()
    with pytest.raises(BundleRefused):
        open_message(other, purpose="p", place="x", sealed=sealed)
    for altered in (sealed[:-8], "A" + sealed[1:] if sealed[0] != "A" else "B" + sealed[1:], "?"):
        with pytest.raises(BundleRefused) as refused:
            open_message(key, purpose="p", place="x", sealed=altered)
        assert refused.value.__cause__ is None
