"""Before anything is learned: by which rule it will count, and what all three agree upon."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from demo.story import agreement, recognition
from demo.story.cast import Cast
from demo.story.recognition import Decider
from demo.world import Person, World

RULES, AGREEMENT = "rules", "agreement"


@dataclass(frozen=True, slots=True)
class Place:
    """A university that recognises beta's course for one of its own."""

    decider: Decider
    rule: str
    """Identifier of the version in force."""

    @property
    def series(self) -> str:
        """Identifier of the rule, whatever its version."""
        return self.rule.rpartition("~")[0]


@dataclass(frozen=True, slots=True)
class Arranged:
    """What holds before the course begins."""

    home: Place
    other: Place
    """Gamma, where nothing was agreed with the student."""
    agreement: str


async def play(world: World, cast: Cast, course: str) -> Arranged:
    """Alpha and gamma each come to a rule with beta; then student, host and home agree."""
    world.phase = RULES
    home, other = await world.together(
        _recognising(cast, course, cast.home_registrar, cast.home_teacher),
        _recognising(cast, course, cast.verifying_registrar, cast.reviewer),
    )
    world.phase = AGREEMENT
    return Arranged(home, other, await _agree(cast, course, home))


async def _recognising(cast: Cast, course: str, registrar: Person, teacher: Person) -> Place:
    decider = await recognition.decider(registrar, teacher)
    mapping = recognition.mapping("data-structures", [course], decider.courses[0])
    rule = recognition.rule(decider, mapping)
    return Place(decider, await recognition.adopt(decider, cast.teaching_registrar, rule))


async def _agree(cast: Cast, course: str, home: Place) -> str:
    now = datetime.now(UTC)
    published = await cast.teaching_registrar.write(
        "publishes the term and its deadlines",
        "/v1/terms",
        agreement.term(now - timedelta(days=7)),
    )
    term = published["result"]["term"]
    ground = agreement.Ground(
        host=(course,),
        home=home.decider.courses,
        programme=home.decider.programme,
        term=term,
        past_term=term,
        rules=home.series,
    )
    agreed = await agreement.propose(cast, ground, 0)
    await agreement.approve(cast.teaching_registrar, agreed)
    await agreement.approve(cast.home_registrar, agreed)
    await cast.student.get("sees what binds all three now", f"/v1/agreements/{agreed}")
    return agreed
