"""Each refusal with its exact code, at the door and behind it, and the same by the right party."""

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from cryptography import x509

from chaincode.domain.caller import Role
from chaincode.domain.commands.learning import AddGrade, AddGradePrivate
from chaincode.domain.commitment import grade_commitment
from chaincode.domain.grade import GradeReason
from demo.attacks import between_gateways, over_rest
from demo.attacks.catalogue import wire_between
from demo.story.course import ESSAY
from demo.world import Person
from fabric_client import EndorseError, SigningIdentity
from fabric_client.ca import (
    Attribute,
    CertificateAuthorityClient,
    certificate_signing_request,
    new_private_key,
)
from fabric_client.identity import Identity, PrivateKeySigner
from gateway.config import load
from gateway.exchange.signing import RequestSigner
from gateway.services.intent import new_id
from network.authority import private_pem
from network.identities import REGISTRAR
from tests.support.on_fabric.calls import ENDORSED, said_by_peers, stored, submitted
from tests.support.on_fabric.members import Members, msp_id
from tests.support.on_fabric.scan import files_below
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.vault import vault_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

PARTIES = ("alpha", "beta")


async def test_a_byte_altered_on_the_way_is_refused_and_the_unaltered_body_kept(
    on_fabric: OnFabric,
) -> None:
    wire = wire_between(on_fabric.members["alpha"], on_fabric.members["beta"])
    body = between_gateways.new_body()
    attempt = await between_gateways.altered_work(wire, body)
    assert attempt.code == "digest-differs"
    assert body not in await kept_by(on_fabric.members, "beta")
    assert await between_gateways.unaltered_work(wire, body) == ""
    assert body in await kept_by(on_fabric.members, "beta")


async def kept_by(members: Members, name: str) -> list[bytes]:
    """All that lies in a gateway's work store."""
    work = load(members[name].gateway_config).storage.work
    return await asyncio.to_thread(lambda: [path.read_bytes() for path in files_below(work)])


async def test_a_request_between_gateways_counts_once(on_fabric: OnFabric) -> None:
    wire = wire_between(on_fabric.members["alpha"], on_fabric.members["beta"])
    body = between_gateways.new_body()
    assert (await between_gateways.replayed_message(wire, body)).code == "request-replayed"
    # The first copy was taken, and a request that is signed anew is another one.
    assert body in await kept_by(on_fabric.members, "beta")
    assert await between_gateways.unaltered_work(wire, body) == ""


async def test_nobody_signs_for_another_gateway(on_fabric: OnFabric) -> None:
    alpha, beta, gamma = (on_fabric.members[name] for name in ("alpha", "beta", "gamma"))
    own = wire_between(alpha, beta)
    forger = RequestSigner(
        msp_id="alphaMSP",
        certificate=x509.load_pem_x509_certificate(alpha.gateway_msp.certificate.read_bytes()),
        signer=PrivateKeySigner.from_pem(gamma.gateway_msp.key.read_bytes()),
        clock=lambda: datetime.now(UTC),
    )
    forged = replace(own, signer=forger)
    body = between_gateways.new_body()
    assert await between_gateways.unaltered_work(forged, body) == "signature-invalid"
    assert await between_gateways.unaltered_work(own, body) == ""


async def certified(members: Members, name: str, role: Role) -> SigningIdentity:
    """A certificate of a role, from the member's authority and by its registrar alone."""
    member = members[name]
    async with CertificateAuthorityClient(
        member.ca.url, "ca", member.tls_root.read_bytes()
    ) as authority:
        key, common = new_private_key(), secrets.token_hex(16)
        registrar = await authority.enroll(
            REGISTRAR,
            member.registrar_secret.read_text("ascii"),
            certificate_signing_request(key, REGISTRAR),
        )
        by = SigningIdentity.from_pem(msp_id(name), registrar.certificate_pem, private_pem(key))
        attribute = Attribute("crosscredit.role", role.value, ecert=True)
        secret = await authority.register(by, common, attributes=[attribute])
        own = new_private_key()
        enrolled = await authority.enroll(common, secret, certificate_signing_request(own, common))
    return SigningIdentity(Identity(msp_id(name), enrolled.certificate_pem), PrivateKeySigner(own))


async def holder(members: Members, name: str, person: Person, purpose: str) -> SigningIdentity:
    """A person's own certificate and key: the gateway's door is left out."""
    async with vault_of(members[name]) as vault:
        return vault.identity((await vault.accounts_of(person.login))[purpose])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def enrolment(on_fabric: OnFabric) -> str:
    """An enrolment whose essay waits for its grade."""
    return await on_fabric.handed_in()


async def grading(stage: OnFabric, enrolment: str) -> tuple[AddGrade, AddGradePrivate]:
    """The call that the teacher could make now, made by hand."""
    key, salt = stage.slot("enrolment", enrolment), secrets.token_bytes(32)
    slot = await stored(stage.members, stage.slot("grade", enrolment), at="beta")
    work = await stored(stage.members, stage.slot("work", enrolment), at="beta")
    number, mark = len(slot["entries"]) + 1, 9000
    async with vault_of(stage.members["beta"]) as vault:
        secret = await vault.enrolment_key(key)
    command = AddGrade(
        operation=new_id(),
        enrolment=key,
        expected_version=slot["version"],
        part=ESSAY,
        work_number=len(work["entries"]),
        commitment=grade_commitment(enrolment=key, part=ESSAY, number=number, mark=mark, salt=salt),
        reason=GradeReason.FIRST if number == 1 else GradeReason.APPEAL,
    )
    private = AddGradePrivate(enrolment_key=secret.hex(), mark=mark, salt=salt.hex())
    return command, private


async def test_a_student_grades_nobody(on_fabric: OnFabric, enrolment: str) -> None:
    cast, members = on_fabric.played.cast, on_fabric.members
    attempt = await over_rest.student_grades_herself(on_fabric.played)
    assert attempt.code == "not-permitted"
    # Beta's gateway does not know her.
    stranger = await on_fabric.world.gateways["beta"].client.post(
        f"/v1/enrolments/{enrolment}/grades",
        json={"part": ESSAY, "mark": "100.00", "expected_version": 1},
        headers=cast.student.authorization,
    )
    assert (stranger.status_code, stranger.json()["type"]) == (
        401,
        "urn:crosscredit:problem:not-authenticated",
    )

    command, private = await grading(on_fabric, enrolment)
    students = [
        await certified(members, "alpha", Role.STUDENT),
        await certified(members, "beta", Role.STUDENT),
        await holder(members, "alpha", cast.student, "betaMSP"),
        await holder(members, "alpha", cast.student, "home"),
    ]
    for student in students:
        said = await said_by_peers(members, student, command, private, at=PARTIES)
        assert said == dict.fromkeys(PARTIES, "not-permitted")
        with pytest.raises(EndorseError) as refused:
            await submitted(members, student, command, private, at="alpha", endorsers=PARTIES)
        assert {item.status for item in refused.value.chaincode_responses} == {500}
    await teacher_succeeds(on_fabric, enrolment, command, private)


async def test_a_certificate_beside_the_signers_own_speaks_for_nobody(
    on_fabric: OnFabric, enrolment: str
) -> None:
    """A peer authenticates the first PEM block that Go finds, whatever the others are."""
    members = on_fabric.members
    student = await certified(members, "beta", Role.STUDENT)
    teacher = await holder(members, "beta", on_fabric.played.cast.teacher, "home")
    own, other = student.identity.certificate_pem, teacher.identity.certificate_pem
    command, private = await grading(on_fabric, enrolment)
    for text in (own.replace(b"CERTIFICATE", b"SIGNER") + other, b" " + other + own):
        masked = replace(student, identity=Identity(msp_id("beta"), text))
        said = await said_by_peers(members, masked, command, private, at=PARTIES)
        assert said == dict.fromkeys(PARTIES, "not-permitted")
    await teacher_succeeds(on_fabric, enrolment, command, private)


async def test_a_teacher_grades_no_stranger(on_fabric: OnFabric, enrolment: str) -> None:
    members, played = on_fabric.members, on_fabric.played
    attempt = await over_rest.teacher_grades_a_stranger(on_fabric.world, played)
    assert attempt.code == "not-party"
    other = f"jo.park.{on_fabric.world.suffix}"
    async with vault_of(members["beta"]) as vault:
        stranger = vault.identity((await vault.accounts_of(other))["home"])
    command, private = await grading(on_fabric, enrolment)
    said = await said_by_peers(members, stranger, command, private, at=PARTIES)
    assert said == dict.fromkeys(PARTIES, "not-party")
    await teacher_succeeds(on_fabric, enrolment, command, private)


async def teacher_succeeds(
    stage: OnFabric, enrolment: str, command: AddGrade, private: AddGradePrivate
) -> None:
    """The very same call, signed by the course's teacher."""
    teacher = await holder(stage.members, "beta", stage.played.cast.teacher, "home")
    said = await said_by_peers(stage.members, teacher, command, private, at=PARTIES)
    assert said == dict.fromkeys(PARTIES, ENDORSED)
    status = await submitted(stage.members, teacher, command, private, at="beta", endorsers=PARTIES)
    assert status.successful
    slot = await stored(stage.members, stage.slot("grade", enrolment), at="beta")
    assert slot["entries"][-1]["commitment"] == command.commitment
