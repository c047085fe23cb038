"""Recognition over REST on the sandbox."""

import sqlite3
from contextlib import closing

import pytest
import pytest_asyncio

from demo.world import Person
from gateway.sandbox import SandboxWorld
from tests.support import recognition_scenario as scenario
from tests.support.recognition_scenario import Ground

pytestmark = pytest.mark.thorough


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def first(ground: Ground) -> str:
    return await ground.earn(0)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def decision(ground: Ground, first: str) -> str:
    return await scenario.recognised_by_the_rule_alone(ground, first)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(ground: Ground) -> str:
    return await scenario.two_courses_count_for_one(
        ground, await ground.earn(2), await ground.earn(3)
    )


async def test_a_rule_recognises_converts_and_redeems(decision: str) -> None:
    assert decision.startswith("alphaMSP~")


async def test_a_second_university_is_told_who_used_the_credit(
    ground: Ground, first: str, decision: str
) -> None:
    assert decision
    await scenario.told_who_used_it(ground, first)


async def test_two_courses_count_for_one(pair: str) -> None:
    assert pair.startswith("alphaMSP~")


async def test_a_student_takes_it_back_and_a_registrar_confirms_the_next(ground: Ground) -> None:
    credit = await ground.earn(1)
    await scenario.withdrawn_before_the_decision(ground, credit)
    await scenario.a_registrar_confirms(ground, credit)


async def test_another_university_decides(elsewhere: tuple[str, str]) -> None:
    _, decision = elsewhere
    assert decision.startswith("gammaMSP~")


async def test_two_universities_in_the_same_second(ground: Ground) -> None:
    await scenario.one_of_two_at_once(ground, await ground.earn(5))


async def test_strangers_are_refused(
    ground: Ground, first: str, decision: str, other_student: Person, other_teacher: Person
) -> None:
    # Somebody of beta has no part in what alpha decided.
    await scenario.strangers_are_refused(ground, first, decision, other_student, other_teacher)


async def test_sentences_in_chinese(ground: Ground, decision: str) -> None:
    await scenario.in_chinese(ground, decision)


async def test_replayed_after_a_newer_version(ground: Ground, decision: str, pair: str) -> None:
    await scenario.replayed_after_a_newer_version(ground, decision, pair)


async def test_a_decider_that_altered_what_it_keeps_is_found_out(
    ground: Ground, sandbox: SandboxWorld, pair: str
) -> None:
    registrar, path = ground.alpha.registrar, f"/v1/decisions/{pair}/replay"
    key = (f"decision/{pair.replace('~', '/')}",)
    with closing(sqlite3.connect(sandbox.state / "alpha" / "gateway.sqlite")) as database:
        read = "SELECT sealed FROM kept_revisions WHERE decision = ?"
        write = "UPDATE kept_revisions SET sealed = ? WHERE decision = ?"
        [(sealed,)] = database.execute(read, key).fetchall()
        database.execute(write, (sealed[:-1] + bytes([sealed[-1] ^ 1]), *key))
        database.commit()
        try:
            altered = await registrar.get("replays", path)
        finally:
            database.execute(write, (sealed, *key))
            database.commit()
    assert altered["identical"] is None
    assert [one["reason"] for one in altered["revisions"]] == ["unreadable"]
    assert (await registrar.get("replays", path))["identical"] is True
