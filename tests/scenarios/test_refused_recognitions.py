"""Dishonest homes, deciders and registrars: exactly refused, and the right party is not."""

from typing import Any

import pytest
import pytest_asyncio

from chaincode.domain.commands.base import Command
from chaincode.domain.commands.decisions import ConfirmDecision, RecordDecision
from chaincode.domain.commands.redemption import HoldCredit, RedeemCredit
from chaincode.domain.decision import (
    Computed,
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionTrigger,
)
from chaincode.domain.keys import Kind, record_key, sibling
from chaincode.domain.redemption import Redemption
from chaincode.domain.rules.rule_version import RuleVersion
from demo.story import registration
from demo.world import Person
from gateway.bootstrap.core import Core
from gateway.exchange.errors import PeerRefused
from gateway.model.people import Account
from gateway.model.recognition import (
    AppliedCredit,
    KeptRevision,
    RecognitionApplication,
    ShownResult,
)
from gateway.sandbox import SandboxWorld
from gateway.services.intent import GATEWAY, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.recognition.incoming import APPLICATION_MESSAGE
from gateway.services.recognition.kept import opened_revision
from gateway.services.recognition.results import OpenedResult
from gateway.services.recognition.telling import DECIDED_MESSAGE, packed, seal_to
from tests.support.recognition_scenario import Ground
from tests.support.rest import PROBLEM

pytestmark = pytest.mark.thorough

Document = dict[str, Any]


@pytest.fixture
def cores(sandbox: SandboxWorld) -> dict[str, Core]:
    return {name: gateway.core for name, gateway in sandbox.gateways.items()}


async def say(core: Core, to: str, kind: str, document: Document) -> None:
    """A member's gateway sends a message, signed as its own."""
    message = {"id": new_id(), "kind": kind, "document": document}
    await core.client.call(core.peers[to], "POST", "/v1/exchange/messages", document=message)


async def refusal(core: Core, to: str, kind: str, document: Document) -> str:
    """The code that the other gateway answers."""
    with pytest.raises(PeerRefused) as refused:
        await say(core, to, kind, document)
    return str(refused.value.problem["type"]).removeprefix(PROBLEM)


async def submitted(core: Core, command: Command, *, by: str = GATEWAY) -> str | None:
    """Write past every use case, with the member's own keys; the code of the refusal."""
    person = GATEWAY
    if by != GATEWAY:
        async with core.database.reading() as session:
            account = await session.get(Account, by)
        assert account is not None
        person = account.person
    intent = Intent(
        operation=command.operation,
        kind="attack",
        request=WriteRequest(person, None, "0" * 64, wait_seconds=20),
        calls=(LedgerCall(by, command),),
    )
    view = await core.operations.accept(intent)
    return str(view.problem["code"]) if view.problem else None


@pytest_asyncio.fixture
async def sent(cores: dict[str, Core], elsewhere: tuple[str, str]) -> Document:
    """The application that alpha sent to gamma, in clear."""
    _, decision = elsewhere
    key = f"decision/{decision.replace('~', '/')}"
    gamma = cores["gamma"]
    async with gamma.database.reading() as session:
        [row] = await session.find(RecognitionApplication, decision=key)
        [credit] = await session.find(AppliedCredit, application=row.id)
        [shown] = await session.find(ShownResult, enrolment=credit.enrolment)
    opened = OpenedResult.parse(
        gamma.box.open(shown.sealed, owner=credit.enrolment, purpose="shown-result")
    )
    result = {"mark": opened.mark, "salt": opened.salt, "commitment": shown.commitment}
    return {
        "application": row.id,
        "student": row.student,
        "programme": row.programme,
        "rule": row.rule,
        "credits": [{"enrolment": credit.enrolment, "number": credit.number, "result": result}],
    }


async def applying(core: Core, sent: Document, **change: Any) -> Document:
    """The message, sealed to gamma."""
    changed = sent | {"application": new_id()} | change
    sealed = await seal_to(
        core.records,
        "gammaMSP",
        purpose=APPLICATION_MESSAGE,
        place=changed["application"],
        document=changed,
    )
    return {"application": changed["application"], "sealed": sealed}


async def test_a_home_that_alters_a_mark(cores: dict[str, Core], sent: Document) -> None:
    alpha = cores["alpha"]
    [credit] = sent["credits"]
    better = credit | {"result": credit["result"] | {"mark": 10_000}}
    message = await applying(alpha, sent, credits=[better])
    assert await refusal(alpha, "gammaMSP", APPLICATION_MESSAGE, message) == "evidence-refused"


async def test_a_home_that_uses_a_permission_twice(cores: dict[str, Core], sent: Document) -> None:
    alpha = cores["alpha"]
    message = await applying(alpha, sent)
    assert await refusal(alpha, "gammaMSP", APPLICATION_MESSAGE, message) == "already-exists"
    message = await applying(alpha, sent, application=sent["application"])
    assert await refusal(alpha, "gammaMSP", APPLICATION_MESSAGE, message) == "already-exists"


async def test_a_home_that_takes_a_permission_for_another_degree_or_rule(
    cores: dict[str, Core], sent: Document, ground: Ground
) -> None:
    alpha = cores["alpha"]
    for change in (
        {"programme": f"programme/{ground.alpha.programme.replace('~', '/')}"},
        {"rule": f"rule/{ground.rule.replace('~', '/')}"},
    ):
        message = await applying(alpha, sent, **change)
        assert await refusal(alpha, "gammaMSP", APPLICATION_MESSAGE, message) == "not-party"


async def test_a_permission_that_nobody_gave(cores: dict[str, Core], sent: Document) -> None:
    alpha = cores["alpha"]
    [credit] = sent["credits"]
    message = await applying(alpha, sent, credits=[credit | {"number": 60}])
    assert await refusal(alpha, "gammaMSP", APPLICATION_MESSAGE, message) == "not-yet-recorded"


async def test_a_member_that_is_not_home(cores: dict[str, Core], sent: Document) -> None:
    message = await applying(cores["beta"], sent)
    assert await refusal(cores["beta"], "gammaMSP", APPLICATION_MESSAGE, message) == "not-party"


async def test_an_application_sealed_for_another_place(
    cores: dict[str, Core], sent: Document
) -> None:
    alpha = cores["alpha"]
    message = await applying(alpha, sent) | {"application": new_id()}
    assert await refusal(alpha, "gammaMSP", APPLICATION_MESSAGE, message) == "evidence-refused"


async def telling(core: Core, decision: str, **change: Any) -> Document:
    """What gamma tells alpha of its decision, sealed."""
    key = f"decision/{decision.replace('~', '/')}"
    async with core.database.reading() as session:
        [row] = await session.find(RecognitionApplication, decision=key)
        kept_row = await session.get(KeptRevision, key, 1)
    assert kept_row is not None
    kept = opened_revision(core.box, kept_row)
    told = {
        "application": row.id,
        "decision": key,
        "number": 1,
        "verdict": packed(kept.verdict),
        "salt": kept.explanation_salt,
    } | change
    sealed = await seal_to(
        core.records, "alphaMSP", purpose=DECIDED_MESSAGE, place=key, document=told
    )
    return {"decision": key, "sealed": sealed}


async def test_a_decider_that_tells_another_story_than_the_ledger(
    cores: dict[str, Core], elsewhere: tuple[str, str], ground: Ground
) -> None:
    gamma = cores["gamma"]
    _, decision = elsewhere
    key = f"decision/{decision.replace('~', '/')}"
    async with gamma.database.reading() as session:
        row = await session.get(KeptRevision, key, 1)
    assert row is not None
    verdict = opened_revision(gamma.box, row).verdict
    other = verdict.model_copy(update={"items": ()})
    message = await telling(gamma, decision, verdict=packed(other))
    assert await refusal(gamma, "alphaMSP", DECIDED_MESSAGE, message) == "commitment-mismatch"
    message = await telling(gamma, decision, application=new_id())
    assert await refusal(gamma, "alphaMSP", DECIDED_MESSAGE, message) == "not-party"
    message = await telling(gamma, decision, number=2)
    assert await refusal(gamma, "alphaMSP", DECIDED_MESSAGE, message) == "not-yet-recorded"
    message = await telling(gamma, decision)
    assert await refusal(cores["beta"], "alphaMSP", DECIDED_MESSAGE, message) == "not-party"
    await say(gamma, "alphaMSP", DECIDED_MESSAGE, message)
    seen = await ground.cast.student.get("looks", f"/v1/decisions/{decision}")
    assert seen["items"]


async def test_a_decider_without_the_holders_permission(
    cores: dict[str, Core], elsewhere: tuple[str, str]
) -> None:
    credit, _ = elsewhere
    enrolment = f"enrolment/{credit.replace('~', '/')}"
    for name in ("alpha", "beta"):
        core = cores[name]
        redemption = await core.records.load(Redemption, sibling(enrolment, Kind.REDEMPTION))
        seen: Document = {
            "enrolment": enrolment,
            "expected_version": redemption.version,
            "number": 1,
            "credit_version": (await core.records.stored(sibling(enrolment, Kind.CREDIT)))[
                "version"
            ],
        }
        hold = HoldCredit(operation=new_id(), **seen)
        assert await submitted(core, hold) == "not-party"
        redeem = RedeemCredit(operation=new_id(), decision_commitment="d" * 64, **seen)
        assert await submitted(core, redeem) == "not-party"


async def test_a_registrar_who_confirms_what_she_recorded(
    cores: dict[str, Core], ground: Ground
) -> None:
    alpha = cores["alpha"]
    rule = await alpha.records.load(RuleVersion, f"rule/{ground.confirmed.replace('~', '/')}")
    identifier = new_id()
    day = rule.content.valid.first
    record = RecordDecision(
        operation=new_id(),
        decision=identifier,
        rule=rule.key,
        rule_digest=rule.digest,
        evaluator=2,
        programme=f"programme/{ground.alpha.programme.replace('~', '/')}",
        computed=Computed(
            decided_on=day,
            outcome=DecisionOutcome.NEEDS_PERSON,
            inputs=("1" * 64,),
            explanation_commitment="e" * 64,
            automatic=False,
        ),
        trigger=DecisionTrigger.APPLICATION,
    )
    first = await _account(ground.alpha.registrar)
    second = await _account(
        await registration.enter_staff(
            ground.world, "alpha", "registrar-2", actor="another registrar"
        )
    )
    assert await submitted(alpha, record, by=first) is None
    key = record_key(Kind.DECISION, "alphaMSP", identifier)

    def confirm() -> ConfirmDecision:
        return ConfirmDecision(
            operation=new_id(),
            decision=key,
            expected_version=1,
            outcome=DecisionOutcome.RECOGNISED,
            reason=ConfirmationReason.JUDGEMENT,
        )

    assert await submitted(alpha, confirm(), by=first) == "not-permitted"
    assert await submitted(alpha, confirm(), by=second) is None
    found = await alpha.records.load(Decision, key)
    assert found.holds is DecisionOutcome.RECOGNISED
    # No application is behind it: no credit follows, and nobody is shown a reason.
    await ground.alpha.registrar.refused(
        "looks", "GET", f"/v1/decisions/alphaMSP~{identifier}", code="not-party"
    )


async def _account(person: Person) -> str:
    me = await person.get("looks", "/v1/me")
    return f"account/{me['account'].replace('~', '/')}"
