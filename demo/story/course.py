"""Course registration: the teacher proposes, the registrar refuses, then approves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story.cast import Cast
from demo.world import World

PHASE = "course"
ESSAY, PROGRAM, EXAMINATION = "homework-essay", "homework-program", "examination"


def proposal(now: datetime, *, proctored: bool) -> dict[str, Any]:
    """The course of the story: 6.00 credits in ISCED-F 0613, marks from 0 to 100, 60 passes."""
    return {
        "title": "Data Structures",
        "field": "0613",
        "credits": "6.00",
        "class_hours": 54,
        "parts": [
            {"id": ESSAY, "title": "Essay", "weight": "30.00", "mode": "online"},
            {"id": PROGRAM, "title": "Program", "weight": "30.00", "mode": "online"},
            {
                "id": EXAMINATION,
                "title": "Written examination",
                "weight": "40.00",
                "mode": "offline",
                "proctored": proctored,
            },
        ],
        "scale": {
            "lowest": "0.00",
            "highest": "100.00",
            "pass_mark": "60.00",
            "better": "higher",
            "step": "0.50",
        },
        "window": {
            "opens": _instant(now - timedelta(days=1)),
            "closes": _instant(now + timedelta(days=120)),
        },
    }


async def play(world: World, cast: Cast) -> str:
    """Offer a course; its identifier."""
    world.phase = PHASE
    now = datetime.now(UTC)
    first = await cast.teacher.write(
        "proposes a course whose examination nobody watches",
        "/v1/courses",
        proposal(now, proctored=False),
    )
    await cast.teaching_registrar.write(
        "refuses it: a refusal with a reason is a result, too",
        f"/v1/courses/{first['result']['course']}:check",
        {
            "approve": False,
            "expected_version": 1,
            "reason": "The examination carries 40 % and must be proctored.",
        },
    )
    second = await cast.teacher.write(
        "proposes the next version, with a proctored examination",
        "/v1/courses",
        proposal(now, proctored=True) | {"previous": first["result"]["course"]},
    )
    course: str = second["result"]["course"]
    seen = await cast.teaching_registrar.get("reads the new version", f"/v1/courses/{course}")
    await cast.teaching_registrar.write(
        "approves it: CheckCourse",
        f"/v1/courses/{course}:check",
        {"approve": True, "expected_version": seen["version"]},
    )
    return course


async def offer_again(cast: Cast, previous: str) -> str:
    """Offer the next version of a course, for students are in a version once; its identifier."""
    proposed = await cast.teacher.write(
        "proposes the course again, as its next version",
        "/v1/courses",
        proposal(datetime.now(UTC), proctored=True) | {"previous": previous},
    )
    course: str = proposed["result"]["course"]
    await cast.teaching_registrar.write(
        "approves it", f"/v1/courses/{course}:check", {"approve": True, "expected_version": 1}
    )
    return course


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
