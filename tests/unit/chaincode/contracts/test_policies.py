"""Under whose endorsement each record changes, and what a transaction reads and writes."""

import pytest

from chaincode.domain.attendance import attendance_key
from chaincode.domain.holding import bearing_keys
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.sealed_value import open_value
from chaincode.ledger.memory.rwset import hash_key
from chaincode.ledger.memory.transaction import NamespaceSet, Transaction, read_sets
from chaincode.ledger.policy import all_peers_of
from tests.support.life import ENROLMENT_KEY, LIFE, MARKS, RESULT_SALT, opened_evidence
from tests.support.records import SEALING_KEY
from tests.support.world import (
    CHAINCODE,
    HOME,
    PARTIES,
    TEACHING,
    VERIFYING,
    Invalid,
    NoContractAnswer,
    Refused,
    World,
)

CREATING = {
    "ProposeCourse",
    "ApplyForCourse",
    "RequestVerification",
    "AnswerRequest",
    "ReviewVerification",
}
RECOGNITION = {
    Kind.AGREEMENT,
    Kind.BALLOT,
    Kind.CERTIFICATION,
    Kind.DECISION,
    Kind.FRAMEWORK,
    Kind.PROGRAMME,
    Kind.REDEMPTION,
    Kind.RULE,
    Kind.RULING,
    Kind.SERIES,
    Kind.TERM,
    Kind.TRANSFER,
    Kind.VOTE,
}
"""Records that no step of this life writes: the tests of their own subjects hold their policies."""
PRIVATE = {"LearnCourse", "GradeEssay", "GradeExam", "AwardCredit"}


def own(transaction: Transaction) -> NamespaceSet:
    (found,) = [
        part for part in read_sets(transaction.action.results) if part.namespace == CHAINCODE
    ]
    return found


async def test_the_policy_of_each_record_is_the_designs(world: World) -> None:
    operator = world.people["operator@beta"]
    keys = {"operation": "0" * 32, "evidence_key": SEALING_KEY, "intake_key": SEALING_KEY}
    await world.submit(operator, "PublishMemberKeys", keys | {"expected_version": None})
    expected = {
        "constitution": None,
        "member/betaMSP": (TEACHING,),
        world.people["student"].account: (HOME,),
        world.people["teacher"].account: (TEACHING,),
        world.people["registrar@gamma"].account: (VERIFYING,),
        world.course: (TEACHING,),
        attendance_key(world.course, world.people["student"].account): None,
        world.enrolment: PARTIES,
        world.slot(Kind.WORK): PARTIES,
        world.slot(Kind.GRADE): PARTIES,
        world.slot(Kind.CREDIT): PARTIES,
        world.request: (VERIFYING,),
        sibling(world.request, Kind.CONSENT): None,
        sibling(world.request, Kind.VERDICT): None,
    }
    assert {key.split("/")[0] for key in expected} == set(Kind) - RECOGNITION
    await world.advance()
    for key, members in expected.items():
        assert world.policy(key) == (all_peers_of(members) if members else None), key
    everything = [key for key, _ in world.sandbox.consortium.peers[HOME].ledger.world.items()]
    assert set(expected) <= set(everything)
    assert {key.split("/")[0] for key in everything} == set(Kind) - RECOGNITION


async def test_slots_begin_empty_and_under_both(world: World) -> None:
    await world.advance(after="ApplyForCourse")
    both = all_peers_of(PARTIES)
    for kind in (Kind.ENROLMENT, Kind.WORK, Kind.GRADE, Kind.CREDIT):
        assert world.policy(world.slot(kind)) == both
    assert world.stored(world.slot(Kind.WORK))["entries"] == []
    assert world.stored(world.slot(Kind.GRADE))["entries"] == []
    assert world.stored(world.slot(Kind.CREDIT))["award"] is None


async def test_who_endorses_each_step(world: World) -> None:
    for step in LIFE:
        await world.step(step)
        transaction = world.last.transaction
        assert transaction is not None
        endorsers = {
            world.sandbox.consortium.registry.deserialize(one.endorser).msp_id
            for one in transaction.endorsements
        }
        if step in CREATING | {"RecordVerdict", "WithdrawConsent"}:
            assert len(endorsers) == 3, step
        elif step == "CheckCourse":
            assert endorsers == {TEACHING}
        else:
            assert endorsers == set(PARTIES), step


@pytest.mark.parametrize("step", sorted(set(LIFE) - CREATING))
async def test_too_few_endorsers_write_nothing(world: World, step: str) -> None:
    await world.advance(before=step)
    home_alone, teaching_alone = [HOME], [TEACHING]
    for endorsers in (home_alone, teaching_alone):
        if step == "CheckCourse" and endorsers is teaching_alone:
            continue
        before = dict(world.sandbox.consortium.peers[HOME].ledger.world.items())
        with pytest.raises(Invalid, match="ENDORSEMENT_POLICY_FAILURE"):
            await world.step(step, endorsers=endorsers)
        assert dict(world.sandbox.consortium.peers[HOME].ledger.world.items()) == before
    await world.step(step)


@pytest.mark.parametrize("step", sorted(CREATING))
async def test_two_of_four_create_nothing(world: World, step: str) -> None:
    await world.advance(before=step)
    with pytest.raises(Invalid, match="ENDORSEMENT_POLICY_FAILURE"):
        await world.step(step, endorsers=PARTIES)
    await world.step(step)


@pytest.mark.parametrize("step", sorted(PRIVATE))
async def test_private_steps_are_never_planned_over_third_members(world: World, step: str) -> None:
    await world.advance(before=step)
    if step == "LearnCourse":
        await world.step(step, endorsers=None)
        return
    with pytest.raises(NoContractAnswer, match="trusted endorsing organizations"):
        await world.step(step, endorsers=None)
    await world.step(step)


async def test_creating_functions_refuse_anything_transient(world: World) -> None:
    for step in LIFE:
        if step not in PRIVATE:
            for transient in ({"private": b"{}"}, {"other": b"x"}, {"private": b""}):
                with pytest.raises(Refused) as refused:
                    await world.step(step, transient=transient)
                assert refused.value.code == "private-input-forbidden", step
        await world.step(step)


async def test_a_write_reads_no_private_state_and_no_range(world: World) -> None:
    for step in LIFE:
        await world.step(step)
        transaction = world.last.transaction
        assert transaction is not None
        found = own(transaction)
        assert not found.public.range_queries_info, step
        assert found.public.writes, step
        for collection in found.collections:
            assert not collection.hashed.hashed_reads, step
            assert collection.hashed.hashed_writes, step
        names = {collection.name for collection in found.collections}
        stores = step in PRIVATE - {"LearnCourse"}
        assert names == ({f"values-{msp_id}" for msp_id in PARTIES} if stores else set()), step


async def test_a_write_reads_each_record_that_it_decides_on(world: World) -> None:
    await world.advance(before="AwardCredit")
    await world.step("AwardCredit")
    transaction = world.last.transaction
    assert transaction is not None
    assert {read.key for read in own(transaction).public.reads} == {
        "constitution",
        world.people["registrar@alpha"].account,
        world.course,
        world.enrolment,
        world.slot(Kind.WORK),
        world.slot(Kind.GRADE),
        world.slot(Kind.CREDIT),
        *bearing_keys(world.enrolment),
    }
    assert [write.key for write in own(transaction).public.writes] == [world.slot(Kind.CREDIT)]


async def test_nothing_private_is_in_any_block(world: World) -> None:
    await world.advance()
    evidence = opened_evidence()
    salts = [opened["salt"] for opened in (*evidence["grades"], *evidence["works"])]
    secrets = [ENROLMENT_KEY, RESULT_SALT, *map(bytes.fromhex, salts)]
    needles = [form for secret in secrets for form in (secret, secret.hex().encode())]
    marks = [*MARKS.values(), 7_234]
    needles += [f'"mark":{mark}'.encode() for mark in marks] + [b'"mark"', b'"salt"']
    needles += [b"enrolment_key", *(work["digest"].encode() for work in evidence["works"])]
    for block in world.sandbox.consortium.committed(at=HOME):
        for item in block.transactions:
            data = item.envelope.SerializeToString()
            for needle in needles:
                assert needle not in data, (needle, item.transaction_id)


async def test_private_values_are_ciphertext_at_the_two_universities_alone(world: World) -> None:
    await world.advance()
    grade, credit = world.slot(Kind.GRADE), world.slot(Kind.CREDIT)
    places = {f"{grade}/1", f"{grade}/2", credit}
    for msp_id, peer in world.sandbox.consortium.peers.items():
        held = {(entry.collection, entry.key) for entry in peer.ledger.private}
        expected = {(f"values-{msp_id}", place) for place in places} if msp_id in PARTIES else set()
        assert held == expected, msp_id
        for entry, found in peer.ledger.private.items():
            assert b"mark" not in found.value
            assert (entry.collection, hash_key(entry.key)) in set(peer.ledger.hashes)
        if msp_id not in PARTIES:
            assert not peer.transient, "a third member keeps nothing of a private transaction"


async def test_a_gateway_reads_its_own_members_value_alone(world: World) -> None:
    await world.advance(after="AwardCredit")
    asked = {"enrolment": world.enrolment, "number": 1}
    place = f"{world.slot(Kind.GRADE)}/1"
    seen = []
    for name in ("alpha", "beta"):
        answer = await world.evaluate(world.people[f"gateway@{name}"], "ReadSealedGrade", asked)
        seen.append(bytes.fromhex(answer["sealed"]))
        opened = open_value(ENROLMENT_KEY, place=place, sealed=seen[-1])
        assert opened.startswith(b'{"mark":8230,"salt":"')
        result = await world.evaluate(
            world.people[f"gateway@{name}"], "ReadSealedResult", {"enrolment": world.enrolment}
        )
        credit = world.slot(Kind.CREDIT)
        opened = open_value(ENROLMENT_KEY, place=credit, sealed=bytes.fromhex(result["sealed"]))
        assert opened.startswith(b'{"mark":7234,')
    assert seen[0] == seen[1]
    for function, arguments in (
        ("ReadSealedGrade", asked),
        ("ReadSealedResult", {"enrolment": world.enrolment}),
    ):
        for name in ("gamma", "ministry"):
            with pytest.raises(Refused) as refused:
                await world.evaluate(world.people[f"gateway@{name}"], function, arguments)
            assert (refused.value.code, refused.value.field) == ("not-party", "enrolment")
    with pytest.raises(Refused) as refused:
        await world.evaluate(world.people["gateway@beta"], "ReadSealedGrade", asked | {"number": 9})
    assert refused.value.code == "record-not-found"
