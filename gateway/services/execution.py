"""One operation, from wherever a crash left it to its end.

Each step is stored before the next has an effect. Nothing is submitted before its signed envelope
is stored, so a call without one may be prepared anew; a call with one is only ever submitted again
as it is, and its outcome asked by transaction id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chaincode.domain.json_value import JsonValue
from gateway.custody.owner import Owner, OwnerGate
from gateway.model.ledger import Endorsed, Finality, TransactionOutcome
from gateway.model.operations import (
    CallState,
    Operation,
    OperationCall,
    OperationStatus,
    OutboxMessage,
)
from gateway.services.call_codec import decode_command, decode_private
from gateway.services.errors import (
    LedgerConflict,
    LedgerInvalid,
    LedgerRefused,
    OutcomeUnknown,
    ServiceError,
)
from gateway.services.intent import EffectHandler
from gateway.services.keyring import Keyring
from gateway.services.ports import Clock, Database, Ledger, SecretBox, Session, Speaker
from gateway.services.records import Records

FOUND_ON_LEDGER: Final = "FOUND_ON_LEDGER"
"""The record itself holds our operation: the transaction's own note was lost."""
PRIVATE_PURPOSE: Final = "operation-private-inputs"
_CONFLICTS: Final = frozenset({"MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"})
_PROCESSING: Final = timedelta(minutes=10)
"""How long an owner's keys stay usable for one attempt at an accepted operation."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient one attempt is."""

    conflicts: int = 20
    """Transactions that may lose against others before the operation is refused."""
    disagreements: int = 6
    """Attempts after which another member's refusal counts although the own peer endorses."""
    outcome_seconds: float = 20.0


class Execution:
    """Runs operations; `run` may be called again after any failure or crash."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        keyring: Keyring,
        gate: OwnerGate,
        records: Records,
        box: SecretBox,
        effects: Mapping[str, EffectHandler],
        clock: Clock,
        limits: Limits | None = None,
    ) -> None:
        """Take what a step needs; `gate` admits the owner of each accepted operation."""
        self._database = database
        self._ledger = ledger
        self._keyring = keyring
        self._gate = gate
        self._records = records
        self._box = box
        self._effects = effects
        self._clock = clock
        self._limits = limits or Limits()

    async def run(self, identifier: str) -> None:
        """Bring an operation to its end.

        Raises:
            LedgerUnavailable, LedgerConflict, OutcomeUnknown, DatabaseBusy: run it again later.
        """
        operation, calls = await self._load(identifier)
        if operation.status.final:
            return
        await self._begin(operation.id)
        for call in calls:
            if call.state is not CallState.COMMITTED:
                try:
                    await self._complete(operation, call)
                except (LedgerRefused, LedgerInvalid) as error:
                    await self._refuse(call, problem_of(error))
                    return
        await self._commit(operation.id)

    async def _complete(self, operation: Operation, call: OperationCall) -> None:
        owner = self._gate.admit(operation.person, until=self._clock() + _PROCESSING)
        while True:
            if call.state is CallState.WAITING:
                call = await self._endorse(call, owner)
            if call.state is CallState.COMMITTED:
                return
            outcome = await self._submit(call)
            if outcome.finality is Finality.VALID:
                await self._landed(call, outcome)
                return
            call = await self._lost(call, outcome)

    async def _endorse(self, call: OperationCall, owner: Owner) -> OperationCall:
        speaker = await self._keyring.speaker(call.account, owner=owner)
        try:
            endorsed, signature = await self._obtain(call, speaker)
        except LedgerRefused as error:
            if await self._stands_already(call, error):
                return await self._change(call, state=CallState.COMMITTED, code=FOUND_ON_LEDGER)
            raise
        except LedgerConflict as error:
            if error.refusal is not None and call.attempts >= self._limits.disagreements:
                raise error.refusal from error
            await self._change(call, attempts=self._another_attempt(call))
            raise
        return await self._change(
            call,
            state=CallState.ENDORSED,
            attempts=call.attempts + 1,
            transaction_id=endorsed.transaction_id,
            envelope=endorsed.envelope,
            signature=signature,
            endorsed_by=list(endorsed.endorsed_by),
            code=None,
        )

    async def _obtain(self, call: OperationCall, speaker: Speaker) -> tuple[Endorsed, bytes]:
        command = decode_command(call.function, call.command)
        private = None
        if call.sealed_private is not None:
            opened = self._box.open(
                call.sealed_private, owner=call.operation, purpose=PRIVATE_PURPOSE
            )
            private = decode_private(call.function, opened)
        proposed = await self._ledger.prepare(speaker.identity, command, private)
        signature = await speaker.signer.sign(proposed.proposal)
        endorsers = None if call.endorsers is None else tuple(call.endorsers)
        endorsed = await self._ledger.endorse(proposed, signature, endorsers)
        return endorsed, await speaker.signer.sign(endorsed.envelope)

    async def _stands_already(self, call: OperationCall, error: LedgerRefused) -> bool:
        """Whether the refusal only says that this very call was carried out before."""
        key, expected = error.facts.get("key"), error.facts.get("expected", 0)
        if error.refusal not in {"version-conflict", "record-exists"} or not isinstance(key, str):
            return False
        record = await self._records.stored(key)
        follows = isinstance(expected, int) and record.get("version") == expected + 1
        return follows and record.get("operation") == call.operation

    async def _submit(self, call: OperationCall) -> TransactionOutcome:
        if call.transaction_id is None or call.envelope is None or call.signature is None:
            raise LedgerInvalid("the stored transaction is incomplete")
        endorsed = Endorsed(call.transaction_id, call.envelope, b"", tuple(call.endorsed_by))
        try:
            await self._ledger.submit(endorsed, call.signature)
        except ServiceError:
            # Whatever the orderers said, an earlier copy may stand: only the outcome tells.
            wait = min(1.0, self._limits.outcome_seconds)
        else:
            wait = self._limits.outcome_seconds
        gateway = self._keyring.gateway_speaker()
        outcome = await self._ledger.outcome(
            gateway.identity, gateway.signer, call.transaction_id, wait_seconds=wait
        )
        if outcome.finality is Finality.UNKNOWN:
            raise OutcomeUnknown(f"transaction {call.transaction_id} is in no block yet")
        return outcome

    async def _landed(self, call: OperationCall, outcome: TransactionOutcome) -> None:
        await self._change(call, state=CallState.COMMITTED, block=outcome.block, code=outcome.code)

    async def _lost(self, call: OperationCall, outcome: TransactionOutcome) -> OperationCall:
        """The transaction is invalid for good: prepare another one, or give up."""
        call = await self._change(call, block=outcome.block, code=outcome.code)
        if outcome.code not in _CONFLICTS:
            raise LedgerInvalid(
                f"the peers found transaction {outcome.transaction_id} invalid: {outcome.code}",
                facts={"code": outcome.code},
            )
        self._another_attempt(call)
        return await self._change(
            call, state=CallState.WAITING, envelope=None, signature=None, endorsed_by=[]
        )

    def _another_attempt(self, call: OperationCall) -> int:
        if call.attempts >= self._limits.conflicts:
            raise LedgerInvalid(f"other transactions came first {call.attempts} times: ask again")
        return call.attempts + 1

    async def _load(self, identifier: str) -> tuple[Operation, list[OperationCall]]:
        async with self._database.reading() as session:
            operation = await session.get(Operation, identifier)
            if operation is None:
                raise LookupError(f"there is no operation {identifier}")
            return operation, await _calls(session, identifier)

    async def _begin(self, identifier: str) -> None:
        async with self._database.writing() as session:
            operation = await session.get(Operation, identifier)
            if operation is not None and operation.status is OperationStatus.ACCEPTED:
                operation.status = OperationStatus.PENDING

    async def _change(self, call: OperationCall, **changes: object) -> OperationCall:
        async with self._database.writing() as session:
            row = await session.get(OperationCall, call.operation, call.position)
            if row is None:
                raise LookupError(f"operation {call.operation} has no call {call.position}")
            for name, value in changes.items():
                setattr(row, name, value)
        return row

    async def _refuse(self, call: OperationCall, problem: dict[str, JsonValue]) -> None:
        async with self._database.writing() as session:
            operation = await self._finish(session, call.operation, OperationStatus.REFUSED)
            operation.problem = problem
            row = await session.get(OperationCall, call.operation, call.position)
            if row is not None:
                row.state = CallState.REFUSED
            for message in await session.find(OutboxMessage, operation=call.operation):
                await session.delete(message)
            if operation.effect is not None:
                handler = self._effects[operation.effect]
                await handler.refused(session, operation, operation.effect_arguments)

    async def _commit(self, identifier: str) -> None:
        async with self._database.writing() as session:
            operation = await self._finish(session, identifier, OperationStatus.COMMITTED)
            for message in await session.find(OutboxMessage, operation=identifier):
                message.active = True
                message.next_attempt_at = self._now()
            if operation.effect is not None:
                handler = self._effects[operation.effect]
                await handler.committed(session, operation, operation.effect_arguments)

    async def _finish(
        self, session: Session, identifier: str, status: OperationStatus
    ) -> Operation:
        operation = await session.get(Operation, identifier)
        if operation is None:
            raise LookupError(f"there is no operation {identifier}")
        operation.status = status
        operation.finished_at = self._now()
        for row in await _calls(session, identifier):
            row.sealed_private = None
            row.envelope = None
        return operation

    def _now(self) -> datetime:
        return self._clock()


async def _calls(session: Session, identifier: str) -> list[OperationCall]:
    found = await session.find(OperationCall, operation=identifier, order_by=("position",))
    return list(found)


def problem_of(error: ServiceError) -> dict[str, JsonValue]:
    """What is stored of a refusal: code, detail, field, facts."""
    problem: dict[str, JsonValue] = {
        "code": error.refusal if isinstance(error, LedgerRefused) else error.code,
        "detail": error.detail,
    }
    if error.field is not None:
        problem["field"] = error.field
    if error.facts:
        problem["facts"] = error.facts
    return problem
