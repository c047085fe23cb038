import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from chaincode.ledger.memory.authority import Authority
from gateway.exchange.errors import (
    CertificateExpired,
    CertificateRevoked,
    CertificateUntrusted,
    ExchangeError,
    RoleMissing,
)
from gateway.exchange.trust import MemberTrust, require_gateway
from tests.support.exchange import NOW, Holder, TestAuthority, World

VECTOR = json.loads((Path(__file__).parents[3] / "vectors" / "fabric_ca" / "beta.json").read_text())


@pytest.fixture
def world() -> World:
    return World()


def check(holder: Holder, trust: MemberTrust, *, now: datetime = NOW) -> str:
    return require_gateway(holder.certificate, trust, now=now)


def from_fabric_ca(name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(VECTOR[name].encode())


@pytest.mark.parametrize(
    ("name", "error"),
    [("revoked", CertificateRevoked), ("teacher", RoleMissing), ("plain", RoleMissing)],
)
def test_what_fabric_ca_issues_is_judged_right(name: str, error: type[ExchangeError]) -> None:
    trust = MemberTrust(
        "betaMSP",
        (from_fabric_ca("root"),),
        revocations=(x509.load_pem_x509_crl(VECTOR["crl"].encode()),),
    )
    now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert require_gateway(from_fabric_ca("gateway"), trust, now=now) == "0f" * 16
    with pytest.raises(error):
        require_gateway(from_fabric_ca(name), trust, now=now)


def test_what_the_sandbox_issues_is_judged_like_it() -> None:
    authority = Authority("alphaMSP", now=NOW)
    gateway = authority.enrol(common_name="0f", attributes={"crosscredit.role": "gateway"})
    student = authority.enrol(common_name="1f", attributes={"crosscredit.role": "student"})
    trust = MemberTrust("alphaMSP", (x509.load_pem_x509_certificate(authority.certificate),))
    certificate = x509.load_pem_x509_certificate(gateway.certificate)
    assert require_gateway(certificate, trust, now=NOW) == "0f"
    with pytest.raises(RoleMissing):
        require_gateway(x509.load_pem_x509_certificate(student.certificate), trust, now=NOW)


def test_a_gateway_of_another_member_is_refused(world: World) -> None:
    holder = world.beta.issue()
    assert check(holder, world.members["betaMSP"])
    with pytest.raises(CertificateUntrusted):
        check(holder, world.members["alphaMSP"])


def test_an_authority_of_the_same_name_is_another(world: World) -> None:
    with pytest.raises(CertificateUntrusted):
        check(TestAuthority("ca.alpha").issue(), world.members["alphaMSP"])


@pytest.mark.parametrize("role", ["registrar", "teacher", "student", "supervisor", "Gateway", ""])
def test_another_role_is_refused(world: World, role: str) -> None:
    with pytest.raises(RoleMissing):
        check(world.alpha.issue(role=role), world.members["alphaMSP"])


@pytest.mark.parametrize(
    "attributes",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"attrs":[]}',
        b'{"attrs":{"crosscredit.role":["gateway"]}}',
        b'{"crosscredit.role":"gateway"}',
        b"[" * 100_000,
    ],
)
def test_attributes_of_another_form_give_no_role(world: World, attributes: bytes) -> None:
    with pytest.raises(RoleMissing):
        check(world.alpha.issue(attributes=attributes), world.members["alphaMSP"])


def test_a_certificate_without_attributes_has_no_role(world: World) -> None:
    with pytest.raises(RoleMissing):
        check(world.alpha.issue(role=None), world.members["alphaMSP"])


@pytest.mark.parametrize("days", [366, -3])
def test_a_certificate_outside_its_time_is_refused(world: World, days: int) -> None:
    with pytest.raises(CertificateExpired):
        check(world.alpha.issue(age=timedelta(days=days)), world.members["alphaMSP"])


def test_an_expired_root_carries_nobody(world: World) -> None:
    holder = world.alpha.issue(age=timedelta(days=-365))
    with pytest.raises(CertificateUntrusted):
        check(holder, world.members["alphaMSP"], now=NOW + timedelta(days=366))


def test_an_authoritys_own_certificate_is_no_gateways(world: World) -> None:
    with pytest.raises(CertificateUntrusted):
        check(world.alpha.issue(ca=True), world.members["alphaMSP"])
    with pytest.raises(CertificateUntrusted):
        check(Holder(world.alpha.certificate, world.alpha.key), world.members["alphaMSP"])


def test_a_certificate_not_for_signing_is_refused(world: World) -> None:
    with pytest.raises(CertificateUntrusted):
        check(world.alpha.issue(signing=False), world.members["alphaMSP"])


def test_a_gateway_cannot_issue_gateways(world: World) -> None:
    gateway = world.alpha.issue()
    usurper = TestAuthority("usurper")
    usurper.key, usurper.name = gateway.key, gateway.certificate.subject
    trust = MemberTrust("alphaMSP", (world.alpha.certificate,), (gateway.certificate,))
    with pytest.raises(CertificateUntrusted):
        check(usurper.issue(), trust)


def test_an_unknown_critical_extension_is_refused(world: World) -> None:
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    with pytest.raises(CertificateUntrusted):
        check(world.alpha.issue(extra=odd), world.members["alphaMSP"])


def test_an_intermediate_of_the_configuration_carries(world: World) -> None:
    inner = TestAuthority("ca.inner", world.alpha)
    holder = inner.issue()
    with pytest.raises(CertificateUntrusted):
        check(holder, world.members["alphaMSP"])
    trust = MemberTrust("alphaMSP", (world.alpha.certificate,), (inner.certificate,))
    assert check(holder, trust)


def revoking(world: World, *lists: x509.CertificateRevocationList) -> MemberTrust:
    return MemberTrust("alphaMSP", (world.alpha.certificate,), revocations=lists)


def test_a_revoked_certificate_is_refused_and_others_are_not(world: World) -> None:
    revoked, other = world.alpha.issue(), world.alpha.issue()
    trust = revoking(world, world.alpha.revoke(), world.alpha.revoke(revoked.certificate))
    with pytest.raises(CertificateRevoked):
        check(revoked, trust)
    assert check(other, trust)


def test_a_revoked_intermediate_carries_nobody(world: World) -> None:
    inner = TestAuthority("ca.inner", world.alpha)
    trust = MemberTrust(
        "alphaMSP",
        (world.alpha.certificate,),
        (inner.certificate,),
        (world.alpha.revoke(inner.certificate),),
    )
    with pytest.raises(CertificateRevoked):
        check(inner.issue(), trust)


def test_another_authoritys_list_does_not_count(world: World) -> None:
    holder = world.alpha.issue()
    assert check(holder, revoking(world, world.beta.revoke(holder.certificate)))


def test_a_list_that_its_authority_did_not_sign_closes_the_door(world: World) -> None:
    false = world.alpha.revoke(signer=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(CertificateUntrusted, match="revocation list"):
        check(world.alpha.issue(), revoking(world, false))


def test_a_ca_that_renewed_its_key_keeps_the_list_of_the_old_one(world: World) -> None:
    renewed = TestAuthority("ca.alpha")
    old, new = world.alpha.issue(), renewed.issue()
    trust = MemberTrust(
        "alphaMSP",
        (world.alpha.certificate, renewed.certificate),
        revocations=(world.alpha.revoke(old.certificate, new.certificate, names_key=True),),
    )
    with pytest.raises(CertificateRevoked):
        check(old, trust)
    assert check(new, trust)
