"""What became of credits that an agreement rests on, while nothing is decided."""

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.story import agreement, corrections, recognition
from demo.story.course import ESSAY
from demo.world import Person
from tests.support.travelling_scenario import AGREED, BACK, BELOW, Ground, certified, withdrawn


async def an_agreement_without_a_decision(ground: Ground) -> None:
    """All three parties hear of each change once; nobody else does; a decision takes over."""
    cast, supervisor = ground.cast, ground.supervisor
    await certified(ground, AGREED)
    agreed = await _agree(ground)
    parties = (cast.student, cast.home_registrar, cast.teaching_registrar)
    credit = await ground.earn(AGREED)
    await corrections.correct(cast, credit, ESSAY, BELOW)
    await corrections.accept(cast.home_registrar, credit)
    await _told(parties, agreed, credit, ["corrected"])
    await corrections.rule(supervisor, credit, "suspend", "investigation")
    await _told(parties, agreed, credit, ["corrected", "suspended"])
    await corrections.rule(supervisor, credit, "lift", "unfounded")
    await _told(parties, agreed, credit, ["corrected", "suspended", "lifted"])
    await withdrawn(ground, AGREED)
    every = ["corrected", "suspended", "lifted", "certificate-withdrawn"]
    await _told(parties, agreed, credit, every)
    assert await _of(cast.verifying_registrar, agreed) == []
    await _used(ground, agreed, credit)
    assert await _whats(cast.teaching_registrar, agreed) == [*every, "corrected"]
    for person in parties[:2]:
        assert await _whats(person, agreed) == every, "the decision tells what it makes of it"


async def _used(ground: Ground, agreed: str, credit: str) -> None:
    """Decided, and corrected again: home and student have the decision's word from now on."""
    cast, registrar = ground.cast, ground.alpha.registrar
    application = await recognition.apply(
        cast.student, ground.alpha, ground.agreed, credit, agreement=agreed
    )
    waiting = await recognition.decided(registrar, application, "awaiting-confirmation")
    seen = len(waiting["revisions"])
    await corrections.correct(cast, credit, ESSAY, BACK)
    await corrections.accept(cast.home_registrar, credit)
    await registrar.until(
        "sees that it was looked at again",
        f"/v1/decisions/{waiting['id']}",
        lambda found: len(found["revisions"]) > seen,
        what="another revision",
    )
    # The host knows of no decision until the credit is redeemed: it hears of the correction.
    await _told((cast.teaching_registrar,), agreed, credit, None)


async def _agree(ground: Ground) -> str:
    cast = ground.cast
    published = await cast.teaching_registrar.write(
        "publishes a term", "/v1/terms", agreement.term(datetime.now(UTC) - timedelta(days=7))
    )
    term = published["result"]["term"]
    terms = agreement.Ground(
        host=(ground.courses[AGREED],),
        home=(ground.alpha.courses[6],),
        programme=ground.alpha.programme,
        term=term,
        past_term=term,
        rules=ground.agreed.rpartition("~")[0],
    )
    agreed = await agreement.propose(cast, terms, 0)
    await agreement.approve(cast.teaching_registrar, agreed)
    await agreement.approve(cast.home_registrar, agreed)
    return agreed


async def _told(
    parties: tuple[Person, ...], agreed: str, credit: str, expected: list[str] | None
) -> None:
    """Wait until each party was told of all this, in this order and each once."""
    for person in parties:
        count = len(expected) if expected else 5

        def reached(page: Any, count: int = count) -> bool:
            return len(_on(page, agreed)) >= count

        await person.until("looks into the inbox", "/v1/inbox", reached, what=f"{count} notices")
        if expected is not None:
            assert await _whats(person, agreed) == expected
        for notice in await _of(person, agreed):
            assert (notice["decision"], notice["status"], notice["revision"]) == (None, None, None)
            [changed] = notice["credits"]
            assert (changed["credit"], bool(changed["title"])) == (credit, True)


async def _whats(person: Person, agreed: str) -> list[str]:
    """What was told, the earliest first."""
    notices = reversed(await _of(person, agreed))
    return [
        change["what"]
        for notice in notices
        for credit in notice["credits"]
        for change in credit["changes"]
    ]


async def _of(person: Person, agreed: str) -> list[dict[str, Any]]:
    return _on(await person.get("looks into the inbox", "/v1/inbox"), agreed)


def _on(page: Any, agreed: str) -> list[dict[str, Any]]:
    return [one for one in page["notices"] if one["agreement"] == agreed and one["credits"]]
