"""Credit application: the student seals the work to home, home's registrar checks and awards."""

from demo.story.cast import Cast
from demo.story.learning import Learned, latest, open_and_compare
from demo.world import World

PHASE = "credit application"


async def play(world: World, cast: Cast, learned: Learned) -> str:
    """Award the credit; its identifier, which is the enrolment's."""
    world.phase = PHASE
    credit = learned.enrolment
    await apply(cast, credit)
    await look_at_work(world, cast, credit)
    report = await cast.home_registrar.post(
        "checks everything against the ledger: CheckStudent", f"/v1/credits/{credit}:check"
    )
    await cast.home_registrar.write(
        "awards the credit on the versions checked: AwardCredit",
        f"/v1/credits/{credit}:award",
        {
            "expected_version": report["credit_version"],
            "work_version": report["work_version"],
            "grade_version": report["grade_version"],
        },
    )
    await cast.student.get("sees the credit", f"/v1/credits/{credit}")
    return credit


async def apply(cast: Cast, credit: str) -> None:
    """The student applies and seals the work to the home university."""
    seen = await cast.student.get("reads the open credit", f"/v1/credits/{credit}")
    grades = await cast.student.get("reads the grades", f"/v1/enrolments/{credit}/grades")
    await cast.student.write(
        "applies for the credit and seals the work to alpha",
        f"/v1/credits/{credit}:apply",
        {"expected_version": seen["version"], "grade_version": grades["version"]},
    )


async def look_at_work(world: World, cast: Cast, credit: str) -> None:
    """Home's registrar opens the work itself."""
    path = f"/v1/enrolments/{credit}/work"
    listing = await cast.home_registrar.get("lists the work", path)
    for part in world.work:
        number = latest(listing.document, part)["number"]
        await open_and_compare(cast.home_registrar, f"{path}/{number}/content", world, part)
