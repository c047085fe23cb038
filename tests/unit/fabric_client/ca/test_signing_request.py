from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from fabric_client.ca import certificate_signing_request, new_private_key


def test_a_request_names_its_subject_and_hosts_and_is_signed_by_its_key() -> None:
    key = new_private_key()
    pem = certificate_signing_request(
        key, "peer0", organizational_unit="peer", hosts=["localhost", "127.0.0.1", "::1"]
    )
    request = x509.load_pem_x509_csr(pem)
    assert request.is_signature_valid
    assert request.public_key() == key.public_key()
    assert request.subject.rfc4514_string() == "CN=peer0,OU=peer"
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("127.0.0.1"), ip_address("::1")]


def test_without_hosts_there_are_no_alternative_names() -> None:
    request = x509.load_pem_x509_csr(certificate_signing_request(new_private_key(), "alice"))
    assert not list(request.extensions)
    assert request.subject.rfc4514_string() == "CN=alice"


def test_keys_are_on_p256() -> None:
    assert isinstance(new_private_key().curve, ec.SECP256R1)
