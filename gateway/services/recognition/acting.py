"""What a decider's gateway writes by itself: the steps from an application to its end."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from chaincode.domain.commands.base import Command
from chaincode.domain.commands.decisions import RecordDecision, ReviseDecision
from chaincode.domain.commands.redemption import HoldCredit, RedeemCredit, ReleaseRedemption
from chaincode.domain.decision import Decision, DecisionTrigger
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, record_key, split_key
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.model.operations import OperationStatus
from gateway.model.recognition import (
    DecisionInput,
    DecisionLink,
    RecognitionApplication,
)
from gateway.services.intent import GATEWAY, Effect, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Database, SecretBox, Session
from gateway.services.recognition.gathering import Case, own_entry
from gateway.services.recognition.kept import (
    KeptDecision,
    link_commitment,
    new_link,
    sealed_revision,
)

RECORDED_EFFECT: Final = "decision-recorded"
_WAIT_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Applied:
    """An application with the records that it stands on now."""

    application: RecognitionApplication
    rule: RuleVersion
    case: Case

    def require_entry(self, enrolment: str) -> tuple[Holding, int]:
        """A credit and the number of the permission for this decider."""
        holding = self.case.holdings[enrolment]
        entry = own_entry(holding, self.application)
        if entry is None or holding.redemption is None:
            raise LookupError(f"there is no permission on {enrolment}")
        return holding, entry.number


class Acting:
    """Writes as the gateway. Every step names what it saw, so a repeated one changes nothing."""

    def __init__(self, operations: Operations, database: Database, box: SecretBox) -> None:
        self._operations = operations
        self._database = database
        self._box = box

    async def hold(self, applied: Applied, enrolments: Iterable[str]) -> OperationView:
        """Reserve the credits (HoldCredit for each)."""

        def command(operation: str, holding: Holding, number: int, version: int) -> Command:
            return HoldCredit(
                operation=operation,
                enrolment=holding.enrolment.key,
                expected_version=version,
                number=number,
                credit_version=holding.credit.version,
            )

        return await self._each(applied, "hold-credits", enrolments, command)

    async def release(self, applied: Applied, enrolments: Iterable[str]) -> OperationView:
        """Give the credits free again (ReleaseRedemption for each)."""

        def command(operation: str, holding: Holding, number: int, version: int) -> Command:
            return ReleaseRedemption(
                operation=operation,
                enrolment=holding.enrolment.key,
                expected_version=version,
                number=number,
            )

        return await self._each(applied, "release-credits", enrolments, command)

    async def redeem(self, applied: Applied, enrolments: Iterable[str]) -> OperationView:
        """Redeem the credits for the decision that stands (RedeemCredit for each)."""
        decision = applied.application.decision
        async with self._database.reading() as session:
            rows = await session.find(DecisionLink, decision=decision)
        links = {row.enrolment: link_commitment(self._box, row) for row in rows}

        def command(operation: str, holding: Holding, number: int, version: int) -> Command:
            return RedeemCredit(
                operation=operation,
                enrolment=holding.enrolment.key,
                expected_version=version,
                number=number,
                credit_version=holding.credit.version,
                decision_commitment=links[holding.enrolment.key],
            )

        return await self._each(applied, "redeem-credits", enrolments, command)

    async def record(
        self, applied: Applied, kept: KeptDecision, on: date, *, automatic: bool
    ) -> OperationView:
        """Record the first decision on an application (RecordDecision)."""
        application, rule = applied.application, applied.rule
        operation, identifier = new_id(), new_id()
        key = record_key(Kind.DECISION, application.decider, identifier)
        command = RecordDecision(
            operation=operation,
            decision=identifier,
            rule=rule.key,
            rule_digest=rule.digest,
            evaluator=kept.verdict.evaluator,
            programme=application.programme,
            computed=kept.computed(key, on, automatic=automatic),
            trigger=(
                DecisionTrigger.AGREEMENT if application.agreement else DecisionTrigger.APPLICATION
            ),
        )
        links = [new_link(self._box, key, enrolment) for enrolment in applied.case.holdings]
        inputs = [DecisionInput(key, one, seen) for one, seen in applied.case.watched.items()]

        async def guard(session: Session) -> None:
            row = await session.get(RecognitionApplication, application.id)
            if row is not None:
                row.decision, row.problem = key, None

        return await self._accept(
            operation,
            "record-decision",
            (command,),
            seen=f"{application.id} record {_versions(applied)}",
            rows=(sealed_revision(self._box, key, 1, kept), *links, *inputs),
            guard=guard,
            effect=Effect(RECORDED_EFFECT, {"application": application.id}),
        )

    async def withdraw(self, applied: Applied, decision: Decision) -> OperationView:
        """End a decision whose holder withdrew (ReviseDecision, nothing computed anew)."""
        operation = new_id()
        computed = decision.latest.computed.model_copy(update={"automatic": False})
        command = ReviseDecision(
            operation=operation,
            decision=decision.key,
            expected_version=decision.version,
            computed=computed,
            trigger=DecisionTrigger.WITHDRAWAL,
            differs=False,
        )
        return await self._accept(
            operation,
            "withdraw-decision",
            (command,),
            seen=f"{applied.application.id} withdraw {decision.version}",
        )

    async def _each(
        self,
        applied: Applied,
        kind: str,
        enrolments: Iterable[str],
        command: Callable[[str, Holding, int, int], Command],
    ) -> OperationView:
        operation, calls, seen = new_id(), [], []
        for enrolment in sorted(enrolments):
            holding, number = applied.require_entry(enrolment)
            version = holding.redemption.version if holding.redemption else 0
            calls.append(command(operation, holding, number, version))
            seen.append(f"{enrolment}:{version}:{holding.credit.version}")
        return await self._accept(
            operation, kind, tuple(calls), seen=f"{applied.application.id} {kind} {seen}"
        )

    async def _accept(
        self,
        operation: str,
        kind: str,
        commands: tuple[Command, ...],
        *,
        seen: str,
        rows: tuple[object, ...] = (),
        guard: Callable[[Session], object] | None = None,
        effect: Effect | None = None,
    ) -> OperationView:
        digest = hashlib.sha256(seen.encode()).hexdigest()
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind=kind,
                request=WriteRequest(GATEWAY, digest, digest, _WAIT_SECONDS),
                calls=tuple(LedgerCall(GATEWAY, command) for command in commands),
                rows=rows,
                effect=effect,
                guard=guard,  # type: ignore[arg-type] # an async function, told apart by its body
            )
        )


def committed(view: OperationView) -> bool:
    """Whether every call of an operation stands on the ledger."""
    return view.status is OperationStatus.COMMITTED


def _versions(applied: Applied) -> str:
    return " ".join(
        f"{split_key(key).identifier}:{holding.redemption.version if holding.redemption else 0}"
        for key, holding in sorted(applied.case.holdings.items())
    )
