import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from chaincode.shim import ClientIdentity, Creator, IdentityError, InvalidProposalError
from tests.support.shim.certificates import authority, issue, name
from tests.support.shim.proposals import serialized_identity

ROOT = authority()
GO = json.loads((Path(__file__).parents[3] / "vectors/client_identity/go_names.json").read_text())[
    "cases"
]


def identity(*units: str, attributes: dict[str, object] | bytes | None = None) -> ClientIdentity:
    pair = issue(ROOT, name("9f", *units), attributes=attributes)
    return ClientIdentity(Creator("alphaMSP", pair.certificate_pem, b""))


@pytest.mark.parametrize("case", GO, ids=[case["name"] for case in GO])
def test_is_named_as_go_chaincode_names_it(case: Any) -> None:
    one = ClientIdentity(Creator("alphaMSP", case["certificate"].encode(), b""))
    assert one.get_id() == case["id"]
    assert one.attributes == case["attributes"]


def test_reads_attributes_and_units() -> None:
    one = identity("client", "library", attributes={"crosscredit.role": "teacher", "x": ""})
    assert one.get_msp_id() == "alphaMSP"
    assert one.get_attribute_value("crosscredit.role") == "teacher"
    assert one.get_attribute_value("x") == ""
    assert one.get_attribute_value("y") is None
    assert one.organizational_units == ("client", "library")
    assert one.has_organizational_unit("library")
    assert not one.has_organizational_unit("lib")
    assert isinstance(one.certificate, x509.Certificate)


def test_asserts_an_attribute() -> None:
    one = identity(attributes={"role": "teacher"})
    one.assert_attribute_value("role", "teacher")
    with pytest.raises(IdentityError, match="role"):
        one.assert_attribute_value("role", "student")
    with pytest.raises(IdentityError, match="other"):
        one.assert_attribute_value("other", "teacher")


def test_without_the_extension_there_are_no_attributes() -> None:
    assert identity("client").attributes == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"attrs": []}',
        b'{"attrs": {"role": 1}}',
        b'{"attrs": null}',
        b"\xff",
        b"[" * 9_000,
    ],
)
def test_unreadable_attributes_are_refused(content: bytes) -> None:
    with pytest.raises(IdentityError):
        identity(attributes=content)


@pytest.mark.parametrize("certificate", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----"])
def test_what_is_no_certificate_is_refused(certificate: bytes) -> None:
    with pytest.raises(IdentityError):
        ClientIdentity(Creator("alphaMSP", certificate, b""))


def test_a_certificate_stands_alone() -> None:
    own, other = (issue(ROOT, name(common, "client")).certificate_pem for common in ("9f", "a0"))
    for two in (own.replace(b"CERTIFICATE", b"SIGNER") + other, b" " + other + own, own + other):
        with pytest.raises(IdentityError):
            ClientIdentity(Creator("alphaMSP", two, b""))
    for one in (own, own.replace(b"\n", b"\r\n"), own.strip()):
        assert ClientIdentity(Creator("alphaMSP", one, b"")).has_organizational_unit("client")


def test_a_creator_is_decoded() -> None:
    encoded = serialized_identity("betaMSP", b"a certificate")
    creator = Creator.from_bytes(encoded)
    assert (creator.msp_id, creator.certificate) == ("betaMSP", b"a certificate")
    assert creator.serialized == encoded


@pytest.mark.parametrize(
    "encoded",
    [b"", b"\xff", serialized_identity("", b"x"), serialized_identity("alphaMSP", b"")],
)
def test_an_incomplete_creator_is_refused(encoded: bytes) -> None:
    with pytest.raises(InvalidProposalError):
        Creator.from_bytes(encoded)
