"""Members with all their keys, past our code, on real peers: what they cannot do, and what can.

Each read-write set is made by hand and endorsed with peers' own keys. What is refused to some is
granted to those whom the key's policy names: the policy alone decides.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from chaincode.domain import canonical
from chaincode.domain.commands.membership import InitLedger
from chaincode.domain.constitution import ConstitutionContent
from demo.story.course import proposal
from fabric_client.blocks import ValidationCode
from gateway.services.intent import new_id
from tests.support.on_fabric.calls import said_by_peers, stored, stored_everywhere
from tests.support.on_fabric.chain import settled
from tests.support.on_fabric.forging import Conspiracy, conspiracy
from tests.support.on_fabric.members import MEMBERS
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.vault import vault_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

REFUSED = ValidationCode.ENDORSEMENT_POLICY_FAILURE
ALONE = [("alpha",), ("beta",), ("gamma",), ("ministry",)]
WITHOUT_HOME = ("beta", "gamma", "ministry")
WITHOUT_TEACHING = ("alpha", "gamma", "ministry")
NOT_BOTH = [*ALONE, WITHOUT_HOME, WITHOUT_TEACHING]
Attack = Callable[[Conspiracy], Awaitable[ValidationCode]]


async def tried(
    stage: OnFabric, keys: Sequence[str], by: Sequence[Sequence[str]], *attacks: Attack
) -> None:
    """Every attack by every conspiracy is invalid, and no peer's state is another one than before.

    Raises:
        AssertionError: an attack had an effect.
    """
    members = stage.members
    await settled(members)
    before = {key: await stored_everywhere(members, key) for key in keys}
    conspiracies = [await conspiracy(members, *names) for names in by]
    codes = await asyncio.gather(*(attack(one) for one in conspiracies for attack in attacks))
    assert codes == [REFUSED] * len(conspiracies) * len(attacks)
    await settled(members)
    assert {key: await stored_everywhere(members, key) for key in keys} == before


def attacks_on(key: str, value: bytes) -> list[Attack]:
    """Everything that a write set can do to a key."""
    return [
        lambda one: one.write("AddGrade", key, value),
        lambda one: one.delete(key),
        lambda one: one.seize(key),
        lambda one: one.release(key),
        lambda one: one.seize_and_write(key, value),
    ]


async def changed(stage: OnFabric, key: str, **changes: Any) -> bytes:
    """A well-formed next version of a record, as its forger would write it."""
    record = await stored(stage.members, key, at="beta")
    return canonical.encode(
        record | changes | {"version": record["version"] + 1, "operation": new_id()}
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def graded(on_fabric: OnFabric) -> str:
    """An enrolment to be spoilt, with one grade."""
    return await on_fabric.graded()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ungraded(on_fabric: OnFabric) -> str:
    """An enrolment to be spoilt, without a grade."""
    return await on_fabric.enrolled()


def better(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The grades of a slot, the first one with another commitment."""
    first, *others = record["entries"]
    return [first | {"commitment": "ab" * 32}, *others]


async def test_a_grade_that_stands_is_not_rewritten_without_both(
    on_fabric: OnFabric, graded: str
) -> None:
    key = on_fabric.slot("grade", graded)
    record = await stored(on_fabric.members, key, at="beta")
    forged = await changed(on_fabric, key, entries=better(record))
    await tried(on_fabric, [key], NOT_BOTH, *attacks_on(key, forged))
    both = await conspiracy(on_fabric.members, "beta", "alpha")
    assert await both.write("AddGrade", key, forged) is ValidationCode.VALID
    await settled(on_fabric.members)
    found = await stored_everywhere(on_fabric.members, key)
    assert all(canonical.encode(record) == forged for record in found.values())


async def test_the_storys_own_grades_are_out_of_reach(on_fabric: OnFabric) -> None:
    key = on_fabric.slot("grade")
    record = await stored(on_fabric.members, key, at="beta")
    forged = await changed(on_fabric, key, entries=better(record))
    await tried(on_fabric, [key], [("beta",), WITHOUT_HOME], *attacks_on(key, forged))


async def test_a_first_grade_is_not_written_without_both(
    on_fabric: OnFabric, ungraded: str
) -> None:
    key = on_fabric.slot("grade", ungraded)
    entry = (await stored(on_fabric.members, on_fabric.slot("grade"), at="beta"))["entries"][0]
    forged = await changed(on_fabric, key, entries=[entry])
    await tried(on_fabric, [key], NOT_BOTH, *attacks_on(key, forged))
    both = await conspiracy(on_fabric.members, "beta", "alpha")
    assert await both.write("AddGrade", key, forged) is ValidationCode.VALID
    assert canonical.encode(await stored(on_fabric.members, key, at="beta")) == forged


async def test_home_awards_no_credit_by_itself(on_fabric: OnFabric, ungraded: str) -> None:
    key = on_fabric.slot("credit", ungraded)
    award = (await stored(on_fabric.members, on_fabric.slot("credit"), at="alpha"))["award"]
    forged = await changed(on_fabric, key, status="awarded", award=award)
    await tried(on_fabric, [key], NOT_BOTH, *attacks_on(key, forged))
    both = await conspiracy(on_fabric.members, "alpha", "beta")
    assert await both.write("AwardCredit", key, forged) is ValidationCode.VALID
    assert (await stored(on_fabric.members, key, at="alpha"))["status"] == "awarded"


@pytest.mark.parametrize("kind", ["enrolment", "work"])
async def test_nobody_is_moved_and_no_work_replaced_without_both(
    on_fabric: OnFabric, graded: str, kind: str
) -> None:
    key = on_fabric.slot(kind, graded)
    forged = await changed(on_fabric, key)
    await tried(on_fabric, [key], [("beta",), WITHOUT_HOME], *attacks_on(key, forged))
    both = await conspiracy(on_fabric.members, "beta", "alpha")
    assert await both.write("WorkUpload", key, forged) is ValidationCode.VALID


async def test_an_endorsement_twice_is_no_second_member(on_fabric: OnFabric, ungraded: str) -> None:
    key = on_fabric.slot("work", ungraded)
    forged = await changed(on_fabric, key)
    twice = await conspiracy(on_fabric.members, "beta", "beta")
    assert await twice.write("WorkUpload", key, forged) is REFUSED


async def test_a_course_is_its_universitys_alone(on_fabric: OnFabric) -> None:
    teacher = on_fabric.played.cast.teacher
    body = proposal(datetime.now(UTC), proctored=True)
    proposed = await teacher.write("proposes", "/v1/courses", body)
    key = on_fabric.slot("course", proposed["result"]["course"])
    content = (await stored(on_fabric.members, key, at="beta"))["content"] | {"credits": 3000}
    forged = await changed(on_fabric, key, content=content)
    others = [("alpha",), ("gamma",), ("alpha", "gamma", "ministry")]
    await tried(on_fabric, [key], others, *attacks_on(key, forged))
    own = await conspiracy(on_fabric.members, "beta")
    assert await own.write("ProposeCourse", key, forged) is ValidationCode.VALID
    assert (await stored(on_fabric.members, key, at="beta"))["content"] == content


async def test_an_account_is_its_members_alone(on_fabric: OnFabric) -> None:
    async with vault_of(on_fabric.members["beta"]) as vault:
        login = on_fabric.played.cast.teacher.login
        key = (await vault.accounts_of(login))["home"].key
    forged = await changed(on_fabric, key, key_digest="0" * 64)
    others = [("alpha",), ("gamma",), ("alpha", "gamma", "ministry")]
    await tried(on_fabric, [key], others, *attacks_on(key, forged))
    own, same = await conspiracy(on_fabric.members, "beta"), await changed(on_fabric, key)
    assert await own.write("ActivateAccount", key, same) is ValidationCode.VALID


async def test_the_constitution_is_a_majoritys(on_fabric: OnFabric) -> None:
    key = "constitution"
    record = await stored(on_fabric.members, key, at="beta")
    forged = canonical.encode(record | {"content": record["content"] | {"majority": 1}})
    minorities = [*ALONE, ("alpha", "beta"), ("gamma", "ministry")]
    await tried(on_fabric, [key], minorities, *attacks_on(key, forged))
    majority = await conspiracy(on_fabric.members, *WITHOUT_HOME)
    # The same words once more: others would end this consortium.
    same = canonical.encode(record)
    assert await majority.write("InitLedger", key, same) is ValidationCode.VALID


async def test_the_ledger_is_founded_once(on_fabric: OnFabric) -> None:
    record = await stored(on_fabric.members, "constitution", at="beta")
    content = ConstitutionContent.model_validate_json(json.dumps(record["content"]))
    operator = on_fabric.members.operator("beta")
    again = InitLedger(operation=new_id(), content=content)
    assert await said_by_peers(on_fabric.members, operator, again) == dict.fromkeys(
        MEMBERS, "record-exists"
    )
    looser = content.parameters.model_copy(update={"deadline_margin_seconds": 0})
    ours = content.model_copy(update={"parameters": looser})
    other = InitLedger(operation=new_id(), content=ours)
    said = await said_by_peers(on_fabric.members, operator, other)
    assert said == dict.fromkeys(MEMBERS, "record-exists")
