"""Rulings: a supervisor of the authority suspends a credit, lifts that, or revokes the credit."""

from dataclasses import dataclass

from chaincode.domain.caller import Role
from chaincode.domain.commands.supervision import RuleOnCredit
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.ruling import Ruling, RulingKind, RulingReason
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class AskedRuling:
    """What a supervisor says of a credit, on the versions seen."""

    enrolment: str
    """Ledger key."""
    ruling: RulingKind
    reason: RulingReason
    gives_back: bool
    expected_version: int | None
    """Of the credit's rulings, None where there are none yet."""
    credit_version: int


class Rulings:
    """The authority's word on credits."""

    def __init__(self, operations: Operations, records: Records) -> None:
        self._operations = operations
        self._records = records

    async def of(self, key: str) -> Ruling | None:
        """All rulings on a credit, None where there are none; public to every member."""
        return await self._records.find(Ruling, sibling(key, Kind.RULING))

    async def rule(
        self, person: AuthenticatedPerson, asked: AskedRuling, write: WriteRequest
    ) -> OperationView:
        """Rule on one credit (RuleOnCredit).

        Raises:
            NotPermitted: the person is no supervisor.
        """
        person.require(Role.SUPERVISOR)
        operation = new_id()
        command = RuleOnCredit(
            operation=operation,
            enrolment=asked.enrolment,
            expected_version=asked.expected_version,
            credit_version=asked.credit_version,
            ruling=asked.ruling,
            reason=asked.reason,
            gives_back=asked.gives_back,
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="rule-on-credit",
                request=write,
                calls=(LedgerCall(person.account, command),),
                result={"ruling": sibling(asked.enrolment, Kind.RULING)},
            )
        )
