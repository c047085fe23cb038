"""After a transfer the new home is a full home, one text for the sandbox and for Fabric."""

from dataclasses import dataclass, replace
from typing import Any

from demo.story import corrections, learning, recognition, transfer, verification
from demo.story.cast import Cast
from demo.story.course import ESSAY, EXAMINATION
from demo.world import Answer, Person
from tests.support import bulk_scenario
from tests.support.transfer_scenario import Ground

BEFORE, AFTER = "90.00", "96.00"
"""The essay as it is corrected before the transfer and after it."""
ACCEPTED = 3
"""The version of a credit's transfers that says so, after request and release."""


@dataclass(frozen=True)
class Moving:
    """A credit on its way to gamma, with everything that waits at the moment of the transfer."""

    credit: str
    transfer: str
    asked: str
    """Beta's request that nobody has answered."""
    shown: str
    """Beta's request that the student consented to at the old home."""
    former: Cast
    """Beta asks, and the student answers with her account at the old home."""
    arrived: Cast
    """Beta asks, and the student answers at the new home."""


async def the_new_home_is_a_full_home(ground: Ground, credit: str) -> Moving:
    """What waits goes along; corrections, evidence and recognitions are the new home's."""
    moving = await on_its_way(ground, credit)
    await before_the_date(ground, moving)
    await transfer.accept(ground.cast.verifying_registrar, moving.transfer)
    await work_and_marks_are_there(ground, moving)
    await evidence_is_given_at_the_new_home(ground, moving)
    await corrections_are_the_new_homes(ground, moving)
    await the_old_home_no_longer_can(ground, moving)
    await the_new_mark_counts_elsewhere(ground, moving)
    return moving


async def on_its_way(ground: Ground, credit: str) -> Moving:
    """Released, with a correction, a request and a consent that wait."""
    cast = ground.cast
    me = await cast.teacher.get("looks up the own account", "/v1/me")
    former = replace(
        cast,
        verifying_registrar=cast.teaching_registrar,
        reviewer=cast.teacher,
        reviewer_account=str(me["account"]),
    )
    await corrections.correct(cast, credit, ESSAY, BEFORE)
    shown = await verification.ask(former, credit)
    await verification.consent(former, shown)
    asked = await verification.ask(former, credit)
    await verification.find(former, asked)
    account = await transfer.prepare(ground.arrived)
    identifier = await transfer.request(cast.student, ground.arrived, account, credit)
    await transfer.release(cast.home_registrar, identifier)
    arrived = replace(former, student=ground.arrived)
    return Moving(credit, identifier, asked, shown, former, arrived)


async def before_the_date(ground: Ground, moving: Moving) -> None:
    """The new home has everything, and is not home yet; the old one still is."""
    registrar, path = ground.cast.verifying_registrar, f"/v1/credits/{moving.credit}"
    found = await transfer.handed_over(registrar, moving.transfer)
    assert found["credits"][0]["handover"] == {"complete": True, "lacking": [], "found": []}
    seen = await corrections.checked(ground.cast.home_registrar, moving.credit)
    await registrar.refused(
        "accepts too early", "POST", f"{path}:accept-correction", body=seen, code="not-party"
    )
    await registrar.refused("checks too early", "POST", f"{path}:check", code="not-party")
    await registrar.refused("reads", "GET", f"/v1/enrolments/{moving.credit}", code="not-party")
    assert await corrections.pending(registrar, moving.credit) is None
    inbox = await ground.arrived.get("looks for requests", "/v1/requests")
    assert moving.asked not in {one["id"] for one in inbox["requests"]}
    waiting = await verification.find(moving.former, moving.asked)
    await ground.arrived.refused(
        "answers too early",
        "POST",
        f"/v1/requests/{moving.asked}:answer",
        body=answer_to(waiting),
        code="not-party",
    )


async def work_and_marks_are_there(ground: Ground, moving: Moving) -> None:
    """The student reads her marks and opens her work, and so does home's registrar."""
    path = f"/v1/enrolments/{moving.credit}"
    for person in (ground.arrived, ground.cast.verifying_registrar):
        grades = await person.get("reads the grades", f"{path}/grades")
        assert learning.latest(grades.document, ESSAY)["mark"] == BEFORE
        assert all(one["matches"] for one in grades["entries"])
        work = await person.get("lists the work", f"{path}/work")
        for part in (ESSAY, EXAMINATION):
            number = learning.latest(work.document, part)["number"]
            content = f"{path}/work/{number}/content"
            await learning.open_and_compare(person, content, ground.world, part)
    seen = await ground.arrived.get("looks at the credit", f"/v1/credits/{moving.credit}")
    assert seen["home"] == "gammaMSP"


async def evidence_is_given_at_the_new_home(ground: Ground, moving: Moving) -> None:
    """An earlier consent holds, and its evidence is the new home's to give; so are answers."""
    await verification.look_at_evidence(ground.world, moving.arrived, moving.shown)
    waiting = await verification.find(moving.arrived, moving.asked)
    await ground.cast.student.refused(
        "answers with the old account",
        "POST",
        f"/v1/requests/{moving.asked}:answer",
        body=answer_to(waiting),
        code="not-party",
    )
    await verification.consent(moving.arrived, moving.asked)
    await verification.look_at_evidence(ground.world, moving.arrived, moving.asked)
    later = await verification.ask(moving.arrived, moving.credit)
    await verification.consent(moving.arrived, later)
    await verification.look_at_evidence(ground.world, moving.arrived, later)
    listed = await ground.cast.student.get("looks at the old home", "/v1/requests")
    here = {one["id"] for one in listed["requests"]}
    assert not here & {moving.asked, moving.shown, later}


async def corrections_are_the_new_homes(ground: Ground, moving: Moving) -> None:
    """The correction that waited, and one that was entered since."""
    home, old = ground.cast.verifying_registrar, ground.cast.home_registrar
    assert await corrections.pending(home, moving.credit) is not None
    assert await corrections.pending(old, moving.credit) is None
    seen = await corrections.checked(home, moving.credit)
    path = f"/v1/credits/{moving.credit}:accept-correction"
    await old.refused("accepts what was its own", "POST", path, body=seen, code="not-party")
    await corrections.accept(home, moving.credit)
    await corrections.correct(ground.cast, moving.credit, ESSAY, AFTER, reason="appeal")
    grades = await ground.arrived.get("reads", f"/v1/enrolments/{moving.credit}/grades")
    assert learning.latest(grades.document, ESSAY)["mark"] == AFTER
    await corrections.accept(home, moving.credit)
    await bulk_scenario.the_home_of_today_accepts(ground.cast, moving.credit, old=old, home=home)
    assert await corrections.pending(home, moving.credit) is None


async def the_old_home_no_longer_can(ground: Ground, moving: Moving) -> None:
    """It endorses the slots that it had a part in, and speaks for the credit no more."""
    old, path = ground.cast.home_registrar, f"/v1/credits/{moving.credit}"
    refused = await old.refused("checks", "POST", f"{path}:check", code="not-party")
    assert refused.document["facts"] == {"home": "gammaMSP"}
    await ground.cast.student.refused(
        "takes a consent back with the old account",
        "POST",
        f"/v1/requests/{moving.shown}:withdraw",
        body={"expected_version": 1},
        code="not-party",
    )
    work = await old.get("lists the work", f"/v1/enrolments/{moving.credit}/work")
    number = learning.latest(work.document, ESSAY)["number"]
    content = f"/v1/enrolments/{moving.credit}/work/{number}/content"
    await old.refused("opens the work", "GET", content, code="not-party")


async def the_new_mark_counts_elsewhere(ground: Ground, moving: Moving) -> None:
    """The new home shows the corrected mark to a decider, which was the old home."""
    identifier = await recognition.apply(ground.arrived, ground.alpha, ground.alphas, moving.credit)
    found = await recognition.settled(ground.arrived, identifier, "redeemed")
    assert (found["home"], found["holds"]) == ("gammaMSP", "recognised")
    decision = await ground.arrived.get("reads why", f"/v1/decisions/{found['decision']}")
    [item] = decision["items"]
    assert item["grade"] < recognition.GRADE, "by the Bavarian formula the better mark is lower"


async def what_waits_for_a_person(ground: Ground, here: str, elsewhere: str) -> None:
    """The old home's decision ends with the transfer; another decider's goes on.

    Args:
        ground: with `here` earned in the last course but one, `elsewhere` in the last.
        here: a credit that the old home is asked to recognise.
        elsewhere: one that gamma is asked to recognise, before it is home.
    """
    student, cast = ground.cast.student, ground.cast
    applications = []
    for to, place, credit in ((ground.alpha, -2, here), (ground.gamma, -1, elsewhere)):
        mapping = recognition.mapping("waits", [ground.courses[place]], to.courses[place])
        rule = recognition.rule(to, mapping, confirmation={"above_credits": "5.99"})
        adopted = await recognition.adopt(to, cast.teaching_registrar, rule)
        applications.append(await recognition.apply(student, to, adopted, credit))
    first, second = applications
    for application in applications:
        await recognition.settled(student, application, "held")
    account = await transfer.prepare(ground.arrived)
    moving = await transfer.request(student, ground.arrived, account, here, elsewhere)
    await transfer.release(cast.home_registrar, moving)
    await transfer.accept(cast.verifying_registrar, moving)
    await recognition.settled(student, first, "released")
    # Whatever ends at its gateway makes it look at what is open.
    await cast.home_registrar.write("hands over", f"/v1/transfers/{moving}:hand-over", {})
    ended = await recognition.decided(student, first, "withdrawn")
    assert ended["holds"] is None
    found = await recognition.settled(student, second, "held")
    decision = str(found["decision"])
    moved = {"record": f"transfer/{elsewhere.replace('~', '/')}", "version": ACCEPTED}
    await cast.verifying_registrar.until(
        "sees that the transfer changes nothing",
        f"/v1/decisions/{decision}",
        lambda seen: moved in _places(seen["explanation"]),
        what="a decision that knows of the transfer",
    )
    await recognition.confirm(cast.verifying_registrar, decision, "recognised", "judgement")
    used = await recognition.settled(student, second, "redeemed")
    assert (used["home"], used["holds"]) == ("alphaMSP", "recognised")
    refused = await ground.arrived.refused(
        "asks for what is used",
        "POST",
        "/v1/recognitions",
        body=recognition.application(ground.gamma, ground.gammas, elsewhere),
        code="already-redeemed",
    )
    [by] = refused.document["facts"]["by"]
    assert (by["redeemer"], by["status"]) == ("gammaMSP", "redeemed")


def _places(node: Any) -> list[Any]:
    """Every record that an explanation names."""
    return [*node["where"], *(one for child in node["children"] for one in _places(child))]


def answer_to(seen: Any) -> dict[str, Any]:
    """A consent to a request as seen."""
    return {
        "grant": True,
        "request_digest": seen["digest"],
        "credit_version": seen["credit_version"],
    }


def faults(found: Answer) -> list[tuple[str, int | None, str]]:
    """What the new home lacks of the one credit of a transfer."""
    [credit] = found["credits"]
    return named(credit["handover"]["lacking"])


def named(listed: list[dict[str, Any]]) -> list[tuple[str, int | None, str]]:
    """Faults as tuples."""
    return [(one["piece"], one["number"], one["fault"]) for one in listed]


async def released(ground: Ground, credit: str) -> str:
    """A credit is asked for and released; the transfer."""
    account = await transfer.prepare(ground.arrived)
    identifier = await transfer.request(ground.cast.student, ground.arrived, account, credit)
    await transfer.release(ground.cast.home_registrar, identifier)
    return identifier


async def looked_until(
    person: Person, identifier: str, *pieces: tuple[str, int | None, str]
) -> Any:
    """Wait until a handover lacks exactly these pieces."""
    return await person.until(
        "looks at what was handed over",
        f"/v1/transfers/{identifier}",
        lambda found: bool(found["credits"]) and faults(found) == list(pieces),
        what=f"a handover that lacks {pieces}",
    )
