"""The learning agreement: what the student takes at beta, and what it replaces at alpha."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story import course, registration
from demo.story.cast import HOME, Cast
from demo.world import Person, World

PHASE = "agreement"
HOME_TEACHER = registration.Applicant(
    HOME, "teacher", "Li Wei", "li.wei", "identity card; letter of appointment"
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an agreement refers to; identifiers."""

    host: tuple[str, ...]
    """Approved courses of beta."""
    home: tuple[str, ...]
    """Approved courses of alpha."""
    programme: str
    term: str
    """Of beta: changes are in time."""
    past_term: str
    """Of beta: changes are late."""
    rules: str
    """A series of rules."""

    def tables(self, *host: int, home: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Table A of these courses of beta, table B of these of alpha."""
        return {
            "table_a": [{"course": self.host[place]} for place in host],
            "table_b": [{"course": self.home[place], "credits": "6.00"} for place in home],
        }

    def proposal(self, *host: int) -> dict[str, Any]:
        """What the student proposes first."""
        return {
            "programme": self.programme,
            "term": self.term,
            "rules": self.rules,
            **self.tables(*host),
        }


async def prepare(world: World, cast: Cast) -> Ground:
    """Courses on both sides, a programme and a rule of alpha's, terms of beta's."""
    world.phase = PHASE
    teacher = await registration.register(world, cast.home_registrar, HOME_TEACHER)
    host = [await _offer(cast.teacher, cast.teaching_registrar) for _ in range(3)]
    home = [await _offer(teacher, cast.home_registrar) for _ in range(2)]
    programme = await cast.home_registrar.write(
        "publishes a programme",
        "/v1/programmes",
        {
            "title": "Informatics",
            "total": "180.00",
            "groups": [{"id": "major", "title": "Major", "at_least": "120.00"}],
        },
    )
    now = datetime.now(UTC)
    terms = [
        await cast.teaching_registrar.write(
            f"publishes a term that began {days} days ago",
            "/v1/terms",
            term(now - timedelta(days=days)),
        )
        for days in (7, 60)
    ]
    proposed = await cast.home_registrar.write(
        "proposes the rule by which alpha recognises",
        f"/v1/rules?answer_by={_instant(now + timedelta(days=7))}",
        _rule(host, home),
    )
    return Ground(
        host=tuple(host),
        home=tuple(home),
        programme=programme["result"]["programme"],
        term=terms[0]["result"]["term"],
        past_term=terms[1]["result"]["term"],
        rules=proposed["result"]["rule"].rpartition("~")[0],
    )


async def propose(cast: Cast, ground: Ground, *host: int) -> str:
    """The student proposes, and both universities find it; the agreement's identifier."""
    proposed = await cast.student.write(
        "proposes what to take at beta, and what it replaces at alpha",
        "/v1/agreements",
        ground.proposal(*host),
    )
    agreement: str = proposed["result"]["agreement"]
    await arrived(cast, agreement)
    return agreement


async def arrived(cast: Cast, agreement: str) -> None:
    """Beta's registrar finds the agreement, which alpha's gateway told beta's of."""
    await cast.teaching_registrar.until(
        "finds the agreement that waits for an answer",
        "/v1/agreements",
        lambda found: any(item["id"] == agreement for item in found["agreements"]),
        what="the agreement at the host",
    )


async def seen(person: Person, agreement: str) -> dict[str, Any]:
    """The latest version as somebody reads it: what an answer names."""
    found = await person.get("reads the agreement", f"/v1/agreements/{agreement}")
    last = found["versions"][-1]
    return {"number": last["number"], "digest": last["digest"]}


async def approve(person: Person, agreement: str) -> None:
    """Somebody approves the version just read."""
    version = await seen(person, agreement)
    await person.write(
        f"approves number {version['number']} as seen",
        f"/v1/agreements/{agreement}:approve",
        version,
    )


async def change(person: Person, agreement: str, title: str, **body: Any) -> None:
    """Somebody proposes the next version."""
    found = await person.get("reads the agreement", f"/v1/agreements/{agreement}")
    await person.write(
        title, f"/v1/agreements/{agreement}:change", {"expected_version": found["version"]} | body
    )


async def play(world: World, cast: Cast, ground: Ground) -> str:
    """Agree, swap a course, refuse, swap another; the agreement's identifier."""
    world.phase = PHASE
    agreement = await propose(cast, ground, 0, 1)
    path = f"/v1/agreements/{agreement}"
    await approve(cast.teaching_registrar, agreement)
    await approve(cast.home_registrar, agreement)
    first = await seen(cast.home_registrar, agreement)
    await change(cast.student, agreement, "swaps a course", **ground.tables(0, 2))
    await cast.home_registrar.refused(
        "approves what was replaced meanwhile",
        "POST",
        f"{path}:approve",
        body=first,
        code="version-conflict",
    )
    version = await seen(cast.teaching_registrar, agreement)
    await cast.teaching_registrar.write(
        "refuses: the course is full; the first version stays in force",
        f"{path}:refuse",
        version | {"reason": "course-full"},
    )
    await change(cast.student, agreement, "swaps the other course", **ground.tables(1, 2))
    await approve(cast.home_registrar, agreement)
    await approve(cast.teaching_registrar, agreement)
    await cast.student.get("sees what binds all three now", path)
    return agreement


async def cancel(cast: Cast, agreement: str) -> None:
    """Alpha proposes the end, takes it back, proposes it again, and all agree."""
    home = cast.home_registrar
    await change(home, agreement, "proposes to cancel", kind="cancel")
    await home.write(
        "takes it back, as nobody has answered yet",
        f"/v1/agreements/{agreement}:withdraw",
        await seen(home, agreement),
    )
    await change(home, agreement, "proposes to cancel after all", kind="cancel")
    await approve(cast.teaching_registrar, agreement)
    await approve(cast.student, agreement)


async def _offer(teacher: Person, registrar: Person) -> str:
    proposed = await teacher.write(
        "proposes a course", "/v1/courses", course.proposal(datetime.now(UTC), proctored=True)
    )
    identifier: str = proposed["result"]["course"]
    await registrar.write(
        "approves it", f"/v1/courses/{identifier}:check", {"approve": True, "expected_version": 1}
    )
    return identifier


def term(starts: datetime) -> dict[str, Any]:
    """A term of 120 days, with the deadlines of an exchange."""
    return {
        "title": "A term",
        "academic_year": str(starts.year),
        "starts_on": starts.date().isoformat(),
        "ends_on": (starts.date() + timedelta(days=120)).isoformat(),
        "time_zone": "Europe/Berlin",
        "change_weeks": 4,
        "answer_weeks": 2,
        "transcript_weeks": 5,
        "recognition_weeks": 5,
    }


def _rule(host: list[str], home: list[str]) -> dict[str, Any]:
    return {
        "format": "crosscredit/rule/v1",
        "title": "Courses of beta for courses of alpha",
        "kind": "recognition",
        "scope": {"kind": "bilateral", "members": ["alphaMSP", "betaMSP"]},
        "deciders": ["alphaMSP"],
        "valid": {"first": "2026-01-01", "time_zone": "Europe/Berlin"},
        "mappings": [
            {
                "id": "first",
                "host": [{"course": _key(host[0])}],
                "home": [{"course": _key(home[0]), "credits": "6.00"}],
                "conversion": "none",
            }
        ],
        "demands": [],
        "conversions": {"none": {"kind": "pass-only"}},
    }


def _key(course_id: str) -> str:
    return "course/" + course_id.replace("~", "/")


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
