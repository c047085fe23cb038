"""Corrections and rulings over REST, one text for the sandbox and for Fabric."""

from demo.story import corrections as story
from demo.story.cast import Cast
from demo.story.course import ESSAY, EXAMINATION
from demo.world import Person


async def home_accepts_what_was_corrected(cast: Cast, credit: str) -> None:
    """Pending until home accepts; a correction in between is a conflict that names it."""
    registrar = cast.home_registrar
    before = await cast.student.get("sees the credit", f"/v1/credits/{credit}")
    assert before["status"] == "awarded"
    await registrar.refused(
        "accepts what nobody corrected",
        "POST",
        f"/v1/credits/{credit}:accept-correction",
        body=await story.checked(registrar, credit),
        code="wrong-state",
    )
    await story.correct(cast, credit, EXAMINATION, "70.00")
    unchanged = await cast.student.get("sees the credit", f"/v1/credits/{credit}")
    assert (unchanged["version"], unchanged["status"]) == (before["version"], "awarded")
    for person in (cast.student, cast.teacher, cast.teaching_registrar, registrar):
        found = await story.pending(person, credit)
        [entry] = found["pending"]
        assert (entry["part"], entry["reason"]) == (EXAMINATION, "clerical-error")
        assert entry["stands"]
        assert "mark" not in entry
    seen = await story.checked(registrar, credit)
    path = f"/v1/credits/{credit}:accept-correction"
    await story.correct(cast, credit, ESSAY, "80.00", reason="appeal")
    late = await registrar.refused(
        "accepts, but it was corrected again", "POST", path, body=seen, code="version-conflict"
    )
    assert late.document["facts"]["actual"] == seen["grade_version"] + 1
    again = await story.checked(registrar, credit)
    for person, code in (
        (cast.teaching_registrar, "not-party"),
        (cast.verifying_registrar, "not-party"),
        (cast.teacher, "not-permitted"),
        (cast.student, "not-permitted"),
    ):
        await person.refused("would accept it", "POST", path, body=again, code=code)
    await story.accept(registrar, credit)
    after = await cast.student.get("sees the corrected credit", f"/v1/credits/{credit}")
    assert after["version"] == before["version"] + 1
    assert after["status"] == "awarded"
    assert await story.pending(registrar, credit) is None


async def below_the_pass_mark_it_fails(cast: Cast, credit: str) -> None:
    """No essay: 0.30 of 91.00 and 0.40 of 76.00 is 57.70."""
    await story.correct(cast, credit, ESSAY, "0.00", reason="re-examination")
    await story.accept(cast.home_registrar, credit)
    failed = await cast.student.get("sees that it failed", f"/v1/credits/{credit}")
    assert failed["status"] == "failed"


async def a_supervisor_rules(cast: Cast, supervisor: Person, credit: str) -> None:
    """Suspended, lifted, revoked; nobody else rules, and nothing is said twice."""
    path = f"/v1/credits/{credit}:rule"
    body = await story.ruling(supervisor, credit, "suspend", "investigation")
    for person in (cast.home_registrar, cast.teaching_registrar, cast.teacher, cast.student):
        await person.refused("would rule", "POST", path, body=body, code="not-permitted")
    await supervisor.refused(
        "lifts nothing", "POST", path, body=body | {"ruling": "lift"}, code="wrong-state"
    )
    await supervisor.refused(
        "suspends another version of the credit",
        "POST",
        path,
        body=body | {"credit_version": body["credit_version"] + 1},
        code="version-conflict",
    )
    await supervisor.refused(
        "gives back without revoking",
        "POST",
        path,
        body=body | {"gives_back": True},
        code="invalid-argument",
    )
    await story.rule(supervisor, credit, "suspend", "investigation")
    await supervisor.refused(
        "suspends it again",
        "POST",
        path,
        body=await story.ruling(supervisor, credit, "suspend", "plagiarism"),
        code="wrong-state",
    )
    await story.rule(supervisor, credit, "lift", "unfounded")
    await story.rule(supervisor, credit, "revoke", "forged-evidence")
    seen = await cast.student.get("reads the rulings", f"/v1/credits/{credit}/rulings")
    assert [one["ruling"] for one in seen["rulings"]] == ["suspend", "lift", "revoke"]
    assert {one["authority"] for one in seen["rulings"]} == {supervisor.gateway.msp_id}
