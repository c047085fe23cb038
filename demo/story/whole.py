"""The whole story, phase by phase."""

from dataclasses import dataclass

from demo.story import course, credit, learning, registration, verification
from demo.story.cast import Cast
from demo.world import World


@dataclass(frozen=True, slots=True)
class Played:
    """What the story left behind."""

    cast: Cast
    course: str
    credit: str
    """Identifier of the credit and of its enrolment."""
    request: str


async def play(world: World) -> Played:
    """Play registration, course, learning, credit application and verification."""
    cast = await registration.play(world)
    offered = await course.play(world, cast)
    learned = await learning.play(world, cast, offered)
    awarded = await credit.play(world, cast, learned)
    verified = await verification.play(world, cast, awarded)
    return Played(cast, offered, awarded, verified.request)
