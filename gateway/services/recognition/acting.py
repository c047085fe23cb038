"""What a decider's gateway writes by itself: the steps from an application to its end."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date
from typing import Final

from chaincode.domain.commands.base import Command
from chaincode.domain.commands.decisions import RecordDecision, ReviseDecision
from chaincode.domain.decision import Decision, DecisionTrigger
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, record_key
from gateway.model.operations import OperationStatus
from gateway.model.recognition import DecisionInput, DecisionLink, RecognitionApplication
from gateway.services.errors import Conflict
from gateway.services.intent import GATEWAY, Effect, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.recognition import steps
from gateway.services.recognition.applied import Applied
from gateway.services.recognition.effects import RECORDED_EFFECT, REVISED_EFFECT
from gateway.services.recognition.gathering import Case
from gateway.services.recognition.kept import (
    KeptDecision,
    link_commitment,
    new_link,
    sealed_revision,
)
from gateway.services.recognition.notices import CreditsChanged
from gateway.services.recognition.telling import Telling

_WAIT_SECONDS: Final = 10.0


class Acting:
    """Writes as the gateway. Every step names what it saw, so a repeated one changes nothing."""

    def __init__(
        self,
        *,
        operations: Operations,
        database: Database,
        box: SecretBox,
        telling: Telling,
        clock: Clock,
    ) -> None:
        self._operations = operations
        self._database = database
        self._box = box
        self._telling = telling
        self._clock = clock

    async def hold(self, applied: Applied, enrolments: Iterable[str]) -> OperationView:
        """Reserve the credits (HoldCredit for each)."""
        operation = new_id()
        calls = steps.hold(applied, enrolments, operation, GATEWAY)
        return await self._move(applied, "hold-credits", operation, calls)

    async def release(self, applied: Applied, enrolments: Iterable[str]) -> OperationView:
        """Give the credits free again (ReleaseRedemption for each)."""
        operation = new_id()
        calls = steps.release(applied, enrolments, operation, GATEWAY)
        return await self._move(applied, "release-credits", operation, calls)

    async def redeem(self, applied: Applied, enrolments: Iterable[str]) -> OperationView:
        """Redeem the credits for the decision that stands (RedeemCredit for each)."""
        operation = new_id()
        commitments = await self.commitments(applied.application)
        calls = steps.redeem(applied, enrolments, operation, GATEWAY, commitments)
        return await self._move(applied, "redeem-credits", operation, calls)

    async def commitments(self, application: RecognitionApplication) -> dict[str, str]:
        """What binds the application's decision to each of its credits."""
        async with self._database.reading() as session:
            rows = await session.find(DecisionLink, decision=application.decision)
        return {row.enrolment: link_commitment(self._box, row) for row in rows}

    async def record(
        self,
        applied: Applied,
        case: Case,
        kept: KeptDecision,
        on: date,
        *,
        automatic: bool,
        trigger: DecisionTrigger,
    ) -> OperationView:
        """Record the first decision on an application (RecordDecision), and tell the home.

        Raises:
            Conflict: it is decided already.
        """
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
            trigger=trigger,
        )
        links = [new_link(self._box, key, enrolment) for enrolment in applied.credits]
        inputs = [DecisionInput(key, one, seen) for one, seen in case.watched.items()]

        async def decided_once(session: Session) -> None:
            row = await session.get(RecognitionApplication, application.id)
            if row is None or row.decision is not None:
                raise Conflict("this application is decided already")
            row.decision, row.problem = key, None

        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="record-decision",
                request=_request(operation),
                calls=(LedgerCall(GATEWAY, command),),
                rows=(sealed_revision(self._box, key, 1, kept), *links, *inputs),
                messages=await self._telling.decided(application, key, 1, kept),
                guard=decided_once,
                effect=Effect(RECORDED_EFFECT, {"application": application.id}),
            )
        )

    async def revise(
        self,
        application: RecognitionApplication,
        decision: Decision,
        kept: KeptDecision,
        on: date,
        *,
        trigger: DecisionTrigger,
        differs: bool,
        automatic: bool,
        watched: Mapping[str, int] | None = None,
        taken_up: int | None = None,
        changed: CreditsChanged | None = None,
        guard: Callable[[Session], Awaitable[None]] | None = None,
    ) -> OperationView:
        """Record that the rule was applied again (ReviseDecision), and tell the home.

        Args:
            application: what the decision is about.
            decision: as it was seen; where it moved on, the operation is refused.
            kept: the facts and what follows from them.
            on: the day that the rule is applied to.
            trigger: why.
            differs: whether what is recognised differs though the outcome is the same.
            automatic: without a person.
            watched: the records that were read, with their versions; None leaves them as they are.
            taken_up: what stands in place of the versions of inputs that this look has taken up.
            changed: what became of credits that a granted degree used.
            guard: checks and changes rows in the transaction that stores the operation.

        Raises:
            RowConflict: the same revision is being recorded already.
        """
        operation, number = new_id(), decision.latest.number + 1
        command = ReviseDecision(
            operation=operation,
            decision=decision.key,
            expected_version=decision.version,
            computed=kept.computed(decision.key, on, automatic=automatic),
            trigger=trigger,
            differs=differs,
        )
        arguments: dict[str, JsonValue] = {
            "decision": decision.key,
            "number": number,
            "watched": dict(watched or {}),
            "taken_up": taken_up,
            "changed": changed.model_dump(mode="json") if changed else None,
        }
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="revise-decision",
                request=_request(operation),
                calls=(LedgerCall(GATEWAY, command),),
                rows=(sealed_revision(self._box, decision.key, number, kept),),
                messages=await self._telling.decided(application, decision.key, number, kept),
                guard=guard,
                effect=Effect(REVISED_EFFECT, arguments),
            )
        )

    async def _move(
        self, applied: Applied, kind: str, operation: str, calls: list[LedgerCall]
    ) -> OperationView:
        seen = " ".join(_named(call.command) for call in calls)
        # A refusal that nothing on the ledger explains is tried again an hour later.
        hour = self._clock().strftime("%Y-%m-%dT%H")
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind=kind,
                request=_request(f"{applied.application.id} {kind} {seen} {hour}"),
                calls=tuple(calls),
            )
        )


def committed(view: OperationView) -> bool:
    """Whether every call of an operation stands on the ledger."""
    return view.status is OperationStatus.COMMITTED


def refusal_of(view: OperationView) -> str | None:
    """The code of a refusal, None where the operation was not refused."""
    return str((view.problem or {}).get("code")) if view.problem is not None else None


def _request(seen: str) -> WriteRequest:
    digest = hashlib.sha256(seen.encode()).hexdigest()
    return WriteRequest(GATEWAY, digest, digest, _WAIT_SECONDS)


def _named(command: Command) -> str:
    """A command without its operation: the same step, whoever takes it how often."""
    values = command.model_dump(mode="json", exclude={"operation"})
    return " ".join(f"{name}={value}" for name, value in sorted(values.items()))
