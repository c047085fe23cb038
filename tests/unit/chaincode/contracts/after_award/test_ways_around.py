"""Ways around a rule that its own university would have: a rule or a number made for it."""

import pytest

from chaincode.domain.course import Course
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.recognition.demands import Category
from tests.support.deciding import record, recording
from tests.support.redeeming import decided, entry, permission, permit, programme_of
from tests.support.rules import (
    adopt,
    adopt_framework,
    ballot_document,
    framework_document,
    propose,
    rule_document,
)
from tests.support.world import HOME, TEACHING, Refused, World


async def in_force(world: World, document: dict[str, object]) -> str:
    """A rule that alpha proposes and adopts alone; its key."""
    rule = await propose(world, document)
    registrar = world.people["registrar@alpha"]
    await world.submit(registrar, "CloseBallot", ballot_document(world, rule))
    return rule


def today(world: World) -> str:
    return world.sandbox.clock().date().isoformat()


async def test_a_university_alone_makes_no_joint_degree(stage: World) -> None:
    own = [programme_of(HOME, place).rsplit("/", 1)[0] for place in (1, 2)]
    theirs = programme_of(TEACHING).rsplit("/", 1)[0]
    document = rule_document("internal", first=today(stage))
    for programmes, field in (
        (own, "content.joint_programmes"),
        ([own[0], theirs], "content.joint_programmes.1"),
    ):
        with pytest.raises(Refused) as refused:
            await in_force(stage, document | {"joint_programmes": programmes})
        assert (refused.value.code, refused.value.field) == ("invalid-argument", field)
    await in_force(stage, document)


async def test_an_admission_rule_is_no_way_around_frameworks_on_recognition(stage: World) -> None:
    document = rule_document("internal", first=today(stage)) | {
        "kind": "admission",
        "mappings": [
            {
                "id": "score",
                "host": [{"course": record_key(Kind.COURSE, HOME, "0" * 32, 1)}],
                "score": {"subject": "informatics"},
                "conversion": "same",
            }
        ],
        "conversions": {"same": {"kind": "unchanged", "better": "higher"}},
    }
    rule = await in_force(stage, document)
    wanted = permission(stage, redeemer=HOME, rule=rule)
    with pytest.raises(Refused) as refused:
        await stage.submit(stage.people["student"], "PermitRedemption", wanted)
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "rule")
    await permit(stage, redeemer=HOME)


async def test_a_decision_names_an_evaluator_that_exists(stage: World) -> None:
    gateway = stage.people["gateway@gamma"]
    with pytest.raises(Refused) as refused:
        await stage.submit(gateway, "RecordDecision", recording(stage) | {"evaluator": 4})
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "evaluator")
    assert refused.value.facts == {"known": [1, 2, 3]}
    await record(stage)


async def test_a_rule_about_other_courses_uses_up_no_credit(stage: World) -> None:
    rule = await in_force(stage, rule_document("internal", first=today(stage)))
    with pytest.raises(Refused) as refused:
        await permit(stage, redeemer=HOME, rule=rule)
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "rule")
    await permit(stage, redeemer=HOME)


async def test_a_rule_from_before_a_framework_is_no_way_around_it(stage: World) -> None:
    course = stage.record(Course, stage.course)
    content = course.content.model_copy(update={"category": Category.ELECTIVE})
    rewritten = course.model_copy(update={"content": content, "digest": content.digest()})
    await stage.forge({course.key: rewritten.encode()}, by=[TEACHING])
    document = rule_document("bilateral", first=today(stage))
    demand = {"kind": "category", "elective_by_compulsory": True}
    [mapping] = document["mappings"]
    rules = [
        await adopt(
            stage,
            document
            | {"mappings": [mapping | {"host": [{"course": stage.course, "category": category}]}]}
            | {"demands": [demand]},
            rule=f"d{place}" * 16,
        )
        for place, category in enumerate(("compulsory", "elective"))
    ]
    number = await permit(stage, redeemer=HOME, rule=rules[0])
    framework = framework_document(first=today(stage)) | {"demands": [demand]}
    await adopt_framework(stage, framework)
    with pytest.raises(Refused, match="framework-broken"):
        await stage.submit(stage.people["registrar@alpha"], "HoldCredit", decided(stage, number))
    with pytest.raises(Refused, match="framework-broken"):
        await permit(stage, redeemer=HOME, rule=rules[0])
    await stage.submit(stage.people["student"], "WithdrawPermission", entry(stage, number))
    await permit(stage, redeemer=HOME, rule=rules[1])
