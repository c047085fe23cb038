"""Corrections and rulings: who may not enter, accept or say one, and then who may.

What members do past every contract is in `test_attacks` and `test_traitors`.
"""

import pytest

from chaincode.domain.credit import Credit
from chaincode.domain.keys import Kind
from tests.support.correcting import accept, acceptance, correct
from tests.support.redeeming import rule_on, ruling
from tests.support.world import HOME, PARTIES, TEACHING, Invalid, Refused, World


def stolen(world: World, name: str) -> str:
    """The name of somebody who certified themselves under another's, at the same member."""
    known = world.people[name]
    role = name.partition("@")[0]
    world.people["stolen"] = world.certify(known.msp_id, role, name=known.identifier)
    return "stolen"


async def entered(world: World, by: str) -> str:
    with pytest.raises(Refused) as refused:
        await correct(world, 9_900, by=by)
    return refused.value.code


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("student", "not-permitted"),
        ("teacher2", "not-party"),
        ("teacher@gamma", "not-party"),
        ("registrar@alpha", "not-permitted"),
        ("registrar@beta", "not-permitted"),
        ("supervisor@ministry", "not-permitted"),
        ("gateway@alpha", "not-permitted"),
        ("operator@beta", "not-permitted"),
        ("stolen", "account-inactive"),
    ],
)
async def test_nobody_but_the_teacher_enters_a_correction(stage: World, by: str, code: str) -> None:
    if by == "stolen":
        stolen(stage, "teacher")
    before = stage.stored(stage.slot(Kind.GRADE))
    assert await entered(stage, by) == code
    assert stage.stored(stage.slot(Kind.GRADE)) == before
    number = await correct(stage, 9_900)
    assert number == len(before["entries"]) + 1


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("student", "not-permitted"),
        ("teacher", "not-permitted"),
        ("registrar@beta", "not-party"),
        ("registrar@gamma", "not-party"),
        ("registrar@ministry", "not-party"),
        ("supervisor@ministry", "not-permitted"),
        ("gateway@alpha", "not-permitted"),
        ("operator@alpha", "not-permitted"),
        ("stolen", "account-inactive"),
    ],
)
async def test_nobody_but_homes_registrar_accepts_one(stage: World, by: str, code: str) -> None:
    if by == "stolen":
        stolen(stage, "registrar@alpha")
    number = await correct(stage, 9_900)
    before = stage.record(Credit, stage.slot(Kind.CREDIT))
    with pytest.raises(Refused) as refused:
        await accept(stage, {"essay": (number, 9_900)}, by=by)
    assert refused.value.code == code
    assert stage.record(Credit, stage.slot(Kind.CREDIT)) == before
    await accept(stage, {"essay": (number, 9_900)})
    assert stage.record(Credit, stage.slot(Kind.CREDIT)).version == before.version + 1


async def test_a_home_accepts_nothing_that_was_not_entered(stage: World) -> None:
    """A dishonest home: another grade than the teacher's opens no commitment."""
    number = await correct(stage, 7_000)
    with pytest.raises(Refused) as refused:
        await accept(stage, {"essay": (number, 9_900)})
    assert refused.value.code == "check-failed"
    await accept(stage, {"essay": (number, 7_000)})


async def test_neither_university_alone_endorses_an_acceptance(stage: World) -> None:
    """Its own honest peer says yes; the other's word is missing in the block."""
    number = await correct(stage, 9_900)
    for alone in (HOME, TEACHING):
        arguments, private = acceptance(stage, {"essay": (number, 9_900)})
        with pytest.raises(Invalid, match="ENDORSEMENT_POLICY_FAILURE"):
            await stage.submit(
                stage.people["registrar@alpha"],
                "AcceptCorrection",
                arguments,
                private=private,
                endorsers=(alone,),
                at=alone,
            )
    arguments, private = acceptance(stage, {"essay": (number, 9_900)})
    await stage.submit(
        stage.people["registrar@alpha"],
        "AcceptCorrection",
        arguments,
        private=private,
        endorsers=PARTIES,
    )


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("student", "not-permitted"),
        ("teacher", "not-permitted"),
        ("registrar@alpha", "not-permitted"),
        ("registrar@beta", "not-permitted"),
        ("registrar@ministry", "not-permitted"),
        ("gateway@ministry", "not-permitted"),
        ("operator@ministry", "not-permitted"),
        ("stolen", "account-inactive"),
    ],
)
async def test_nobody_but_a_supervisor_rules(stage: World, by: str, code: str) -> None:
    if by == "stolen":
        stolen(stage, "supervisor@ministry")
    with pytest.raises(Refused) as refused:
        await stage.submit(stage.people[by], "RuleOnCredit", ruling(stage))
    assert refused.value.code == code
    await rule_on(stage, "suspend")
