"""The learning agreement over REST on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import agreement as story
from demo.story import course, learning
from demo.story.agreement import Ground
from demo.story.cast import Cast
from demo.world import Person, World
from gateway.sandbox import SandboxWorld
from tests.support import agreement_scenario as scenario


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    return await story.prepare(world, cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def swapped(world: World, cast: Cast, ground: Ground) -> str:
    return await scenario.agree_and_swap(world, cast, ground)


async def test_three_agree_and_swap_a_course(swapped: str) -> None:
    assert swapped.startswith("alphaMSP~")


async def test_a_stale_approval_is_a_conflict_that_says_what_changed(
    cast: Cast, ground: Ground
) -> None:
    await scenario.conflict_says_what_changed(cast, ground)


async def test_everybody_sees_whose_answer_is_missing(cast: Cast, ground: Ground) -> None:
    await scenario.who_is_awaited_until_when(cast, ground)


async def test_two_answers_at_once(cast: Cast, ground: Ground) -> None:
    await scenario.two_answers_at_once(cast, ground)


async def test_a_late_proposal_needs_a_reason(cast: Cast, ground: Ground) -> None:
    await scenario.late_changes_need_a_reason(cast, ground)


async def test_strangers_are_refused(
    cast: Cast, ground: Ground, other_student: Person, other_teacher: Person
) -> None:
    strangers = {
        "another student": (other_student, "not-party"),
        "a teacher of the host": (other_teacher, "not-party"),
        "a third university": (cast.verifying_registrar, "not-party"),
    }
    await scenario.strangers_are_refused(cast, ground, strangers)


async def test_another_member_reads_what_is_on_the_channel(cast: Cast, swapped: str) -> None:
    await scenario.a_member_reads_the_record(cast.verifying_registrar, swapped)


async def test_the_pseudonym_is_the_one_that_enrols(
    world: World, cast: Cast, ground: Ground, swapped: str
) -> None:
    agreement = await cast.student.get("looks", f"/v1/agreements/{swapped}")
    enrolment = await learning.enrol(world, cast, ground.host[0])
    enrolled = await cast.student.get("looks", f"/v1/enrolments/{enrolment}")
    assert agreement["student"] == enrolled["student"]
    me = await cast.student.get("looks", "/v1/me")
    assert agreement["student"] != me["account"]


async def test_nothing_personal_is_in_the_blocks(
    cast: Cast, swapped: str, sandbox: SandboxWorld
) -> None:
    blocks = b"".join(
        transaction.envelope.SerializeToString()
        for block in sandbox.consortium.committed(at="gammaMSP")
        for transaction in block.transactions
    )
    assert f"agreement/{swapped.replace('~', '/')}".encode() in blocks
    assert cast.student.login.encode() not in blocks


async def test_one_university_is_host_and_home(cast: Cast, ground: Ground) -> None:
    term = await cast.home_registrar.write(
        "publishes a term of its own",
        "/v1/terms",
        (await _term_of(cast, ground)) | {"title": "Here"},
    )
    body = ground.proposal() | {
        "term": term["result"]["term"],
        "table_a": [{"course": ground.home[1]}],
        "table_b": [{"course": ground.home[0], "credits": "3.00"}],
    }
    proposed = await cast.student.write("proposes", "/v1/agreements", body)
    identifier = proposed["result"]["agreement"]
    await story.approve(cast.home_registrar, identifier)
    found = await cast.home_registrar.get("looks", f"/v1/agreements/{identifier}")
    assert (found["in_force"], found["you_are"]) == (1, ["host", "home"])
    listed = await cast.home_registrar.get("lists", "/v1/agreements")
    assert [one["id"] for one in listed["agreements"]].count(identifier) == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"table_a": []}, "invalid-argument", "/table_a"),
        (
            {"table_b": [{"course": "x", "credits": "6.00"}]},
            "invalid-argument",
            "/table_b/0/course",
        ),
        ({"late_reason": "because"}, "invalid-argument", "/late_reason"),
        ({"answer_by": "2020-01-01T00:00:00Z"}, "invalid-argument", "/answer_by"),
        ({"programme_digest": "0" * 64}, "stale-reference", "/programme_digest"),
        ({"term": f"betaMSP~{'0' * 32}"}, "record-not-found", None),
        ({"programme": f"alphaMSP~{'0' * 32}~1"}, "record-not-found", None),
        ({"rules": f"alphaMSP~{'0' * 32}"}, "record-not-found", None),
    ],
)
async def test_a_proposal_outside_the_rules(
    cast: Cast, ground: Ground, change: dict[str, object], code: str, field: str | None
) -> None:
    before = len((await cast.student.get("lists", "/v1/agreements"))["agreements"])
    refused = await cast.student.refused(
        "proposes", "POST", "/v1/agreements", body=ground.proposal(0) | change, code=code
    )
    assert refused.document.get("field") == field
    assert len((await cast.student.get("lists", "/v1/agreements"))["agreements"]) == before


async def test_the_end_is_agreed_upon(cast: Cast, swapped: str) -> None:
    await scenario.the_end_is_agreed_upon(cast, swapped)


async def _term_of(cast: Cast, ground: Ground) -> dict[str, object]:
    shown = (await cast.student.get("looks", f"/v1/terms/{ground.term}")).document
    names = set(story.term(course.datetime.now(course.UTC)))
    return {name: value for name, value in shown.items() if name in names}
