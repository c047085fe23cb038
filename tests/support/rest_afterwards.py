"""What may follow on a credit that counts: every operation that the story does without."""

from demo.story import corrections, transfer
from demo.story.cast import Cast
from demo.world import Person, World


async def notices(student: Person) -> None:
    """She has seen what the correction changed."""
    inbox = await student.get("looks", "/v1/inbox")
    await student.post("has seen", f"/v1/inbox/{inbox['notices'][0]['id']}:seen")


async def progress(student: Person, programme: str) -> None:
    """How far she is towards the degree."""
    await student.get("looks how far she is", f"/v1/progress?programme={programme}")


async def moves(world: World, cast: Cast, credit: str) -> None:
    """A credit goes along to another home."""
    arrived = await transfer.enter(world, cast)
    account = await transfer.prepare(arrived)
    moving = await transfer.request(cast.student, arrived, account, credit)
    await transfer.release(cast.home_registrar, moving)
    await transfer.accept(cast.verifying_registrar, moving)
    await cast.student.get("lists", "/v1/transfers")


async def rulings(supervisor: Person, course: str, credit: str) -> None:
    """The credits of a course are suspended, and one is restored."""
    plan = await supervisor.post(
        "plans",
        "/v1/rulings:plan",
        {"course": course, "ruling": "suspend", "reason": "course-irregular"},
    )
    await supervisor.write("suspends", "/v1/rulings:apply", {"digest": plan["digest"]})
    await corrections.rule(supervisor, credit, "lift", "unfounded")
