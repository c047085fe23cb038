"""What people try at their own gateway."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from demo.attacks.attempt import Attempt
from demo.story.cast import TEACHING
from demo.story.course import ESSAY
from demo.story.registration import TEACHER, register
from demo.story.whole import Played
from demo.world import Answer, World


async def student_grades_herself(played: Played) -> Attempt:
    """The student calls AddGrade."""
    answer = await played.cast.student.refused(
        "tries to grade her own essay: AddGrade",
        "POST",
        f"/v1/enrolments/{played.credit}/grades",
        code="not-permitted",
        body={"part": ESSAY, "mark": "100.00", "expected_version": 1},
    )
    return Attempt(
        "the student",
        "calls AddGrade for her own essay",
        "her gateway, and behind it the contract: the role is the certificate's",
        "not-permitted",
        detail_of(answer),
    )


async def teacher_grades_a_stranger(world: World, played: Played) -> Attempt:
    """Another teacher of the same university grades a student who is not hers."""
    stranger = await register(
        world,
        played.cast.teaching_registrar,
        replace(TEACHER, name="Jo Park", login="jo.park"),
    )
    answer = await stranger.refused(
        "tries to grade a student of another teacher",
        "POST",
        f"/v1/enrolments/{played.credit}/grades",
        code="not-party",
        body={"part": ESSAY, "mark": "100.00", "expected_version": 1},
    )
    return Attempt(
        f"another teacher of {TEACHING}",
        "grades a student who is not hers",
        "the contract's rule, asked first by her gateway",
        "not-party",
        detail_of(answer),
    )


async def ask_without_consent(played: Played) -> str:
    """A new request for the same credit, which the student has not answered; its identifier."""
    registrar = played.cast.verifying_registrar
    expires = datetime.now(UTC) + timedelta(days=1)
    asked = await registrar.write(
        "asks for the same credit once more; the student has not answered",
        "/v1/verifications",
        {
            "credit": played.credit,
            "purpose": "audit",
            "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "reviewer": played.cast.reviewer_account,
        },
    )
    request: str = asked["result"]["request"]
    return request


async def verifier_without_consent(played: Played, request: str) -> Attempt:
    """Gamma's registrar wants to see work that nobody consented to show."""
    answer = await played.cast.verifying_registrar.refused(
        "tries to see work that nobody consented to",
        "GET",
        f"/v1/verifications/{request}/evidence",
        code="consent-missing",
    )
    return Attempt(
        "gamma's registrar",
        "opens work that nobody consented to show",
        "the home university's gateway, which asks the ledger at every pull",
        "consent-missing",
        detail_of(answer),
    )


def detail_of(answer: Answer) -> str:
    """The sentence of a problem, or of a refused operation's problem."""
    problem = answer.document.get("problem", answer.document)
    return str(problem["detail"])
