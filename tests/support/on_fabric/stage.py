"""The story, played once over HTTPS on the run's consortium; the tests look at what it left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from demo.stage import staged
from demo.step import Step
from demo.story import course, learning, whole
from demo.story.course import ESSAY
from demo.story.whole import Played
from demo.work import work_files
from demo.world import World
from network.up import Running
from tests.support.on_fabric.chain import height_at
from tests.support.on_fabric.heard import Heard
from tests.support.on_fabric.members import Members
from tests.support.story import EXAMPLES


@dataclass(frozen=True)
class OnFabric:
    """A consortium on which the story was played."""

    running: Running
    members: Members
    world: World
    played: Played
    told: tuple[Step, ...]
    """The story's own calls."""
    first_block: int
    """The height before the story began."""
    last_block: int
    """The height when it had ended."""
    heard: Heard

    def slot(self, kind: str, enrolment: str | None = None) -> str:
        """The key of a slot; of the story's enrolment, if none is given."""
        return f"{kind}/{(enrolment or self.played.credit).replace('~', '/')}"

    async def enrolled(self) -> str:
        """Another enrolment of the same student, admitted; for tests to spoil.

        In a course of its own: a student is in one course version once.
        """
        offered = await course.play(self.world, self.played.cast)
        return await learning.enrol(self.world, self.played.cast, offered)

    async def handed_in(self) -> str:
        """The same, with an essay that waits for its grade."""
        enrolment = await self.enrolled()
        await learning.hand_in(self.played.cast, enrolment, ESSAY)
        await learning.receive(self.played.cast.teacher, self.world, enrolment, ESSAY)
        return enrolment

    async def graded(self) -> str:
        """The same, with the essay graded."""
        enrolment = await self.handed_in()
        await learning.grade(self.played.cast.teacher, enrolment, ESSAY)
        return enrolment


@asynccontextmanager
async def story_on(running: Running) -> AsyncIterator[OnFabric]:
    """Play the story against the gateways of a running consortium."""
    told: list[Step] = []
    heard = Heard()
    work = await asyncio.to_thread(work_files, EXAMPLES)
    async with AsyncExitStack() as stack:
        members = Members(running.layout, stack)
        world = await stack.enter_async_context(staged(running, work, told.append))
        for gateway in world.gateways.values():
            heard.listen(gateway.client)
        first = await height_at(members, "gamma")
        played = await whole.play(world)
        yield OnFabric(
            running=running,
            members=members,
            world=world,
            played=played,
            told=tuple(told),
            first_block=first,
            last_block=await height_at(members, "gamma"),
            heard=heard,
        )
