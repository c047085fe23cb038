"""A transfer of home over REST, one text for the sandbox and for Fabric."""

from dataclasses import dataclass

from demo.story import recognition, registration, transfer
from demo.story.cast import Cast
from demo.story.recognition import Decider
from demo.world import Person, World

COURSES = 6
ABSENT = "0" * 32
HOME_TEACHER = registration.Applicant("alpha", "teacher", "Li Na", "li.na", "diploma")


@dataclass(frozen=True)
class Ground:
    """Courses of beta, what they count for at alpha and at gamma, and a student of both."""

    world: World
    cast: Cast
    courses: tuple[str, ...]
    alpha: Decider
    gamma: Decider
    alphas: str
    gammas: str
    """Rules."""
    arrived: Person
    """The student at her new home."""

    async def earn(self, place: int) -> str:
        """The student is awarded the credit of a course."""
        return await recognition.earn(self.world, self.cast, self.courses[place])


async def prepare(world: World, cast: Cast) -> Ground:
    """Three courses at beta that count at alpha and at gamma; the student is known at gamma too."""
    courses = tuple(
        [await recognition.offer(cast.teacher, cast.teaching_registrar) for _ in range(COURSES)]
    )
    teacher = await registration.register(world, cast.home_registrar, HOME_TEACHER)
    alpha = await _decider(cast.home_registrar, teacher)
    gamma = await _decider(cast.verifying_registrar, cast.reviewer)
    rules = [
        await recognition.adopt(
            to,
            cast.teaching_registrar,
            recognition.rule(
                to,
                *(
                    recognition.mapping(f"single-{place}", [host], home)
                    for place, (host, home) in enumerate(zip(courses, to.courses, strict=True))
                ),
            ),
        )
        for to in (alpha, gamma)
    ]
    return Ground(
        world, cast, courses, alpha, gamma, *rules, arrived=await transfer.enter(world, cast)
    )


async def _decider(registrar: Person, teacher: Person) -> Decider:
    own = [await recognition.offer(teacher, registrar) for _ in range(COURSES)]
    published = await registrar.write(
        "publishes a programme",
        "/v1/programmes",
        {
            "title": "Informatics",
            "total": "180.00",
            "groups": [{"id": "major", "title": "Major", "at_least": "120.00"}],
        },
    )
    programme = str(published["result"]["programme"])
    return Decider(registrar.gateway.msp_id, registrar, tuple(own), programme)


async def credits_move_with_the_student(ground: Ground, used: str, granted: str) -> str:
    """The old home's redemption falls, its degree stays; the new home knows the mark."""
    student, registrar = ground.cast.student, ground.cast.home_registrar
    application, decision = await _redeemed(ground, used)
    _, degree = await _redeemed(ground, granted)
    await registrar.write("grants the degree", f"/v1/decisions/{degree}:grant", {})
    account = await transfer.prepare(ground.arrived)
    identifier = await transfer.request(student, ground.arrived, account, used, granted)
    await strangers_before_the_release(ground, identifier)
    await stale_releases(ground, identifier)
    await transfer.release(registrar, identifier)
    asked = await student.get("looks", f"/v1/transfers/{identifier}")
    assert transfer.statuses(asked) == ["released", "released"]
    assert {one["home"] for one in asked["credits"]} == {"alphaMSP"}
    heard = await transfer.looked(ground.cast.verifying_registrar, identifier)
    assert (heard["name_at_source"], heard["name_at_target"]) == ("Mei Lin", "Mei Lin")
    await transfer.accept(ground.cast.verifying_registrar, identifier)
    moved = await student.get("looks", f"/v1/transfers/{identifier}")
    assert transfer.statuses(moved) == ["accepted", "accepted"]
    assert {one["home"] for one in moved["credits"]} == {"gammaMSP"}
    freed = await student.get("looks", f"/v1/recognitions/{application}")
    assert freed["credits"][0]["permission"] == "released"
    assert freed["credits"][0]["left"] == "6.00"
    await counts_at_the_new_home(ground, used, granted)
    await old_home_after_the_transfer(ground, identifier, used, decision)
    return identifier


async def strangers_before_the_release(ground: Ground, identifier: str) -> None:
    """Nobody lets go but the old home, and nobody takes in before it did."""
    path, cast = f"/v1/transfers/{identifier}", ground.cast
    found = await transfer.looked(cast.home_registrar, identifier)
    assert transfer.statuses(found) == ["requested", "requested"]
    body = transfer.seen(found)
    await cast.verifying_registrar.refused(
        "takes in what nobody released", "POST", f"{path}:accept", body=body, code="not-found"
    )
    await cast.home_registrar.refused(
        "takes in for the new home", "POST", f"{path}:accept", body=body, code="not-party"
    )
    await cast.teaching_registrar.refused(
        "releases another's student", "POST", f"{path}:release", body=body, code="not-found"
    )
    await cast.student.refused(
        "releases herself", "POST", f"{path}:release", body=body, code="not-permitted"
    )
    await ground.arrived.refused("looks", "GET", path, code="not-found")


async def stale_releases(ground: Ground, identifier: str) -> None:
    """A release names the very request that was seen, and credits of this transfer."""
    registrar, path = ground.cast.home_registrar, f"/v1/transfers/{identifier}:release"
    found = await transfer.looked(registrar, identifier)
    await registrar.refused(
        "releases another version",
        "POST",
        path,
        body=transfer.seen(found, but=1),
        code="version-conflict",
    )
    other = {"credits": [{"credit": f"betaMSP~{ABSENT}", "expected_version": 1}]}
    await registrar.refused(
        "releases another credit", "POST", path, body=other, code="invalid-argument"
    )
    twice = {"credits": transfer.seen(found)["credits"][:1] * 2}
    await registrar.refused("releases twice", "POST", path, body=twice, code="invalid-argument")


async def counts_at_the_new_home(ground: Ground, used: str, granted: str) -> None:
    """She sees the credits among hers, and redeems there what is free."""
    arrived = ground.arrived
    listed = await arrived.get("lists her credits", "/v1/credits")
    assert {used, granted} <= {one["id"] for one in listed["credits"]}
    await arrived.get("looks at one", f"/v1/credits/{used}")
    identifier = await recognition.apply(arrived, ground.gamma, ground.gammas, used)
    found = await recognition.settled(arrived, identifier, "redeemed")
    decision = await arrived.get("reads why", f"/v1/decisions/{found['decision']}")
    assert [item["grade"] for item in decision["items"]] == [recognition.GRADE]
    refused = await arrived.refused(
        "asks for what a degree has used",
        "POST",
        "/v1/recognitions",
        body=recognition.application(ground.gamma, ground.gammas, granted),
        code="already-redeemed",
    )
    [by] = refused.document["facts"]["by"]
    assert (by["redeemer"], by["status"]) == ("alphaMSP", "granted")


async def old_home_after_the_transfer(
    ground: Ground, identifier: str, used: str, decision: str
) -> None:
    """Whoever was home once has no word any more."""
    registrar, student = ground.cast.home_registrar, ground.cast.student
    found = await transfer.looked(registrar, identifier)
    await registrar.refused(
        "releases once more",
        "POST",
        f"/v1/transfers/{identifier}:release",
        body=transfer.seen(found),
        code="wrong-state",
    )
    await registrar.refused(
        "grants a degree with it", "POST", f"/v1/decisions/{decision}:grant", code="wrong-state"
    )
    await student.refused(
        "permits with the old account",
        "POST",
        "/v1/recognitions",
        body=recognition.application(ground.alpha, ground.alphas, used),
        code="not-party",
    )
    await student.refused(
        "moves it on with the old account",
        "POST",
        "/v1/transfers",
        body=transfer.wanted("betaMSP", f"betaMSP~{ABSENT}", used),
        code="not-party",
    )


async def strangers_are_refused(
    ground: Ground, credit: str, identifier: str, other: Person
) -> None:
    """Another student's credit, another student's transfer, an account that is none."""
    account = await transfer.prepare(ground.arrived)
    body = transfer.wanted("gammaMSP", account, credit)
    await other.refused(
        "moves another's credit", "POST", "/v1/transfers", body=body, code="not-party"
    )
    await ground.cast.teacher.refused(
        "moves a student's credit", "POST", "/v1/transfers", body=body, code="not-permitted"
    )
    await ground.cast.teacher.refused(
        "prepares", "POST", "/v1/transfers:prepare", code="not-permitted"
    )
    await other.refused("looks", "GET", f"/v1/transfers/{identifier}", code="not-party")
    listed = await other.get("lists", "/v1/transfers")
    assert listed["transfers"] == []
    student = ground.cast.student
    for title, wanted, code in (
        ("stays", transfer.wanted("alphaMSP", account, credit), "invalid-argument"),
        ("names beta", transfer.wanted("betaMSP", account, credit), "invalid-argument"),
        (
            "names nobody",
            transfer.wanted("gammaMSP", f"gammaMSP~{ABSENT}", credit),
            "record-not-found",
        ),
    ):
        await student.refused(title, "POST", "/v1/transfers", body=wanted, code=code)
    me = await other.get("looks at the own account", "/v1/me")
    own = transfer.wanted("gammaMSP", str(me["account"]), credit)
    await student.refused(
        "names a stranger at home", "POST", "/v1/transfers", body=own, code="invalid-argument"
    )


async def asked_again_after_the_release(ground: Ground, credit: str) -> None:
    """A new request falls back before the release; the new home cannot accept the old one.

    Then it is released again, and a third university recognises it from the new home.
    """
    student, registrar = ground.cast.student, ground.cast.home_registrar
    accepts = ground.cast.verifying_registrar
    account = await transfer.prepare(ground.arrived)
    first = await transfer.request(student, ground.arrived, account, credit)
    await transfer.release(registrar, first)
    stale = transfer.seen(await transfer.looked(accepts, first))
    second = await transfer.request(student, ground.arrived, account, credit)
    path = f"/v1/transfers/{first}:accept"
    replaced = await accepts.until(
        "sees that she asked again",
        f"/v1/transfers/{first}",
        lambda found: found["credits"][0]["status"] == "replaced",
        what="a request that was replaced",
    )
    await accepts.refused(
        "accepts what was replaced", "POST", path, body=stale, code="version-conflict"
    )
    await accepts.refused(
        "accepts without a release",
        "POST",
        path,
        body=transfer.seen(replaced),
        code="wrong-state",
    )
    await transfer.release(registrar, second)
    await transfer.accept(accepts, second)
    identifier = await recognition.apply(ground.arrived, ground.alpha, ground.alphas, credit)
    found = await recognition.settled(ground.arrived, identifier, "redeemed")
    assert (found["home"], found["decider"], found["holds"]) == (
        "gammaMSP",
        "alphaMSP",
        "recognised",
    )
    decision = await ground.arrived.get("reads why", f"/v1/decisions/{found['decision']}")
    assert [item["grade"] for item in decision["items"]] == [recognition.GRADE]


async def _redeemed(ground: Ground, credit: str) -> tuple[str, str]:
    """The old home recognises a credit; the application and the decision."""
    student = ground.cast.student
    identifier = await recognition.apply(student, ground.alpha, ground.alphas, credit)
    found = await recognition.settled(student, identifier, "redeemed")
    return identifier, str(found["decision"])
