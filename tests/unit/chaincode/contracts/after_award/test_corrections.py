"""A grade corrected after the award waits until home's registrar accepts it."""

import pytest

from chaincode.domain.keys import Kind
from chaincode.domain.sealed_value import open_value
from tests.support.correcting import accept, acceptance, correct
from tests.support.life import ENROLMENT_KEY
from tests.support.redeeming import (
    OF,
    advance_to,
    decided,
    holding_of,
    permission,
    statuses,
    transfer,
)
from tests.support.world import (
    HOME,
    PARTIES,
    VERIFYING,
    Invalid,
    NoContractAnswer,
    Refused,
    World,
)


def credit(world: World) -> dict[str, object]:
    return world.stored(world.slot(Kind.CREDIT))


async def test_nothing_changes_until_home_accepts(stage: World) -> None:
    before = credit(stage)
    number = await correct(stage, 9_900)
    assert credit(stage) == before
    assert [entry.number for entry in holding_of(stage).pending] == [number]
    await accept(stage, {"essay": (number, 9_900)})
    found = credit(stage)
    assert (found["status"], found["version"]) == ("awarded", 4)
    award = found["award"]
    assert isinstance(award, dict)
    assert (award["grade_version"], award["grade_entries"]) == (5, 3)
    assert award["by"] == stage.people["registrar@alpha"].account
    assert holding_of(stage).pending == ()


async def test_the_result_is_sealed_at_the_two_universities_alone(stage: World) -> None:
    number = await correct(stage, 9_900)
    await accept(stage, {"essay": (number, 9_900)})
    place = stage.slot(Kind.CREDIT)
    for msp_id in PARTIES:
        answer = await stage.evaluate(
            stage.people[f"gateway@{OF[msp_id]}"],
            "ReadSealedResult",
            {"enrolment": stage.enrolment},
        )
        opened = open_value(ENROLMENT_KEY, place=place, sealed=bytes.fromhex(answer["sealed"]))
        assert opened.startswith(b'{"mark":7902,')


async def test_below_the_pass_mark_the_credit_fails_and_cannot_be_used(stage: World) -> None:
    await advance_to(stage, "redeemed")
    number = await correct(stage, 0, reason="clerical-error")
    await accept(stage, {"essay": (number, 0)})
    assert credit(stage)["status"] == "failed"
    with pytest.raises(Refused) as refused:
        await stage.submit(stage.people["registrar@gamma"], "GrantDegree", decided(stage))
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"status": "failed"})
    with pytest.raises(Refused) as refused:
        await stage.submit(
            stage.people["student"], "PermitRedemption", permission(stage, redeemer=HOME)
        )
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"status": "failed"})
    number = await correct(stage, 8_000)
    await accept(stage, {"essay": (number, 8_000)})
    assert credit(stage)["status"] == "awarded"
    await stage.submit(stage.people["registrar@gamma"], "GrantDegree", decided(stage))
    assert statuses(stage) == ["granted"]


async def test_a_failed_credit_takes_no_work(stage: World) -> None:
    number = await correct(stage, 0)
    await accept(stage, {"essay": (number, 0)})
    with pytest.raises(Refused) as refused:
        await stage.step("UploadEssay")
    assert refused.value.code == "wrong-state"


async def test_an_offline_grade_is_reviewed_before_it_can_be_accepted(stage: World) -> None:
    number = await correct(stage, 9_000, part="exam")
    with pytest.raises(Refused) as refused:
        await accept(stage, {"exam": (number, 9_000)})
    assert refused.value.code == "check-failed"
    assert refused.value.facts["checks"] == [
        {"code": "grade-reviewed", "outcome": "invalid", "part": "exam"}
    ]
    await stage.step("ReviewGrade", change={"number": number})
    await accept(stage, {"exam": (number, 9_000)})


async def test_a_correction_of_a_correction_meanwhile_says_what_holds_now(stage: World) -> None:
    first = await correct(stage, 9_000)
    arguments, private = acceptance(stage, {"essay": (first, 9_000)})
    second = await correct(stage, 8_500, reason="clerical-error")
    registrar = stage.people["registrar@alpha"]
    with pytest.raises(Refused) as refused:
        await stage.submit(
            registrar, "AcceptCorrection", arguments, private=private, endorsers=PARTIES
        )
    assert (refused.value.code, refused.value.field) == ("version-conflict", "grade_version")
    assert refused.value.facts == {
        "key": stage.slot(Kind.GRADE),
        "expected": 5,
        "actual": 6,
        "pending": [
            {"number": first, "part": "essay", "reason": "appeal"},
            {"number": second, "part": "essay", "reason": "clerical-error"},
        ],
    }
    await accept(stage, {"essay": (second, 8_500)})


async def test_two_acceptances_of_one_correction_end_as_one(stage: World) -> None:
    number = await correct(stage, 9_000)
    await accept(stage, {"essay": (number, 9_000)})
    with pytest.raises(Refused) as refused:
        await accept(stage, {"essay": (number, 9_000)})
    assert refused.value.code == "wrong-state"
    with pytest.raises(Refused) as refused:
        await accept(stage, {"essay": (number, 9_000)}, expected_version=3)
    assert (refused.value.code, refused.value.field) == ("version-conflict", "expected_version")


async def test_a_first_grade_is_none_after_the_award(stage: World) -> None:
    with pytest.raises(Refused) as refused:
        await correct(stage, 9_000, reason="first")
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "reason")


@pytest.mark.parametrize("by", ["registrar@beta", "registrar@gamma", "registrar@ministry"])
async def test_nobody_but_home_accepts(stage: World, by: str) -> None:
    number = await correct(stage, 9_000)
    with pytest.raises(Refused) as refused:
        await accept(stage, {"essay": (number, 9_000)}, by=by)
    assert (refused.value.code, refused.value.field) == ("not-party", "enrolment")
    await accept(stage, {"essay": (number, 9_000)})


async def test_after_a_transfer_the_new_home_accepts(stage: World) -> None:
    number = await correct(stage, 9_000)
    await transfer(stage)
    with pytest.raises(Refused) as refused:
        await accept(stage, {"essay": (number, 9_000)})
    assert refused.value.code == "not-party"
    await accept(stage, {"essay": (number, 9_000)}, by="registrar@gamma")
    assert holding_of(stage).home == VERIFYING


async def test_nothing_is_accepted_before_the_award(world: World) -> None:
    await world.advance(before="AwardCredit")
    with pytest.raises(Refused) as refused:
        await accept(world, {})
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"status": "applied"})


@pytest.mark.parametrize(
    ("change", "private", "code", "field"),
    [
        ({"result_commitment": "0" * 64}, {}, "commitment-mismatch", "result_commitment"),
        ({}, {"enrolment_key": "1" * 64}, "commitment-mismatch", "enrolment_key"),
        ({"work_version": 1}, {}, "version-conflict", "work_version"),
        ({}, {"grades": []}, "check-failed", None),
    ],
)
async def test_evidence_with_one_thing_wrong(
    stage: World,
    *,
    change: dict[str, object],
    private: dict[str, object],
    code: str,
    field: str | None,
) -> None:
    number = await correct(stage, 9_000)
    with pytest.raises(Refused) as refused:
        await accept(stage, {"essay": (number, 9_000)}, private=private, **change)
    assert (refused.value.code, refused.value.field) == (code, field)
    await accept(stage, {"essay": (number, 9_000)})


async def test_a_higher_mark_than_the_grades_give_is_refused(stage: World) -> None:
    number = await correct(stage, 9_000)
    arguments, private = acceptance(stage, {"essay": (number, 10_000)})
    with pytest.raises(Refused) as refused:
        await stage.submit(
            stage.people["registrar@alpha"],
            "AcceptCorrection",
            arguments,
            private=private,
            endorsers=PARTIES,
        )
    assert refused.value.code == "check-failed"
    assert refused.value.facts["checks"][0]["code"] == "grade-commitment"


async def test_acceptance_is_endorsed_by_both_and_by_no_third(stage: World) -> None:
    number = await correct(stage, 9_000)
    arguments, private = acceptance(stage, {"essay": (number, 9_000)})
    registrar = stage.people["registrar@alpha"]
    for one in PARTIES:
        with pytest.raises(Invalid, match="ENDORSEMENT_POLICY_FAILURE"):
            await stage.submit(
                registrar, "AcceptCorrection", arguments, private=private, endorsers=[one]
            )
    with pytest.raises(NoContractAnswer):
        await stage.submit(registrar, "AcceptCorrection", arguments, private=private)
    await accept(stage, {"essay": (number, 9_000)})
