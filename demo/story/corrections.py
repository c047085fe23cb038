"""What changes after the award: a corrected grade, and what an authority says of a credit."""

from typing import Any

from demo.story.cast import Cast
from demo.story.course import EXAMINATION
from demo.story.learning import latest
from demo.world import Answer, Person

PHASE = "corrections"


async def correct(
    cast: Cast, credit: str, part: str, mark: str, *, reason: str = "clerical-error"
) -> None:
    """The teacher corrects a grade; an offline one is reviewed again."""
    path = f"/v1/enrolments/{credit}/grades"
    grades = await cast.teacher.get("reads the grades", path)
    await cast.teacher.write(
        f"corrects the grade of {part}",
        path,
        {"part": part, "mark": mark, "reason": reason, "expected_version": grades["version"]},
    )
    if part == EXAMINATION:
        grades = await cast.teaching_registrar.get("reads the correction", path)
        number = latest(grades.document, part)["number"]
        await cast.teaching_registrar.write(
            "reviews the correction on the second level",
            f"{path}/{number}:review",
            {"outcome": "approved", "expected_version": grades["version"]},
        )


async def pending(person: Person, credit: str) -> Any:
    """The correction of a credit that waits for home; None where none does."""
    listed = await person.get("lists what waits for home", "/v1/corrections")
    return next((one for one in listed["corrections"] if one["credit"] == credit), None)


async def checked(registrar: Person, credit: str) -> dict[str, int]:
    """Home's registrar compares everything; the versions that were checked."""
    report = await registrar.post("checks everything again", f"/v1/credits/{credit}:check")
    return {
        "expected_version": report["credit_version"],
        "work_version": report["work_version"],
        "grade_version": report["grade_version"],
    }


async def accept(registrar: Person, credit: str) -> Answer:
    """Home's registrar replaces the award: AcceptCorrection."""
    seen = await checked(registrar, credit)
    return await registrar.write(
        "accepts the correction: AcceptCorrection", f"/v1/credits/{credit}:accept-correction", seen
    )


async def ruling(
    supervisor: Person, credit: str, kind: str, reason: str, **more: Any
) -> dict[str, Any]:
    """What a supervisor sends to rule on a credit as it is now."""
    seen = await supervisor.get("reads the rulings", f"/v1/credits/{credit}/rulings")
    stored = await supervisor.get("reads the credit's record", f"/v1/records/credit/{credit}")
    before = {"expected_version": seen["version"]} if seen["version"] else {}
    version = stored["record"]["version"]
    return {"ruling": kind, "reason": reason, "credit_version": version} | before | more


async def rule(supervisor: Person, credit: str, kind: str, reason: str, **more: Any) -> Answer:
    """A supervisor rules on a credit: RuleOnCredit."""
    body = await ruling(supervisor, credit, kind, reason, **more)
    return await supervisor.write(f"rules: {kind}", f"/v1/credits/{credit}:rule", body)
