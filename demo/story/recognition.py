"""Recognition: what was earned at beta counts at alpha, once; the rule decides and says why."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story import course, credit, learning, registration
from demo.story.cast import HOME, Cast
from demo.world import Answer, Person, World

PHASE = "recognition"
GRADE = "2.30"
"""By the modified Bavarian formula, 1 + 3 (100 - 82.50) / (100 - 60) is 2.3125."""
HOME_TEACHER = registration.Applicant(
    HOME, "teacher", "Zhao Min", "zhao.min", "identity card; letter of appointment"
)
BAVARIAN = {
    "kind": "modified-bavarian",
    "host_pass": "60.00",
    "host_best": "100.00",
    "rounding": {"mode": "half-up", "digits": 1},
}


@dataclass(frozen=True, slots=True)
class Decider:
    """A university that recognises; identifiers."""

    member: str
    """MSP id."""
    registrar: Person
    courses: tuple[str, ...]
    """Approved courses of its own."""
    programme: str


async def decider(registrar: Person, teacher: Person, *, courses: int = 1) -> Decider:
    """Courses that can be replaced, and a programme that they count towards."""
    *own, programme = await registrar.world.together(
        *(offer(teacher, registrar) for _ in range(courses)), _programme(registrar)
    )
    return Decider(registrar.gateway.msp_id, registrar, tuple(own), programme)


async def _programme(registrar: Person) -> str:
    published = await registrar.write(
        "publishes a programme",
        "/v1/programmes",
        {
            "title": "Informatics",
            "total": "180.00",
            "groups": [{"id": "major", "title": "Major", "at_least": "120.00"}],
        },
    )
    identifier: str = published["result"]["programme"]
    return identifier


async def home_teacher(world: World, cast: Cast) -> Person:
    """Somebody more who teaches at alpha, each time somebody else."""
    applicant = replace(HOME_TEACHER, login=f"{HOME_TEACHER.login}.{secrets.token_hex(3)}")
    return await registration.register(world, cast.home_registrar, applicant)


async def offer(teacher: Person, registrar: Person) -> str:
    """An approved course; its identifier."""
    proposed = await teacher.write(
        "proposes a course", "/v1/courses", course.proposal(datetime.now(UTC), proctored=True)
    )
    identifier: str = proposed["result"]["course"]
    await registrar.write(
        "approves it", f"/v1/courses/{identifier}:check", {"approve": True, "expected_version": 1}
    )
    return identifier


async def earn(world: World, cast: Cast, offered: str) -> str:
    """The student takes a course of beta and is awarded the credit; its identifier."""
    enrolment = await learning.enrol(world, cast, offered)
    await learning.take_parts(world, cast, enrolment)
    await learning.receive(cast.student, world, enrolment, course.EXAMINATION)
    return await credit.play(world, cast, learning.Learned(enrolment))


def mapping(name: str, host: Sequence[str], home: str, **fields: Any) -> dict[str, Any]:
    """Courses of beta that count for a course of the decider, with a converted grade."""
    return {
        "id": name,
        "host": [{"course": key(one)} for one in host],
        "home": [{"course": key(home), "credits": "6.00"}],
        "conversion": "bavarian",
    } | fields


def rule(to: Decider, *mappings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A rule that the decider and beta agree on, in force from today."""
    return {
        "format": "crosscredit/rule/v1",
        "title": "Courses of beta",
        "kind": "recognition",
        "scope": {"kind": "bilateral", "members": sorted([to.member, "betaMSP"])},
        "deciders": [to.member],
        "valid": {"first": datetime.now(UTC).date().isoformat(), "time_zone": "UTC"},
        "mappings": list(mappings),
        "demands": [{"kind": "minimum-grade", "grade": "60.00", "better": "higher"}],
        "conversions": {"bavarian": BAVARIAN},
    } | fields


async def adopt(
    to: Decider, other: Person, document: dict[str, Any], *, previous: str | None = None
) -> str:
    """The decider proposes, the other member agrees, and the ballot is closed; the rule's id."""
    ends = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    after = f"&previous={previous}" if previous else ""
    proposed = await to.registrar.write(
        "proposes a rule", f"/v1/rules?answer_by={ends}{after}", document
    )
    identifier: str = proposed["result"]["rule"]
    path = f"/v1/rules/{identifier}"
    seen = await other.get("reads the rule", path)
    await other.write(
        "votes for it", f"{path}:vote", {"rule_digest": seen["digest"], "approve": True}
    )
    seen = await to.registrar.get("sees the votes", path)
    await to.registrar.write(
        "has the votes counted",
        f"{path}:close",
        {"expected_version": seen["ballot"]["version"]},
    )
    return identifier


def application(to: Decider, rule_id: str, *credits_: str, **fields: Any) -> dict[str, Any]:
    """What the student asks."""
    return {
        "decider": to.member,
        "programme": to.programme,
        "rule": rule_id.rpartition("~")[0],
        "credits": [{"credit": one} for one in credits_],
    } | fields


async def apply(student: Person, to: Decider, rule_id: str, *credits_: str, **fields: Any) -> str:
    """The student permits the decider to redeem the credits; the application's identifier."""
    applied = await student.write(
        "asks for recognition: PermitRedemption",
        "/v1/recognitions",
        application(to, rule_id, *credits_, **fields),
    )
    identifier: str = applied["result"]["application"]
    return identifier


async def settled(person: Person, identifier: str, *permissions: str) -> Answer:
    """Wait until the permissions of an application are in one of these states."""
    return await person.until(
        f"sees the credits {' or '.join(permissions)}",
        f"/v1/recognitions/{identifier}",
        lambda found: (
            found["decision"] is not None
            and all(one["permission"] in permissions for one in found["credits"])
        ),
        what=f"an application whose credits are {' or '.join(permissions)}",
    )


async def decided(person: Person, identifier: str, status: str) -> Answer:
    """Wait for a decision in a state, and read it with its reasons."""
    found = await person.until(
        f"sees the decision {status}",
        f"/v1/recognitions/{identifier}",
        lambda seen: seen["status"] == status,
        what=f"a decision that is {status}",
    )
    return await person.get("reads the decision and why", f"/v1/decisions/{found['decision']}")


async def confirm(registrar: Person, decision: str, outcome: str, reason: str) -> Answer:
    """A registrar says what holds."""
    path = f"/v1/decisions/{decision}"
    seen = await registrar.get("reads the decision", path)
    return await registrar.write(
        f"confirms: {outcome}",
        f"{path}:confirm",
        {"expected_version": seen["version"], "outcome": outcome, "reason": reason},
    )


def key(course_id: str) -> str:
    """The ledger key of a course version."""
    return "course/" + course_id.replace("~", "/")
