"""Rules: one university proposes, others vote, the authority watches; courses are certified."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story.cast import Cast
from demo.world import Person, World

PHASE = "rules"
_FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What came of it; identifiers."""

    rule: str
    """Of alpha's, adopted by the alliance against beta's vote."""
    framework: str
    """Of the ministry's, proposed and taken back."""
    certification: str
    """Of gamma's on beta's course, given and taken back."""


async def play(world: World, cast: Cast, supervisor: Person, course: str) -> Agreed:
    """Come to a rule about one of beta's courses, and certify that course."""
    world.phase = PHASE
    rule = await agree(world, cast, course)
    await decline(cast, rule, course)
    framework = await announce(cast, supervisor, rule)
    return Agreed(rule, framework, await certify(cast, course))


async def agree(world: World, cast: Cast, course: str) -> str:
    """Alpha proposes, beta is against, gamma for: two of three bring it into force."""
    del world
    proposed = await cast.home_registrar.write(
        "proposes a rule to the alliance, and so votes for it",
        f"/v1/rules?answer_by={_in_a_week()}",
        document(course, minimum="60.00"),
    )
    rule: str = proposed["result"]["rule"]
    digest = await _digest(cast.teaching_registrar, rule)
    against = {"rule_digest": digest, "approve": False, "reason": "credits"}
    await cast.teaching_registrar.write("votes against", f"/v1/rules/{rule}:vote", against)
    await cast.teaching_registrar.refused(
        "thinks again: a vote is never changed",
        "POST",
        f"/v1/rules/{rule}:vote",
        body={"rule_digest": digest, "approve": True},
        code="record-exists",
    )
    await cast.verifying_registrar.write(
        "votes for what it has read",
        f"/v1/rules/{rule}:vote",
        {"rule_digest": await _digest(cast.verifying_registrar, rule), "approve": True},
    )
    await cast.verifying_registrar.write(
        "has the votes counted: two of three are enough",
        f"/v1/rules/{rule}:close",
        {"expected_version": await _ballot(cast.verifying_registrar, rule)},
    )
    await cast.student.get("reads by which rules alpha recognises", "/v1/rules")
    return rule


async def decline(cast: Cast, rule: str, course: str) -> None:
    """A second version: it is not hurried, voted on only as proposed, and taken back."""
    proposed = await cast.home_registrar.write(
        "proposes the next version",
        f"/v1/rules?answer_by={_in_a_week()}&previous={rule}",
        document(course, minimum="80.00"),
    )
    second: str = proposed["result"]["rule"]
    version = await _ballot(cast.home_registrar, second)
    path = f"/v1/rules/{second}"
    await cast.home_registrar.refused(
        "would count before the others have voted",
        "POST",
        f"{path}:close",
        body={"expected_version": version},
        code="ballot-open",
    )
    await cast.verifying_registrar.refused(
        "would vote on the version before",
        "POST",
        f"{path}:vote",
        body={"rule_digest": await _digest(cast.verifying_registrar, rule), "approve": True},
        code="stale-reference",
    )
    await cast.home_registrar.write(
        "takes the proposal back", f"{path}:withdraw", {"expected_version": version}
    )
    await cast.teaching_registrar.refused(
        "would vote on what was taken back",
        "POST",
        f"{path}:vote",
        body={"rule_digest": await _digest(cast.teaching_registrar, second), "approve": True},
        code="ballot-closed",
    )


async def announce(cast: Cast, supervisor: Person, rule: str) -> str:
    """The authority proposes a framework, everybody sees which rules it would break."""
    proposed = await supervisor.write(
        "proposes a framework that asks for better grades",
        f"/v1/rules?answer_by={_in_a_week()}",
        _framework(),
    )
    framework: str = proposed["result"]["rule"]
    found = await cast.home_registrar.get(
        "looks up which of alpha's rules it would break", f"/v1/rules/{framework}/broken"
    )
    if rule not in {item["id"] for item in found["broken"]}:
        raise LookupError(f"the framework does not show that it breaks {rule}")
    await supervisor.write(
        "takes the framework back",
        f"/v1/rules/{framework}:withdraw",
        {"expected_version": await _ballot(supervisor, framework)},
    )
    return framework


async def certify(cast: Cast, course: str) -> str:
    """Gamma vouches for beta's course, beta cannot, and gamma takes it back."""
    found = await cast.verifying_registrar.get("reads beta's course", f"/v1/courses/{course}")
    body = {"course": course, "course_digest": found["digest"]}
    given = await cast.verifying_registrar.write("certifies it", "/v1/certifications", body)
    certification: str = given["result"]["certification"]
    await cast.teaching_registrar.refused(
        "would certify its own course", "POST", "/v1/certifications", body=body, code="not-party"
    )
    await cast.home_registrar.get("asks who vouches", f"/v1/certifications?course={course}")
    await cast.verifying_registrar.write(
        "takes the certificate back",
        f"/v1/certifications/{certification}:withdraw",
        {"expected_version": 1, "reason": "examination"},
    )
    await cast.home_registrar.get("sees why", f"/v1/certifications/{certification}")
    return certification


def document(course: str, *, minimum: str) -> dict[str, Any]:
    """A rule of the alliance: a course of beta's for one of alpha's."""
    home = f"alphaMSP/{course.split('~')[1]}/1"
    return {
        "format": "crosscredit/rule/v1",
        "title": "Data structures for alpha's first year",
        "kind": "recognition",
        "scope": {"kind": "alliance", "alliance": "north"},
        "deciders": ["alphaMSP"],
        "valid": {"first": _soon(), "time_zone": "UTC"},
        "mappings": [
            {
                "id": "data-structures",
                "host": [{"course": f"course/{course.replace('~', '/')}"}],
                "home": [{"course": f"course/{home}", "credits": "6.00"}],
                "conversion": "none",
            }
        ],
        "demands": [{"kind": "minimum-grade", "grade": minimum, "better": "higher"}],
        "conversions": {"none": {"kind": "pass-only"}},
    }


def _framework() -> dict[str, Any]:
    return {
        "format": "crosscredit/rule/v1",
        "title": "Minimum grades",
        "kind": "recognition",
        "scope": {"kind": "framework"},
        "deciders": [],
        "valid": {"first": _soon(), "time_zone": "UTC"},
        "demands": [{"kind": "minimum-grade", "grade": "75.00", "better": "higher"}],
    }


def _soon() -> str:
    """Today; just before midnight tomorrow, so that the day does not pass before the votes."""
    return (datetime.now(UTC) + timedelta(minutes=10)).date().isoformat()


def _in_a_week() -> str:
    return (datetime.now(UTC) + timedelta(days=7)).strftime(_FORM)


async def _digest(person: Person, rule: str) -> str:
    found = await person.get("reads the rule", f"/v1/rules/{rule}")
    digest: str = found["digest"]
    return digest


async def _ballot(person: Person, rule: str) -> int:
    found = await person.get("reads the ballot", f"/v1/rules/{rule}")
    version: int = found["ballot"]["version"]
    return version
