"""A decider that ignores what became of a credit: one text for the sandbox and for Fabric."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from demo.story import corrections, recognition
from demo.story.course import ESSAY
from demo.world import Person
from tests.support.travelling_scenario import BELOW, IGNORED, Ground

Ignoring = Callable[[], AbstractAsyncContextManager[None]]
"""Within it gamma's gateway follows nothing."""
_PATH = "/v1/redemptions/stale"


async def a_decider_ignores_a_correction(ground: Ground, ignoring: Ignoring) -> None:
    """Home, the teaching university and the authority see it; once it is decided again it is gone.

    The decider's own registrar and everybody else are shown, or told, nothing of it.
    """
    cast, gamma = ground.cast, ground.gamma
    credit = await ground.earn(IGNORED)
    application, decision = await ground.recognised(gamma, ground.gammas, credit)
    watching = (cast.home_registrar, cast.teaching_registrar, ground.supervisor)
    for person in watching:
        assert await stale(person, credit) == []
    async with ignoring():
        await corrections.correct(cast, credit, ESSAY, BELOW)
        for person in watching:
            assert await stale(person, credit) == [], "home has not accepted it yet"
        await corrections.accept(cast.home_registrar, credit)
        for person in watching:
            [found] = await stale(person, credit)
            assert decision in found["decisions"]
            assert (found["member"], found["rule"], found["programme"]) == (
                gamma.member,
                ground.gammas,
                gamma.programme,
            )
            assert (found["status"], found["amount"], found["certain"]) == (
                "redeemed",
                "6.00",
                True,
            )
            [change] = found["changes"]
            assert (change["what"], change["by"]) == ("corrected", "alphaMSP")
            assert change["record"] == f"credit/{credit}"
            assert found["since"] == change["at"]
        [known] = await stale(cast.home_registrar, credit)
        assert (known["decisions"], known["among"]) == ([decision], 1)
        await corrections.rule(ground.supervisor, credit, "suspend", "investigation")
        for person in watching:
            assert await _what(person, credit) == ["corrected", "suspended"]
        await corrections.rule(ground.supervisor, credit, "lift", "unfounded")
        for person in watching:
            assert await _what(person, credit) == ["corrected"]
        await _nobody_else(ground)
    await recognition.decided(cast.student, application, "reopened")
    for person in watching:
        await person.until(
            "sees that it was decided again",
            _PATH,
            lambda page: all(one["credit"] != credit for one in page["stale"]),
            what="no stale recognition of the credit",
        )


async def _nobody_else(ground: Ground) -> None:
    for person in (ground.cast.student, ground.cast.teacher):
        await person.refused("would look", "GET", _PATH, code="not-permitted")
    outsider = ground.world.visitor("alpha")
    await outsider.refused("would look", "GET", _PATH, code="not-authenticated")


async def stale(person: Person, credit: str) -> list[dict[str, Any]]:
    """What a person is shown of a credit, over all pages."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = await person.get("looks who ignores a change", _PATH + after)
        assert page["unreadable"] == []
        found += [one for one in page["stale"] if one["credit"] == credit]
        if page["next"] is None:
            return found
        after = f"?after={page['next']}"


async def _what(person: Person, credit: str) -> list[str]:
    return [change["what"] for one in await stale(person, credit) for change in one["changes"]]
