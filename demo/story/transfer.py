"""A student changes her university and takes her credits along."""

from collections.abc import Sequence
from typing import Any

from demo.story import registration
from demo.story.cast import VERIFYING, Cast
from demo.world import Answer, Person, World

PHASE = "transfer"
NEW_HOME = registration.Applicant(VERIFYING, "student", "Mei Lin", "mei.lin", "identity card")
"""The same person, registered at her new university like anybody else."""


async def enter(world: World, cast: Cast) -> Person:
    """The student at her new home."""
    return await registration.register(world, cast.verifying_registrar, NEW_HOME)


async def prepare(student: Person) -> str:
    """An account at the new home that credits can move to; its identifier."""
    made = await student.write(
        "has an account made for the credits that come along", "/v1/transfers:prepare", {}
    )
    account: str = made["result"]["account"]
    return account


async def request(student: Person, to: Person, account: str, *credits_: str) -> str:
    """The student asks at her old home: RequestTransfer for each; the transfer's identifier."""
    asked = await student.write(
        "asks that her credits move: RequestTransfer",
        "/v1/transfers",
        wanted(to.gateway.msp_id, account, *credits_),
    )
    identifier: str = asked["result"]["transfer"]
    return identifier


def wanted(to: str, account: str, *credits_: str) -> dict[str, Any]:
    """What the student asks."""
    return {"to": to, "credits": [{"credit": one, "account": account} for one in credits_]}


async def looked(registrar: Person, identifier: str) -> Answer:
    """What a registrar sees of a transfer, once her gateway has heard of it."""
    return await registrar.until(
        "looks at the transfer",
        f"/v1/transfers/{identifier}",
        lambda found: bool(found["credits"]),
        what="a transfer",
    )


async def handed_over(registrar: Person, identifier: str) -> Answer:
    """What the new home sees once everything has come and is as the ledger has it."""
    return await registrar.until(
        "compares what was handed over with the ledger",
        f"/v1/transfers/{identifier}",
        lambda found: (
            bool(found["credits"])
            and all(one["handover"] and one["handover"]["complete"] for one in found["credits"])
        ),
        what="a complete handover",
    )


def seen(found: Answer, *, but: int = 0) -> dict[str, Any]:
    """All credits of a transfer with their versions as seen; `but` is added to each."""
    return {
        "credits": [
            {"credit": one["credit"], "expected_version": one["version"] + but}
            for one in found["credits"]
        ]
    }


async def release(registrar: Person, identifier: str) -> Answer:
    """The old home lets go: ReleaseStudent for each."""
    found = await looked(registrar, identifier)
    return await registrar.write(
        "releases: ReleaseStudent", f"/v1/transfers/{identifier}:release", seen(found)
    )


async def accept(registrar: Person, identifier: str) -> Answer:
    """The new home has everything and takes the credits in: AcceptTransfer for each."""
    found = await handed_over(registrar, identifier)
    return await registrar.write(
        "accepts: AcceptTransfer", f"/v1/transfers/{identifier}:accept", seen(found)
    )


def statuses(found: Answer) -> Sequence[str]:
    """What became of each credit's move."""
    return [one["status"] for one in found["credits"]]
