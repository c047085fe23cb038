"""A correction travels: to every decision built on it, one text for the sandbox and for Fabric."""

from dataclasses import dataclass
from typing import Any

from demo.story import corrections, recognition
from demo.story.cast import Cast
from demo.story.course import ESSAY
from demo.story.recognition import Decider
from demo.world import Answer, Person, World
from tests.support.recognition_scenario import MEAN

BELOW = "40.00"
"""An essay so graded makes the final mark 69.50, where the rules ask for 75.00."""
BACK = "82.50"
SINGLE, ELSEWHERE, PAIR, CERTIFIED, TRUSTED, GIVEN, IGNORED, AWAITED = 0, 1, (2, 3), 4, 5, 6, 7, 8
AGREED, DEGREE = 9, 10
"""Courses of beta by their places."""


@dataclass(frozen=True)
class Ground:
    """Courses of beta, two universities that recognise them, and the ministry's supervisor."""

    world: World
    cast: Cast
    supervisor: Person
    courses: tuple[str, ...]
    alpha: Decider
    gamma: Decider
    rule: str
    """Of alpha."""
    rechecked: str
    """Of alpha: somebody certifies the course, now and later."""
    trusted: str
    """Of alpha: somebody certified the course when it was decided."""
    awaited: str
    """Of alpha: as `trusted`, and a person confirms."""
    agreed: str
    """Of alpha: as `rechecked`, for the course of an agreement."""
    gammas: str

    async def earn(self, place: int) -> str:
        """The student is awarded the credit of a course."""
        return await recognition.earn(self.world, self.cast, self.courses[place])

    async def recognised(self, to: Decider, rule: str, *credits_: str) -> tuple[str, str]:
        """Recognised and redeemed; the application and the decision."""
        student = self.cast.student
        application = await recognition.apply(student, to, rule, *credits_)
        found = await recognition.settled(student, application, "redeemed")
        return application, str(found["decision"])


async def prepare(world: World, cast: Cast, supervisor: Person) -> Ground:
    """Eleven courses at beta, and rules that ask for a good grade or for certificates."""
    teacher, registrar = cast.teacher, cast.teaching_registrar
    courses = tuple([await recognition.offer(teacher, registrar) for _ in range(11)])
    own = await recognition.home_teacher(world, cast)
    alpha = await recognition.decider(cast.home_registrar, own, courses=8)
    gamma = await recognition.decider(cast.verifying_registrar, cast.reviewer, courses=3)
    demands = [{"kind": "minimum-grade", "grade": "75.00", "better": "higher"}]
    of_alpha = recognition.rule(
        alpha,
        recognition.mapping("single", [courses[SINGLE]], alpha.courses[0]),
        recognition.mapping("pair", [courses[one] for one in PAIR], alpha.courses[1], combine=MEAN),
        recognition.mapping("given", [courses[GIVEN]], alpha.courses[4]),
        demands=demands,
    )
    of_gamma = recognition.rule(
        gamma,
        recognition.mapping("single", [courses[ELSEWHERE]], gamma.courses[0]),
        recognition.mapping("ignored", [courses[IGNORED]], gamma.courses[1]),
        recognition.mapping("degree", [courses[DEGREE]], gamma.courses[2]),
        demands=demands,
    )

    def certified(place: int, home: str, *, recheck: bool) -> dict[str, Any]:
        quality = {"kind": "quality", "certified_by": 1, "recheck": recheck}
        certain = recognition.mapping("certified", [courses[place]], home)
        return recognition.rule(alpha, certain, demands=[quality])

    rechecked = certified(CERTIFIED, alpha.courses[2], recheck=True)
    trusted = certified(TRUSTED, alpha.courses[3], recheck=False)
    awaited = certified(AWAITED, alpha.courses[5], recheck=False)
    awaited |= {"confirmation": {"always": True}}
    agreed = certified(AGREED, alpha.courses[6], recheck=True)
    return Ground(
        world=world,
        cast=cast,
        supervisor=supervisor,
        courses=courses,
        alpha=alpha,
        gamma=gamma,
        rule=await recognition.adopt(alpha, registrar, of_alpha),
        rechecked=await recognition.adopt(alpha, registrar, rechecked),
        trusted=await recognition.adopt(alpha, registrar, trusted),
        awaited=await recognition.adopt(alpha, registrar, awaited),
        agreed=await recognition.adopt(alpha, registrar, agreed),
        gammas=await recognition.adopt(gamma, registrar, of_gamma),
    )


async def a_correction_reopens_at_two_members(ground: Ground) -> str:
    """Pending it changes nothing; accepted it reopens at home and elsewhere; the first credit."""
    cast, student = ground.cast, ground.cast.student
    first, second = await ground.earn(SINGLE), await ground.earn(ELSEWHERE)
    at_alpha, alphas = await ground.recognised(ground.alpha, ground.rule, first)
    at_gamma, gammas = await ground.recognised(ground.gamma, ground.gammas, second)
    for credit, person, decision in (
        (first, ground.alpha.registrar, alphas),
        (second, ground.gamma.registrar, gammas),
    ):
        await corrections.correct(cast, credit, ESSAY, BELOW)
        # What the host alone says is on record, and changes nothing.
        quiet = await _revised(person, decision, 2)
        assert (quiet["status"], quiet["holds"]) == ("standing", "recognised")
        [*_, last] = quiet["revisions"]
        assert (last["trigger"], last["differs"], last["outcome"]) == (
            "correction",
            False,
            "recognised",
        )
        assert await notices(person, decision) == []
        assert await corrections.pending(cast.home_registrar, credit) is not None
        await corrections.accept(cast.home_registrar, credit)
    for registrar, application, decision in (
        (ground.alpha.registrar, at_alpha, alphas),
        (ground.gamma.registrar, at_gamma, gammas),
    ):
        reopened = await recognition.decided(registrar, application, "reopened")
        assert reopened["holds"] == "recognised"
        for person in (registrar, student):
            notice = await _noticed(person, decision, "refused")
            assert _failed(notice["after"]) == {"minimum-grade"}
            assert notice["after"]["items"] == []
            assert (notice["status"], notice["granted"]) == ("reopened", False)
        first_word = (await notices(student, decision))[-1]
        assert first_word["before"]["outcome"] == "recognised"
        [item] = first_word["before"]["items"]
        assert (item["credits"], item["grade"]) == ("6.00", recognition.GRADE)
    await ground.gamma.registrar.refused(
        "looks into alpha's notices",
        "POST",
        f"/v1/inbox/{(await notices(student, alphas))[0]['id']}:seen",
        code="not-found",
    )
    await _seen(student, alphas)
    await corrections.correct(cast, first, ESSAY, BACK, reason="appeal")
    await corrections.accept(cast.home_registrar, first)
    again = await recognition.decided(student, at_alpha, "standing")
    assert again["holds"] == "recognised"
    assert again["revisions"][-1]["trigger"] == "correction"
    assert (await _noticed(student, alphas, "recognised"))["before"]["outcome"] == "refused"
    await recognition.confirm(ground.gamma.registrar, gammas, "refused", "as-computed")
    ended = await recognition.settled(student, at_gamma, "released")
    assert (ended["status"], ended["holds"]) == ("annulled", "refused")
    for registrar, decision in (
        (ground.alpha.registrar, alphas),
        (ground.gamma.registrar, gammas),
    ):
        replayed = await registrar.get("replays", f"/v1/decisions/{decision}/replay")
        assert replayed["identical"] is True
    return first


async def two_for_one_and_a_degree(ground: Ground) -> None:
    """One of two credits fails: the decision on both is open; the degree keeps what it used."""
    cast, registrar = ground.cast, ground.alpha.registrar
    one, other = [await ground.earn(place) for place in PAIR]
    application, decision = await ground.recognised(ground.alpha, ground.rule, one, other)
    await registrar.write("grants the degree", f"/v1/decisions/{decision}:grant", {})
    await corrections.correct(cast, other, ESSAY, "0.00")
    await corrections.accept(cast.home_registrar, other)
    await recognition.decided(registrar, application, "reopened")
    for person in (registrar, cast.student):
        notice = await _noticed(person, decision, "refused")
        assert "standing" in _failed(notice["after"])
        assert len(notice["before"]["items"][0]["used"]) == len(PAIR)
        assert notice["granted"] is True
    kept = await cast.student.get("looks", f"/v1/recognitions/{application}")
    assert {credit["permission"] for credit in kept["credits"]} == {"granted"}
    # The same is refused as before, but the degree used a credit that is worth something else.
    await corrections.correct(cast, one, ESSAY, BELOW)
    await corrections.accept(cast.home_registrar, one)
    for person in (registrar, cast.student):
        await _of_degree(person, decision, one)


async def a_degree_at_another_university(ground: Ground) -> None:
    """A little better: gamma's decision says the same, and the student hears of it at home."""
    cast, registrar = ground.cast, ground.gamma.registrar
    credit = await ground.earn(DEGREE)
    _, decision = await ground.recognised(ground.gamma, ground.gammas, credit)
    await registrar.write("grants the degree", f"/v1/decisions/{decision}:grant", {})
    await corrections.correct(cast, credit, ESSAY, "83.50")
    await corrections.accept(cast.home_registrar, credit)
    for person in (registrar, cast.student):
        await _of_degree(person, decision, credit)
        found = await person.get("looks", f"/v1/decisions/{decision}")
        assert (found["status"], found["holds"]) == ("standing", "recognised")


async def suspended_lifted_revoked(ground: Ground) -> None:
    """Open while suspended, standing again once lifted; a revocation gives back as it says."""
    student, registrar, supervisor = ground.cast.student, ground.alpha.registrar, ground.supervisor
    credit = await ground.earn(GIVEN)
    application, decision = await ground.recognised(ground.alpha, ground.rule, credit)
    await corrections.rule(supervisor, credit, "suspend", "investigation")
    reopened = await recognition.decided(registrar, application, "reopened")
    assert reopened["revisions"][-1]["trigger"] == "ruling"
    assert "standing" in _failed((await _noticed(student, decision, "refused"))["after"])
    await corrections.rule(supervisor, credit, "lift", "unfounded")
    again = await recognition.decided(student, application, "standing")
    assert again["holds"] == "recognised"
    assert (await _noticed(student, decision, "recognised"))["status"] == "standing"
    await corrections.rule(supervisor, credit, "revoke", "forged-evidence")
    await recognition.decided(registrar, application, "reopened")
    kept = await student.get("looks", f"/v1/recognitions/{application}")
    assert kept["credits"][0]["permission"] == "redeemed"
    await corrections.rule(supervisor, credit, "lift", "appeal-upheld")
    await recognition.decided(student, application, "standing")
    await corrections.rule(supervisor, credit, "revoke", "awarded-in-error", gives_back=True)
    await recognition.decided(registrar, application, "reopened")
    freed = await student.get("looks", f"/v1/recognitions/{application}")
    assert freed["credits"][0]["permission"] == "given-back"
    # Others may use it once it stands again: what was recognised with it has ended.
    await corrections.rule(supervisor, credit, "lift", "appeal-upheld")
    ended = await recognition.decided(student, application, "withdrawn")
    assert ended["revisions"][-1]["trigger"] == "withdrawal"


async def certificates_that_are_withdrawn(ground: Ground) -> None:
    """Where the rule rechecks, the decision opens; where it does not, it stands, visibly."""
    found: list[tuple[str, str]] = []
    for place, rule in ((CERTIFIED, ground.rechecked), (TRUSTED, ground.trusted)):
        await certified(ground, place)
        credit = await ground.earn(place)
        found.append(await ground.recognised(ground.alpha, rule, credit))
        await withdrawn(ground, place)
    (rechecked, decision), (_, trusted) = found
    registrar = ground.alpha.registrar
    reopened = await recognition.decided(registrar, rechecked, "reopened")
    assert reopened["revisions"][-1]["trigger"] == "certification"
    for person in (registrar, ground.cast.student):
        assert _failed((await _noticed(person, decision, "refused"))["after"]) == {"quality"}
    quiet = await _revised(registrar, trusted, 2)
    assert (quiet["status"], quiet["revisions"][-1]["trigger"]) == ("standing", "certification")
    assert await notices(registrar, trusted) == []


async def a_certificate_withdrawn_before_her_word(ground: Ground) -> None:
    """It was in force when it was decided, and the rule trusts it: she can confirm."""
    student, registrar = ground.cast.student, ground.alpha.registrar
    await certified(ground, AWAITED)
    credit = await ground.earn(AWAITED)
    application = await recognition.apply(student, ground.alpha, ground.awaited, credit)
    waiting = await recognition.decided(registrar, application, "awaiting-confirmation")
    await withdrawn(ground, AWAITED)
    await _revised(registrar, waiting["id"], 2)
    await recognition.confirm(registrar, waiting["id"], "recognised", "judgement")
    settled = await recognition.settled(student, application, "redeemed")
    assert (settled["status"], settled["holds"]) == ("standing", "recognised")


async def certified(ground: Ground, place: int) -> None:
    course, certifier = ground.courses[place], ground.cast.verifying_registrar
    seen = await certifier.get("reads the course", f"/v1/courses/{course}")
    await certifier.write(
        "certifies it",
        "/v1/certifications",
        {"course": course, "course_digest": seen["digest"]},
    )


async def withdrawn(ground: Ground, place: int) -> None:
    certifier = ground.cast.verifying_registrar
    await certifier.write(
        "takes its certificate back",
        f"/v1/certifications/{ground.courses[place]}~{certifier.gateway.msp_id}:withdraw",
        {"expected_version": 1, "reason": "examination"},
    )


async def notices(person: Person, decision: str) -> list[dict[str, Any]]:
    """What a person's inbox says of a decision, the latest first."""
    found = await person.get("reads the inbox", "/v1/inbox")
    return [one for one in found["notices"] if one["decision"] == decision]


async def _noticed(person: Person, decision: str, outcome: str) -> dict[str, Any]:
    """Wait for a notice whose latest word is this outcome."""

    def reached(found: Any) -> bool:
        mine = [one for one in found["notices"] if one["decision"] == decision]
        return bool(mine) and mine[0]["after"]["outcome"] == outcome

    await person.until("finds it in the inbox", "/v1/inbox", reached, what=f"a notice: {outcome}")
    return (await notices(person, decision))[0]


async def _seen(person: Person, decision: str) -> None:
    """Seen once; the time stays."""
    [notice, *_] = await notices(person, decision)
    assert notice["seen_at"] is None
    path = f"/v1/inbox/{notice['id']}:seen"
    first = await person.post("has seen it", path)
    assert first["seen_at"] is not None
    assert (await person.post("has seen it", path))["seen_at"] == first["seen_at"]


async def _revised(person: Person, decision: str, number: int) -> Answer:
    return await person.until(
        "sees that it was looked at again",
        f"/v1/decisions/{decision}",
        lambda found: len(found["revisions"]) >= number,
        what=f"revision {number}",
    )


async def _of_degree(person: Person, decision: str, credit: str) -> None:
    """Told once that a granted degree used a credit that was corrected.

    Who looks before the corrected mark has come cannot check, says so, and then that it can again.
    """
    await person.until(
        "finds the degree's credit in the inbox",
        "/v1/inbox",
        lambda page: any(
            one["decision"] == decision and (one["credits"] or _checked_again(one))
            for one in page["notices"]
        ),
        what="a notice of a granted degree",
    )
    found = await notices(person, decision)
    [notice] = [one for one in found if one["credits"] or _checked_again(one)]
    assert notice["granted"] is True
    if _checked_again(notice):
        assert notice["after"]["outcome"] == "recognised"
        return
    assert (notice["before"], notice["after"]) == (None, None)
    [changed] = notice["credits"]
    assert (changed["credit"], _whats(changed)) == (credit, ["corrected"])


def _checked_again(notice: dict[str, Any]) -> bool:
    before = notice["before"]
    return before is not None and before["outcome"] == "could-not-check"


def _whats(credit: dict[str, Any]) -> list[str]:
    return [change["what"] for change in credit["changes"]]


def _failed(side: dict[str, Any]) -> set[str]:
    ending = {"decision", "mapping", "chosen", "not-chosen", "host-course", "no-mapping"}
    codes = {one["code"] for one in side["reasons"] if one["finding"] == "failed"}
    return codes - ending
