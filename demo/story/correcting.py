"""A correction travels: a grade changes, and what was decided on it is opened again."""

from demo.story import corrections, recognition
from demo.story.cast import Cast
from demo.story.counting import replay, show_own_write
from demo.story.course import ESSAY
from demo.world import World

PHASE = "correction"
CORRECTED_MARK = "72.50"
"""With it the final mark is 79.45, in steps of half a point 79.50."""
CORRECTED_GRADE = "2.50"
"""1 + 3 (100 - 79.50) / (100 - 60) is 2.5375."""


async def play(world: World, cast: Cast, credit: str, decision: str) -> None:
    """Correct, accept, reopen, decide anew, replay both."""
    world.phase = PHASE
    await corrections.correct(cast, credit, ESSAY, CORRECTED_MARK, reason="appeal")
    await corrections.pending(cast.home_registrar, credit)
    await corrections.accept(cast.home_registrar, credit)
    await cast.home_registrar.until(
        "sees the decision opened again",
        f"/v1/decisions/{decision}",
        lambda found: found["status"] == "reopened",
        what="a decision that is opened again",
    )
    await show_own_write(
        cast.home_registrar, f"decision/{decision}", "sees how the gateway opened it"
    )
    for person in (cast.home_registrar, cast.student):
        await person.until(
            "finds the difference in the inbox",
            "/v1/inbox",
            lambda found: decision in {notice["decision"] for notice in found["notices"]},
            what="a notice of the difference",
        )
    await recognition.confirm(cast.home_registrar, decision, "recognised", "as-computed")
    await cast.student.get("reads what counts now", f"/v1/decisions/{decision}")
    await replay(cast.home_registrar, decision)
