"""Attacks on an agreement by each dishonest party; the same by the right one succeeds."""

from typing import Any

import pytest

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Answer, Party
from chaincode.domain.agreements.conflict import Seen
from chaincode.domain.agreements.version import (
    PARTY_VERSIONS,
    AgreementVersion,
    VersionStatus,
    content_digest,
)
from chaincode.domain.caller import Caller, Role
from chaincode.ledger.policy import all_peers_of
from tests.support.agreement_stage import Stage
from tests.support.agreements import MARGIN
from tests.support.certificates import MSP_IDS
from tests.support.records import NEXT
from tests.support.world import HOME, MINISTRY, TEACHING, VERIFYING, Invalid, Person

FAILURE = "ENDORSEMENT_POLICY_FAILURE"
NOT_BOTH = [
    *[(msp_id,) for msp_id in MSP_IDS],
    (TEACHING, VERIFYING, MINISTRY),
    (HOME, VERIFYING, MINISTRY),
]


def answered(stage: Stage, party: Party, by: Person, role: Role) -> Agreement:
    """The record as it would be, had `by` approved for a party."""
    agreement = stage.agreement
    last = agreement.versions[-1]
    caller = Caller(msp_id=by.msp_id, role=role, identifier=by.identifier, key_digest="0" * 64)
    approval = Answer(approve=True, reason=None, by=by.account, at=stage.world.sandbox.clock())
    if party in agreement.parties_of(caller):
        seen = Seen(agreement.version, last.number, last.digest)
        return agreement.answered(seen, approval, caller=caller, margin=MARGIN, operation=NEXT)
    given = last.answered(last.approvals.given(approval, {party}))
    return agreement.next(NEXT, versions=(*agreement.versions[:-1], given))


def with_tables(stage: Stage) -> Agreement:
    """The record with another table A in the version in force, digest and all."""
    agreement = stage.agreement
    last = agreement.versions[-1]
    tables = last.tables.model_copy(update={"table_a": last.table_a[:1]})
    digest = content_digest(
        agreement.key,
        agreement,
        last.number,
        kind=last.kind,
        tables=tables,
        late_reason=last.late_reason,
    )
    forged = AgreementVersion.model_validate(
        {name: getattr(last, name) for name in AgreementVersion.model_fields}
        | {"table_a": tables.table_a, "digest": digest}
    )
    return agreement.next(NEXT, versions=(*agreement.versions[:-1], forged))


@pytest.mark.parametrize(
    ("function", "document"),
    [
        ("ApproveAgreement", Stage.approval),
        ("ProposeAgreementChange", Stage.change),
        ("WithdrawAgreementProposal", Stage.seen),
    ],
)
@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("student2", "not-party"),
        ("registrar@gamma", "not-party"),
        ("registrar@ministry", "not-party"),
        ("teacher", "not-permitted"),
        ("supervisor@ministry", "not-permitted"),
        ("gateway@alpha", "not-permitted"),
        ("gateway@beta", "not-permitted"),
        ("operator@alpha", "not-permitted"),
    ],
)
async def test_strangers_are_refused_everything(
    stage: Stage, function: str, document: Any, who: str, code: str
) -> None:
    await stage.propose()
    refused = await stage.refused(stage.world.people[who], function, document(stage))
    assert refused.code == code
    if code == "not-party":
        assert refused.field == "agreement"
    await stage.approve("host", "home")
    assert stage.statuses() == ["in-force"]


async def test_a_student_under_another_pseudonym_is_a_stranger(stage: Stage) -> None:
    await stage.propose()
    other = await stage.world.pseudonym(HOME)
    for function, document in (
        ("ApproveAgreement", stage.approval()),
        ("WithdrawAgreementProposal", stage.seen()),
    ):
        refused = await stage.refused(other, function, document)
        assert (refused.code, refused.field) == ("not-party", "agreement")
    await stage.submit(stage.person("student"), "WithdrawAgreementProposal", stage.seen())
    assert stage.statuses() == ["withdrawn"]


async def test_homes_registrar_answers_for_home_alone(stage: Stage) -> None:
    await stage.propose()
    await stage.approve("home")
    for again in range(2):
        refused = await stage.refused(stage.person("home"), "ApproveAgreement", stage.approval())
        assert refused.code == "wrong-state", again
        assert refused.detail == "number 1 is answered by home already"
    assert stage.agreement.versions[0].approvals.host is None
    for person in ("home", "host"):
        refused = await stage.refused(
            stage.person(person), "ProposeAgreement", stage.proposal(agreement="0" * 32)
        )
        assert refused.code == "not-permitted"
    await stage.approve("host")
    assert stage.statuses() == ["in-force"]


async def test_hosts_registrar_answers_for_the_host_alone(stage: Stage) -> None:
    await stage.propose()
    await stage.approve("host")
    for attempt in (stage.approval(), stage.approval(approve=False, reason="other")):
        refused = await stage.refused(stage.person("host"), "ApproveAgreement", attempt)
        assert refused.code == "wrong-state"
        assert refused.detail == "number 1 is answered by host already"
    refused = await stage.refused(stage.person("host"), "WithdrawAgreementProposal", stage.seen())
    assert refused.code == "not-party"
    assert stage.agreement.versions[0].approvals.home is None
    await stage.approve("home")
    assert stage.statuses() == ["in-force"]


async def test_the_student_answers_for_herself_alone(stage: Stage) -> None:
    await stage.propose()
    student = stage.person("student")
    refused = await stage.refused(student, "ApproveAgreement", stage.approval())
    assert (refused.code, refused.detail) == (
        "wrong-state",
        "number 1 is answered by student already",
    )
    approvals = stage.agreement.versions[0].approvals
    assert (approvals.host, approvals.home) == (None, None)
    await stage.approve("host", "home")
    refused = await stage.refused(student, "WithdrawAgreementProposal", stage.seen())
    assert refused.code == "wrong-state"
    assert stage.statuses() == ["in-force"]


@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
async def test_the_host_past_every_contract_approves_for_nobody(
    stage: Stage, by: tuple[str, ...]
) -> None:
    await stage.agree()
    await stage.submit(stage.person("host"), "ProposeAgreementChange", stage.change(1, 3))
    for party in (Party.STUDENT, Party.HOME):
        forged = answered(stage, party, stage.person("host"), Role.REGISTRAR)
        assert await stage.forged(forged, *by, signer=stage.person("host")) == FAILURE
    assert stage.statuses() == ["in-force", "proposed"]
    await stage.approve("student", "home")
    assert stage.statuses() == ["superseded", "in-force"]


@pytest.mark.parametrize("party", [Party.STUDENT, Party.HOST])
@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
async def test_home_past_every_contract_approves_for_nobody(
    stage: Stage, party: Party, by: tuple[str, ...]
) -> None:
    await stage.agree()
    await stage.submit(stage.person("home"), "ProposeAgreementChange", stage.change(1, 3))
    forged = answered(stage, party, stage.person("home"), Role.REGISTRAR)
    assert forged.versions[1].approvals.of(party) is not None
    assert await stage.forged(forged, *by) == FAILURE
    assert await stage.forged(forged, *by, signer=stage.person("home")) == FAILURE
    assert stage.statuses() == ["in-force", "proposed"]
    await stage.approve("student", "host")
    assert stage.statuses() == ["superseded", "in-force"]


@pytest.mark.parametrize("by", NOT_BOTH, ids="+".join)
async def test_nobody_rewrites_a_table_or_the_policy_alone(
    stage: Stage, by: tuple[str, ...]
) -> None:
    await stage.agree()
    world = stage.world
    forged, before = with_tables(stage), world.stored(stage.key)
    assert await stage.forged(forged, *by) == FAILURE
    assert await stage.forged(forged, *by, signer=stage.person("host")) == FAILURE
    for policy in (all_peers_of((TEACHING,)), all_peers_of((HOME,))):
        with pytest.raises(Invalid, match=FAILURE):
            await world.forge({}, policies={stage.key: policy}, by=by)
    with pytest.raises(Invalid, match=FAILURE):
        await world.forge({stage.key: b""}, by=by)
    assert all(world.stored(stage.key, at=msp_id) == before for msp_id in MSP_IDS)
    await stage.submit(stage.person("host"), "ProposeAgreementChange", stage.change(1))
    await stage.approve("student", "home")
    assert len(stage.agreement.versions[1].table_a) == 1


async def test_what_home_and_host_do_together_nothing_stops(stage: Stage) -> None:
    """The limit of key-level policies, said in docs/spec/records.md: both own the record."""
    await stage.agree()
    forged = with_tables(stage)
    assert await stage.forged(forged, HOME, TEACHING) == "VALID"
    assert stage.agreement == forged


async def test_a_record_forged_by_both_without_the_approvals_is_no_record(stage: Stage) -> None:
    await stage.propose()
    agreement = stage.agreement
    in_force = agreement.versions[0].turned(VersionStatus.IN_FORCE)
    stored = agreement.model_copy(update={"versions": (in_force,), "version": 2})
    assert await stage.forged(stored, HOME, TEACHING) == "VALID"
    document = {
        "agreement": stage.key,
        "expected_version": 2,
        "number": 1,
        "digest": in_force.digest,
        "approve": True,
        "reason": None,
    }
    refused = await stage.refused(stage.person("host"), "ApproveAgreement", document)
    assert refused.code == "record-corrupt"


async def test_a_member_outside_reads_and_begins_its_own_alone(stage: Stage) -> None:
    """Inside a channel every member reads every record; names and grades stand in none."""
    await stage.agree()
    gamma = stage.world.people["registrar@gamma"]
    answer = await stage.world.evaluate(gamma, "ReadRecord", {"key": stage.key})
    assert answer["record"]["student"] == stage.agreement.student
    outsider = await stage.world.pseudonym(VERIFYING)
    refused = await stage.refused(outsider, "ProposeAgreement", stage.proposal(agreement="0" * 32))
    assert (refused.code, refused.field) == ("not-party", "programme")
    forged = stage.agreement.next(NEXT)
    assert await stage.forged(forged, VERIFYING, MINISTRY) == FAILURE


async def test_approvals_of_one_agreement_are_none_of_another(stage: Stage) -> None:
    await stage.propose()
    seen = stage.approval()
    other = stage.key[:-32] + "1" * 32
    await stage.submit(
        stage.person("student"), "ProposeAgreement", stage.proposal(agreement="1" * 32)
    )
    refused = await stage.refused(
        stage.person("host"), "ApproveAgreement", seen | {"agreement": other}
    )
    assert (refused.code, refused.field) == ("version-conflict", "digest")
    await stage.approve("host")


async def test_a_host_that_refuses_without_end_leaves_another_agreement(stage: Stage) -> None:
    """More proposals would help nobody: what the host refuses it refuses as often as it likes."""
    student, host = stage.person("student"), stage.person("host")
    await stage.propose()
    for number in range(1, PARTY_VERSIONS + 1):
        refusal = stage.approval(approve=False, reason="not-wanted")
        await stage.submit(host, "ApproveAgreement", refusal)
        if number < PARTY_VERSIONS:
            again = stage.change(1, 3, kind="first")
            await stage.submit(student, "ProposeAgreementChange", again)
    refused = await stage.refused(
        student, "ProposeAgreementChange", stage.change(1, 3, kind="first")
    )
    assert (refused.code, refused.facts) == ("wrong-state", {"limit": PARTY_VERSIONS})
    assert "begin another agreement" in refused.detail
    await stage.propose(agreement="b" * 32)


async def test_a_party_that_proposes_without_end_uses_up_its_own_share_alone(stage: Stage) -> None:
    await stage.agree()
    student = stage.person("student")
    for _ in range(1, PARTY_VERSIONS):
        await stage.submit(student, "ProposeAgreementChange", stage.change(1, 3))
        await stage.submit(student, "WithdrawAgreementProposal", stage.seen())
    refused = await stage.refused(student, "ProposeAgreementChange", stage.cancellation())
    assert (refused.code, refused.facts) == ("wrong-state", {"limit": PARTY_VERSIONS})
    await stage.submit(stage.person("host"), "ProposeAgreementChange", stage.cancellation())
    await stage.approve("student", "home")
    assert stage.agreement.cancelled
