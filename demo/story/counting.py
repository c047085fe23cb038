"""The credit counts at alpha: the rule decides, converts, redeems, and is replayed."""

from demo.story import recognition
from demo.story.arranging import Arranged
from demo.story.cast import Cast
from demo.world import Person, World

PHASE = "recognition"


async def play(world: World, cast: Cast, arranged: Arranged, credit: str) -> str:
    """Apply, be decided on, be refused elsewhere, replay; the decision's identifier."""
    world.phase = PHASE
    decision = await recognise(cast, arranged, credit)
    await ask_elsewhere(cast, arranged, credit)
    await replay(cast.home_registrar, decision)
    return decision


async def recognise(cast: Cast, arranged: Arranged, credit: str) -> str:
    """The rule decides by itself, for what was agreed is fulfilled; the decision's identifier."""
    home = arranged.home
    application = await recognition.apply(
        cast.student, home.decider, home.rule, credit, agreement=arranged.agreement
    )
    found = await recognition.settled(cast.student, application, "redeemed")
    decision: str = found["decision"]
    await cast.student.get("reads what counts, and why", f"/v1/decisions/{decision}")
    await show_own_write(
        cast.home_registrar, f"decision/{decision}", "sees how the gateway recorded it"
    )
    await show_own_write(
        cast.home_registrar, f"redemption/{credit}", "sees how the gateway redeemed the credit"
    )
    return decision


async def ask_elsewhere(cast: Cast, arranged: Arranged, credit: str) -> None:
    """Gamma cannot count it, too: the student is told by whom, when and under which rule."""
    other = arranged.other
    await cast.student.refused(
        "asks gamma to count the same credit",
        "POST",
        "/v1/recognitions",
        body=recognition.application(other.decider, other.rule, credit),
        code="already-redeemed",
    )


async def replay(registrar: Person, decision: str) -> None:
    """Every revision comes out the same, code for code.

    Raises:
        NotReplayed: one does not.
    """
    path = f"/v1/decisions/{decision}/replay"
    found = await registrar.get("replays the decision from ledger and sealed facts", path)
    if found["identical"] is not True:
        raise NotReplayed(f"{path} says {found['revisions']}")


async def show_own_write(registrar: Person, record: str, title: str) -> None:
    """What the gateway wrote by itself last, as its registrars see it."""
    stored = await registrar.get("reads the record", f"/v1/records/{record}")
    await registrar.get(title, f"/v1/operations/{stored['record']['operation']}")


class NotReplayed(Exception):
    """A decision could not be repeated from what it was made of."""
