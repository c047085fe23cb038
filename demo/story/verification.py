"""Verification: gamma asks, the student consents, gamma looks at the evidence and decides."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story.cast import Cast
from demo.story.learning import open_and_compare
from demo.world import World

PHASE = "verification"


@dataclass(frozen=True, slots=True)
class Verified:
    """A request with its verdict."""

    request: str


async def play(world: World, cast: Cast, credit: str) -> Verified:
    """From gamma's request to its verdict."""
    world.phase = PHASE
    request = await ask(cast, credit)
    await consent(cast, request)
    await look_at_evidence(world, cast, request)
    await cast.reviewer.write(
        "reports on the work",
        f"/v1/verifications/{request}:review",
        {"outcome": "valid", "report": "Essay and program are sound; the page fits the mark."},
    )
    seen = await cast.verifying_registrar.get("reads the review", f"/v1/verifications/{request}")
    await cast.verifying_registrar.write(
        "records the verdict",
        f"/v1/verifications/{request}:verdict",
        {
            "outcome": "valid",
            "report": "The credit is what it says; the review bears it out.",
            "expected_version": seen["verdict"]["version"],
        },
    )
    await cast.verifying_registrar.get("sees it all", f"/v1/verifications/{request}")
    return Verified(request)


async def ask(cast: Cast, credit: str) -> str:
    """Gamma asks for the credit's evidence; the request's identifier."""
    seen = await cast.verifying_registrar.get("looks at the credit", f"/v1/credits/{credit}")
    asked = await cast.verifying_registrar.write(
        "asks for the credit's evidence, with a purpose",
        "/v1/verifications",
        {
            "credit": seen["id"],
            "purpose": "recognition",
            "expires_at": (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "reviewer": cast.reviewer_account,
        },
    )
    request: str = asked["result"]["request"]
    return request


async def find(cast: Cast, request: str) -> Any:
    """The student finds the request in the inbox."""
    inbox = await cast.student.until(
        "finds the request",
        "/v1/requests",
        lambda found: any(item["id"] == request for item in found["requests"]),
        what="the request in the student's inbox",
    )
    return next(item for item in inbox["requests"] if item["id"] == request)


async def consent(cast: Cast, request: str, *, grant: bool = True) -> None:
    """The student answers the request as seen."""
    seen = await find(cast, request)
    await cast.student.write(
        "consents: grade, salts and work are sealed to gamma" if grant else "refuses",
        f"/v1/requests/{request}:answer",
        {
            "grant": grant,
            "request_digest": seen["digest"],
            "credit_version": seen["credit_version"],
        },
    )


async def look_at_evidence(world: World, cast: Cast, request: str) -> None:
    """Gamma recomputes every commitment, and its teacher opens the work."""
    await cast.verifying_registrar.until(
        "recomputes every commitment and runs CheckStudent on gamma's peer",
        f"/v1/verifications/{request}/evidence",
        lambda found: bool(found["report"]["outcome"] == "valid"),
        what="valid evidence at the verifying university",
    )
    evidence = await cast.reviewer.get(
        "looks at the evidence", f"/v1/verifications/{request}/evidence"
    )
    for work in evidence["works"]:
        path = f"/v1/verifications/{request}/work/{work['number']}/content"
        await open_and_compare(cast.reviewer, path, world, work["part"])
