"""The whole story, and what it leaves behind."""

import pytest_asyncio

from demo.story import correcting, learning, recognition, registration, whole
from demo.story.cast import Cast
from demo.story.whole import Played
from demo.world import StaffAccess, World
from gateway.sandbox import SandboxWorld
from tests.support.story import Told, evidence_shown

MAJORITY = 3
COME_TO_A_RULE = (
    "ProposeCourse",
    "CheckCourse",
    "PublishProgramme",
    "ProposeRule",
    "VoteOnRule",
    "CloseBallot",
)
"""Alpha with beta, and gamma with beta, at the same time; each is told as a whole."""
CREATED = {
    "RegisterAccount",
    "RegisterPseudonym",
    "ProposeCourse",
    "ApplyForCourse",
    "RequestVerification",
    "AnswerRequest",
    "ReviewVerification",
    "RecordVerdict",
    "PublishProgramme",
    "PublishTerm",
    "ProposeRule",
    "VoteOnRule",
    "CloseBallot",
    "ProposeAgreement",
    "PermitRedemption",
    "RecordDecision",
    "RedeemCredit",
    "ReviseDecision",
    "ConfirmDecision",
}
BY_HOME_AND_TEACHING = {
    "LearnCourse",
    "WorkUpload",
    "AddGrade",
    "ReviewGrade",
    "ApplyForCredit",
    "AwardCredit",
    "ApproveAgreement",
    "AcceptCorrection",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def story(world: World, cast: Cast) -> tuple[Played, Told]:
    # `cast` has activated the registrars' accounts; the story can be told again by new people.
    del cast
    told = Told()
    staff = {
        place: StaffAccess(access.login, access.passphrase, code=None)
        for place, access in world.staff.items()
    }
    again = World(world.gateways, staff, world.work, record=told, patience_seconds=30)
    return await whole.play(again), told


async def test_the_papers_operations_are_committed_in_order(story: tuple[Played, Told]) -> None:
    functions = [t.function for step in story[1] for t in step.transactions]
    assert [f for f in functions if f not in {"RegisterAccount", "ActivateAccount"}] == [
        "ProposeCourse",
        "CheckCourse",
        "ProposeCourse",
        "CheckCourse",
        *COME_TO_A_RULE,
        *COME_TO_A_RULE,
        "PublishTerm",
        "RegisterPseudonym",
        "ProposeAgreement",
        "ApproveAgreement",
        "ApproveAgreement",
        "ApplyForCourse",
        "LearnCourse",
        "WorkUpload",
        "AddGrade",
        "WorkUpload",
        "AddGrade",
        "WorkUpload",
        "AddGrade",
        "ReviewGrade",
        "ApplyForCredit",
        "AwardCredit",
        "RequestVerification",
        "AnswerRequest",
        "ReviewVerification",
        "RecordVerdict",
        "PermitRedemption",
        "RecordDecision",
        "RedeemCredit",
        "AddGrade",
        "AcceptCorrection",
        "ReviseDecision",
        "ConfirmDecision",
    ]


async def test_each_is_endorsed_by_whom_the_design_says(story: tuple[Played, Told]) -> None:
    for step in story[1]:
        for transaction in step.transactions:
            endorsers = set(transaction.endorsed_by)
            assert transaction.code == "VALID"
            assert transaction.block is not None
            if transaction.function in BY_HOME_AND_TEACHING:
                assert endorsers == {"alphaMSP", "betaMSP"}
            elif transaction.function in CREATED:
                assert len(endorsers) >= MAJORITY
            else:
                assert endorsers == {f"{step.member}MSP"}


async def test_the_credit_stands_with_its_verdict(story: tuple[Played, Told]) -> None:
    played = story[0]
    credit = await played.cast.student.get("looks", f"/v1/credits/{played.credit}")
    assert (credit["status"], credit["award"]["credits"]) == ("awarded", "6.00")
    found = await played.cast.verifying_registrar.get(
        "looks", f"/v1/verifications/{played.request}"
    )
    assert found["consent"]["status"] == "granted"
    assert found["verdict"]["decision"]["outcome"] == "valid"
    assert found["verdict"]["decision"]["report"] == (
        "The credit is what it says; the review bears it out."
    )
    shown = evidence_shown(story[1])
    assert shown["report"]["mark"] == learning.FINAL_MARK
    assert {grade["part"]: grade["mark"] for grade in shown["grades"]} == learning.MARKS
    assert all(one["matches"] for one in (*shown["grades"], *shown["works"]))


async def test_after_the_correction_the_evidence_shown_before_is_not_taken_for_the_credits(
    story: tuple[Played, Told],
) -> None:
    played = story[0]
    evidence = await played.cast.reviewer.get(
        "looks", f"/v1/verifications/{played.request}/evidence"
    )
    assert (evidence["report"]["outcome"], evidence["report"]["mark"]) == ("could-not-check", None)


async def test_the_recognition_stands_as_corrected(story: tuple[Played, Told]) -> None:
    played = story[0]
    decision = await played.cast.student.get("looks", f"/v1/decisions/{played.decision}")
    assert (decision["status"], decision["holds"]) == ("standing", "recognised")
    [item] = decision["items"]
    assert (item["grade"], item["credits"]) == (correcting.CORRECTED_GRADE, "6.00")
    triggers = [revision["trigger"] for revision in decision["revisions"]]
    # Twice where the home's gateway looked while the correction waited for acceptance.
    assert triggers in (["agreement", "correction"], ["agreement", "correction", "correction"])
    [notice] = (await played.cast.student.get("looks", "/v1/inbox"))["notices"]
    grades = [notice[side]["items"][0]["grade"] for side in ("before", "after")]
    assert grades == [recognition.GRADE, correcting.CORRECTED_GRADE]


async def test_what_a_gateway_writes_itself_its_registrars_see(
    story: tuple[Played, Told],
) -> None:
    played, told = story
    [step] = [step for step in told if step.title == "sees how the gateway redeemed the credit"]
    assert (step.member, step.response["kind"]) == ("alpha", "redeem-credits")
    path = f"/v1/operations/{step.response['id']}"
    await played.cast.home_registrar.get("looks", path)
    for person in (
        played.cast.student,
        played.cast.home_teacher,
        played.cast.verifying_registrar,
    ):
        await person.refused("looks", "GET", path, code="not-found")
    [own] = [step for step in told if step.title.startswith("asks for recognition")]
    await played.cast.home_registrar.refused(
        "looks at what a person wrote",
        "GET",
        f"/v1/operations/{own.response['id']}",
        code="not-found",
    )


async def test_the_student_acts_under_a_pseudonym_for_beta_alone(
    story: tuple[Played, Told],
) -> None:
    played = story[0]
    me = await played.cast.student.get("looks", "/v1/me")
    enrolment = await played.cast.student.get("looks", f"/v1/enrolments/{played.credit}")
    assert enrolment["student"] != me["account"]
    assert enrolment["student"].startswith("alphaMSP~")


async def test_nothing_personal_stands_on_the_shared_ledger(
    story: tuple[Played, Told], world: World, sandbox: SandboxWorld
) -> None:
    played = story[0]
    personal = {
        *(person.name for person in (registration.STUDENT, registration.TEACHER)),
        played.cast.student.login,
        played.cast.teacher.login,
        "identity card",
        *(file.name for file in world.work.values()),
        *(file.sha256 for file in world.work.values()),
        "Essay and program are sound",
    }
    blocks = b"".join(
        transaction.envelope.SerializeToString()
        for block in sandbox.consortium.committed(at="gammaMSP")
        for transaction in block.transactions
    )
    assert f"enrolment/{played.credit.replace('~', '/')}".encode() in blocks
    assert [text for text in personal if text.encode() in blocks] == []
    assert b'"mark":' not in blocks
    assert b'"enrolment_key":' not in blocks


async def test_values_lie_with_home_and_teaching_alone_and_sealed(
    story: tuple[Played, Told], sandbox: SandboxWorld
) -> None:
    place = story[0].credit.replace("~", "/")
    peers = sandbox.consortium.peers
    for member in ("alphaMSP", "betaMSP"):
        held = peers[member].ledger.private
        mine = [key for key in held if key.key in {f"grade/{place}/1", f"credit/{place}"}]
        assert {(key.collection, key.key) for key in mine} == {
            (f"values-{member}", f"grade/{place}/1"),
            (f"values-{member}", f"credit/{place}"),
        }
        assert not any(b'"mark"' in held[key].value for key in mine)
    for member in ("gammaMSP", "ministryMSP"):
        assert peers[member].ledger.private == {}


async def test_no_secret_is_told(story: tuple[Played, Told], world: World) -> None:
    shown = repr(story[1])
    assert "•••" in shown
    for access in world.staff.values():
        assert access.passphrase not in shown
    for person in (story[0].cast.student, story[0].cast.teacher):
        assert person.authorization["Authorization"] not in shown
        assert f"${person.variable}" in shown
    assert story[1][0].curl().startswith("curl -sS")


async def test_every_answer_says_that_the_sandbox_is_no_ledger(world: World) -> None:
    response = await world.gateways["alpha"].client.get("/v1/courses")
    assert response.headers["crosscredit-ledger"] == "sandbox; not a ledger"
