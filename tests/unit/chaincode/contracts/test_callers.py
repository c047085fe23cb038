"""The walk: every function of the router with every kind of caller."""

import json
from collections.abc import Callable, Mapping

import pytest

from chaincode.contracts.router import OPERATIONS
from chaincode.domain.caller import Role
from chaincode.ledger.memory.authority import SigningIdentity
from tests.support.certificates import MSP_IDS, make_authorities
from tests.support.world import HOME, TEACHING, Person, Refused, World

OPERATOR, GATEWAY, REGISTRAR = Role.OPERATOR, Role.GATEWAY, Role.REGISTRAR
TEACHER, STUDENT, SUPERVISOR = Role.TEACHER, Role.STUDENT, Role.SUPERVISOR
# Written out again on purpose: a declaration that changes by accident must show here.
CALLERS: Mapping[str, set[Role]] = {
    "InitLedger": {OPERATOR},
    "RegisterAccount": {OPERATOR, REGISTRAR},
    "RegisterPseudonym": {GATEWAY},
    "ActivateAccount": {REGISTRAR, SUPERVISOR, TEACHER, STUDENT},
    "CloseAccount": {OPERATOR, REGISTRAR},
    "PublishMemberKeys": {OPERATOR},
    "ProposeCourse": {TEACHER},
    "CheckCourse": {REGISTRAR},
    "ApplyForCourse": {STUDENT},
    "LearnCourse": {TEACHER},
    "WorkUpload": {STUDENT, TEACHER},
    "AddGrade": {TEACHER},
    "ReviewGrade": {REGISTRAR},
    "ApplyForCredit": {STUDENT},
    "CheckStudent": {REGISTRAR, TEACHER, STUDENT, SUPERVISOR},
    "AwardCredit": {REGISTRAR},
    "AcceptCorrection": {REGISTRAR},
    "RequestVerification": {REGISTRAR},
    "AnswerRequest": {STUDENT},
    "WithdrawConsent": {STUDENT},
    "ReviewVerification": {TEACHER},
    "RecordVerdict": {REGISTRAR},
    "ProposeRule": {REGISTRAR, SUPERVISOR},
    "VoteOnRule": {REGISTRAR, SUPERVISOR},
    "CloseBallot": {REGISTRAR, SUPERVISOR},
    "WithdrawRule": {REGISTRAR, SUPERVISOR},
    "FindBrokenRules": set(Role),
    "CertifyCourse": {REGISTRAR, SUPERVISOR},
    "WithdrawCertification": {REGISTRAR, SUPERVISOR},
    "PublishProgramme": {REGISTRAR},
    "PublishTerm": {REGISTRAR},
    "RequestTransfer": {STUDENT},
    "ReleaseStudent": {REGISTRAR},
    "AcceptTransfer": {REGISTRAR},
    "PermitRedemption": {STUDENT},
    "WithdrawPermission": {STUDENT},
    "HoldCredit": {REGISTRAR, GATEWAY},
    "RedeemCredit": {REGISTRAR, GATEWAY},
    "ReleaseRedemption": {REGISTRAR, GATEWAY},
    "GrantDegree": {REGISTRAR},
    "RecordDecision": {REGISTRAR, GATEWAY},
    "ReviseDecision": {REGISTRAR, GATEWAY},
    "ConfirmDecision": {REGISTRAR},
    "RuleOnCredit": {SUPERVISOR},
    "ProposeAgreement": {STUDENT},
    "ProposeAgreementChange": {STUDENT, REGISTRAR},
    "ApproveAgreement": {STUDENT, REGISTRAR},
    "WithdrawAgreementProposal": {STUDENT, REGISTRAR},
    "ReadRecord": set(Role),
    "ReadRecords": set(Role),
    "ListRecords": set(Role),
    "ReadSealedGrade": {GATEWAY},
    "ReadSealedResult": {GATEWAY},
}
PERSONS = {REGISTRAR, TEACHER, STUDENT, SUPERVISOR}
PASSED = "invalid-argument"
"""What a caller meets behind the gate: the walk sends an empty document."""


async def person(world: World, role: Role) -> Person:
    """Somebody of that role with an active account, or a member's machine."""
    return {
        OPERATOR: world.people["operator@beta"],
        GATEWAY: world.people["gateway@beta"],
        REGISTRAR: world.people["registrar@beta"],
        TEACHER: world.people["teacher"],
        STUDENT: world.people["student"],
        SUPERVISOR: world.people["supervisor@ministry"],
    }[role]


def _of_another_type(own: bytes, other: bytes) -> bytes:
    return own.replace(b"CERTIFICATE", b"SIGNER") + other


def _within_a_line(own: bytes, other: bytes) -> bytes:
    return b" " + other + own


async def answer(world: World, by: Person, function: str) -> str:
    with pytest.raises(Refused) as refused:
        await world.evaluate(by, function, {})
    return refused.value.code


def test_the_walk_knows_every_function() -> None:
    assert CALLERS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("role", Role)
async def test_exactly_the_declared_roles_pass(world: World, role: Role) -> None:
    caller = await person(world, role)
    for function, roles in CALLERS.items():
        if role not in roles:
            expected = "not-permitted"
        elif function == "ActivateAccount":
            expected = "account-inactive"
        else:
            expected = PASSED
        assert await answer(world, caller, function) == expected, function


@pytest.mark.parametrize("role", sorted(PERSONS))
async def test_a_registered_account_may_only_activate_itself(world: World, role: Role) -> None:
    place = "ministry" if role is SUPERVISOR else "beta"
    waiting = await world.join(f"new@{place}", role.value, activate=False)
    for function, roles in CALLERS.items():
        if role not in roles:
            expected = "not-permitted"
        elif function == "ActivateAccount":
            expected = PASSED
        else:
            expected = "account-inactive"
        assert await answer(world, waiting, function) == expected, function


@pytest.mark.parametrize("role", sorted(PERSONS))
async def test_a_closed_account_may_do_nothing(world: World, role: Role) -> None:
    place = "ministry" if role is SUPERVISOR else "beta"
    gone = await world.join(f"gone@{place}", role.value)
    closer = "registrar" if role in {TEACHER, STUDENT} else "operator"
    arguments = {"operation": "0" * 32, "account": gone.account, "expected_version": 2}
    await world.submit(world.people[f"{closer}@{place}"], "CloseAccount", arguments)
    for function, roles in CALLERS.items():
        expected = "account-inactive" if role in roles else "not-permitted"
        assert await answer(world, gone, function) == expected, function


@pytest.mark.parametrize("role", sorted(PERSONS))
async def test_an_account_that_is_not_on_the_ledger(world: World, role: Role) -> None:
    stranger = world.certify(TEACHING, role.value)
    for function, roles in CALLERS.items():
        expected = "account-inactive" if role in roles else "not-permitted"
        assert await answer(world, stranger, function) == expected, function


@pytest.mark.parametrize("role", sorted(PERSONS))
async def test_the_same_name_with_another_key_is_somebody_else(world: World, role: Role) -> None:
    known = await person(world, role)
    twin = world.certify(known.msp_id, role.value, name=known.identifier)
    for function, roles in CALLERS.items():
        expected = "account-inactive" if role in roles else "not-permitted"
        assert await answer(world, twin, function) == expected, function


@pytest.mark.parametrize("role", sorted(PERSONS))
async def test_the_same_name_at_another_member_is_somebody_else(world: World, role: Role) -> None:
    known = await person(world, role)
    elsewhere = next(msp_id for msp_id in MSP_IDS if msp_id != known.msp_id)
    twin = world.certify(elsewhere, role.value, name=known.identifier)
    for function, roles in CALLERS.items():
        expected = "account-inactive" if role in roles else "not-permitted"
        assert await answer(world, twin, function) == expected, function


async def test_a_role_that_the_account_was_not_registered_for(world: World) -> None:
    teacher = world.people["teacher"]
    for role in (REGISTRAR, STUDENT, SUPERVISOR):
        attributes = {"crosscredit.role": role.value}
        certificate = world.sandbox.authorities[TEACHING].certify(
            teacher.identity.key.public_key(),
            common_name=teacher.identifier,
            attributes=attributes,
        )
        risen = Person(
            type(teacher.identity)(TEACHING, certificate, teacher.identity.key),
            teacher.identifier,
        )
        assert risen.key_digest == teacher.key_digest
        for function, roles in CALLERS.items():
            expected = "account-inactive" if role in roles else "not-permitted"
            assert await answer(world, risen, function) == expected, function


@pytest.mark.parametrize(
    ("unit", "role"),
    [
        ("client", None),
        ("client", ""),
        ("client", "dean"),
        ("client", "Registrar"),
        ("client", "operator"),
        ("client", "admin"),
        ("peer", None),
        ("peer", "registrar"),
        ("peer", "gateway"),
        ("orderer", "gateway"),
        ("admin", "registrar"),
        ("admin", "gateway"),
        ("admin", "student"),
    ],
)
async def test_no_role_or_a_contradictory_one(world: World, unit: str, role: str | None) -> None:
    nobody = world.certify(HOME, role, unit=unit)
    for function in CALLERS:
        assert await answer(world, nobody, function) == "not-permitted", function


@pytest.mark.parametrize("signer", ["student", "gateway@alpha"])
@pytest.mark.parametrize(
    "disguised", [_of_another_type, _within_a_line], ids=lambda one: one.__name__
)
async def test_nobody_speaks_by_a_certificate_beside_the_signers_own(
    world: World, signer: str, disguised: Callable[[bytes, bytes], bytes]
) -> None:
    for name in ("operator@alpha", "registrar@alpha", "gateway@alpha", "student2"):
        own, other = world.people[signer], world.people[name]
        certificate = disguised(own.identity.certificate, other.identity.certificate)
        masked = Person(
            SigningIdentity(HOME, certificate, own.identity.key), identifier=other.identifier
        )
        for function in CALLERS:
            assert await answer(world, masked, function) == "not-permitted", function


@pytest.mark.parametrize("role", Role)
async def test_who_is_no_member_of_the_constitution(role: Role) -> None:
    world = World(make_authorities((*MSP_IDS, "zetaMSP")))
    await world.found()
    if role is OPERATOR:
        outsider = world.certify("zetaMSP", None, unit="admin")
    else:
        outsider = world.certify("zetaMSP", role.value)
    for function in CALLERS:
        assert await answer(world, outsider, function) == "not-permitted", function


@pytest.mark.parametrize("role", Role)
async def test_before_the_constitution_there_is_only_its_founding(role: Role) -> None:
    world = World()
    unit = "admin" if role is OPERATOR else "client"
    first = world.certify(TEACHING, None if role is OPERATOR else role.value, unit=unit)
    for function, roles in CALLERS.items():
        expected = "wrong-state" if role in roles else "not-permitted"
        if function == "InitLedger" and role is OPERATOR:
            expected = PASSED
        assert await answer(world, first, function) == expected, function


async def test_a_function_that_there_is_not(world: World) -> None:
    for name in ("", "initledger", "InitLedger ", "apply_for_course", "x" * 10_000, "\x00"):
        with pytest.raises(Refused) as refused:
            await world.evaluate(world.people["operator@beta"], name, {})
        assert refused.value.code == "unknown-operation"
        assert len(refused.value.detail) < 400


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"\xff", b'{"\\ud800":1,"\\ud800":2}', b"{" * 70_000]
)
async def test_a_hostile_document_is_a_refusal_and_no_crash(world: World, document: bytes) -> None:
    operator = world.people["operator@beta"]
    for function in ("PublishMemberKeys", "ReadRecord", "InitLedger"):
        proposal = world.propose(operator, function, document)
        signed = proposal.signed(operator.identity.sign(proposal.message))
        with pytest.raises(Exception, match="invalid-argument") as refused:
            await world.sandbox.consortium.evaluate(signed, at=TEACHING)
        assert json.loads(refused.value.details[0].message.partition("500, ")[2])
