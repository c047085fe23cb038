"""Registration: people apply, a registrar verifies, the certificate goes on the ledger."""

import secrets
from dataclasses import dataclass, replace

from demo.story.cast import HOME, TEACHING, VERIFYING, Cast
from demo.world import Person, World

PHASE = "registration"
REGISTRAR = "registrar-1"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants in."""

    member: str
    role: str
    name: str
    login: str
    documents: str


STUDENT = Applicant(HOME, "student", "Mei Lin", "mei.lin", "identity card")
TEACHER = Applicant(
    TEACHING, "teacher", "Anna Berg", "anna.berg", "identity card; doctoral diploma"
)
HOME_TEACHER = Applicant(HOME, "teacher", "Chen Yu", "chen.yu", "identity card; doctoral diploma")
REVIEWER = Applicant(
    VERIFYING, "teacher", "Omar Haddad", "omar.haddad", "passport; letter of appointment"
)


async def play(world: World) -> Cast:
    """Bring everybody in and log everybody in."""
    world.phase = PHASE
    members = (HOME, TEACHING, VERIFYING)
    entered = await world.together(
        *(
            enter_staff(world, member, REGISTRAR, actor=f"registrar of {member}")
            for member in members
        )
    )
    registrars = dict(zip(members, entered, strict=True))
    await registrars[HOME].get(
        "reads the constitution that InitLedger recorded", "/v1/records/constitution"
    )
    student, teacher, home_teacher, reviewer = await world.together(
        *(
            register(world, registrars[applicant.member], applicant)
            for applicant in (STUDENT, TEACHER, HOME_TEACHER, REVIEWER)
        )
    )
    me = await reviewer.get("looks up the own account", "/v1/me")
    return Cast(
        student=student,
        teacher=teacher,
        home_registrar=registrars[HOME],
        teaching_registrar=registrars[TEACHING],
        verifying_registrar=registrars[VERIFYING],
        home_teacher=home_teacher,
        reviewer=reviewer,
        reviewer_account=me["account"],
    )


async def enter_staff(world: World, member: str, login: str, *, actor: str) -> Person:
    """Let somebody in whom the founding registered: activate once, then log in."""
    access = world.staff[member, login]
    if access.code is not None:
        await world.visitor(member).write(
            f"{actor} activates the account with the one-time code",
            "/v1/accounts:activate",
            {"login": login, "code": access.code, "passphrase": access.passphrase},
        )
        world.staff[member, login] = replace(access, code=None)
    return await world.person(member, actor, login).log_in(access.passphrase)


async def register(world: World, registrar: Person, applicant: Applicant) -> Person:
    """Apply, be verified, activate with the one-time code, log in."""
    login = f"{applicant.login}.{world.suffix}"
    visitor = world.visitor(applicant.member)
    application = await visitor.post(
        f"{applicant.name} applies as {applicant.role}",
        "/v1/applications",
        {
            "role": applicant.role,
            "login": login,
            "name": applicant.name,
            "documents": applicant.documents,
        },
        expect=201,
    )
    approval = await registrar.write(
        f"verifies {applicant.name}; the CA certifies a key made here",
        f"/v1/applications/{application['id']}:approve",
        {"identity_verified": True, "qualification_verified": applicant.role == "teacher"},
    )
    passphrase = secrets.token_urlsafe(18)
    await visitor.write(
        f"{applicant.name} activates the account with the one-time code",
        "/v1/accounts:activate",
        {"login": login, "code": approval["activation_code"], "passphrase": passphrase},
    )
    return await world.person(applicant.member, applicant.name, login).log_in(passphrase)
