"""What people try so that a credit counts twice, or otherwise than was agreed."""

from datetime import UTC, datetime, timedelta

from demo.attacks.attempt import Attempt
from demo.attacks.over_rest import detail_of
from demo.story import agreement, recognition
from demo.story.cast import HOME
from demo.story.whole import Played


async def home_answers_for_the_student(played: Played) -> Attempt:
    """Home's registrar proposes other credits, and approves where the student has to."""
    registrar, agreed = played.cast.home_registrar, played.arranged.agreement
    decider = played.arranged.home.decider
    await agreement.change(
        registrar,
        agreed,
        "proposes that the course replaces fewer credits",
        table_a=[{"course": played.course}],
        table_b=[{"course": decider.courses[0], "credits": "1.00"}],
    )
    answer = await registrar.refused(
        "approves in the student's place",
        "POST",
        f"/v1/agreements/{agreed}:approve",
        body=await agreement.seen(registrar, agreed),
        code="wrong-state",
    )
    return Attempt(
        f"{HOME}'s registrar",
        "approves the agreement in the student's place",
        "the contract: a registrar speaks for a university, and it has answered",
        "wrong-state",
        detail_of(answer),
    )


async def late_vote(played: Played) -> Attempt:
    """Beta's registrar votes on a proposal when its ballot has ended."""
    home, voter = played.arranged.home, played.cast.teaching_registrar
    stricter = recognition.rule(
        home.decider,
        recognition.mapping("data-structures", [played.course], home.decider.courses[0]),
        demands=[{"kind": "minimum-grade", "grade": "95.00", "better": "higher"}],
    )
    ends = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    proposed = await home.decider.registrar.write(
        "proposes the next version",
        f"/v1/rules?answer_by={ends}&previous={home.rule}",
        stricter,
    )
    path = f"/v1/rules/{proposed['result']['rule']}"
    seen = await voter.get("reads it", path)
    await home.decider.registrar.write(
        "takes it back", f"{path}:withdraw", {"expected_version": seen["ballot"]["version"]}
    )
    answer = await voter.refused(
        "votes for it all the same",
        "POST",
        f"{path}:vote",
        body={"rule_digest": seen["digest"], "approve": True},
        code="ballot-closed",
    )
    return Attempt(
        "beta's registrar",
        "votes after the ballot closed",
        "the contract: every vote is read when a ballot ends, none comes later",
        "ballot-closed",
        detail_of(answer),
    )


async def other_university_redeems(played: Played) -> Attempt:
    """Gamma's registrar redeems what was decided at alpha."""
    answer = await played.cast.verifying_registrar.refused(
        "redeems the credit of another university's decision",
        "POST",
        f"/v1/decisions/{played.decision}:redeem",
        code="not-party",
    )
    return Attempt(
        "gamma's registrar",
        "redeems a credit by another university's decision",
        "gamma's gateway, and behind it the contract",
        "not-party",
        detail_of(answer),
    )
