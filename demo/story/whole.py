"""The whole story, phase by phase."""

from dataclasses import dataclass

from demo.story import (
    arranging,
    correcting,
    counting,
    course,
    credit,
    learning,
    registration,
    verification,
)
from demo.story.arranging import Arranged
from demo.story.cast import Cast
from demo.world import World


@dataclass(frozen=True, slots=True)
class Played:
    """What the story left behind."""

    cast: Cast
    course: str
    arranged: Arranged
    credit: str
    """Identifier of the credit and of its enrolment."""
    request: str
    decision: str


async def play(world: World) -> Played:
    """Play the life of one credit, from registration to the correction after its recognition."""
    cast = await registration.play(world)
    offered = await course.play(world, cast)
    arranged = await arranging.play(world, cast, offered)
    learned = await learning.play(world, cast, offered)
    awarded = await credit.play(world, cast, learned)
    verified = await verification.play(world, cast, awarded)
    decision = await counting.play(world, cast, arranged, awarded)
    await correcting.play(world, cast, awarded, decision)
    return Played(cast, offered, arranged, awarded, verified.request, decision)
