"""Rulings on many credits: a supervisor's."""

from typing import Final

from chaincode.domain.caller import Role
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind as RecordKind
from chaincode.domain.keys import sibling
from chaincode.domain.redemption import Redemption
from chaincode.domain.ruling import Ruling, RulingKind, RulingReason
from chaincode.domain.values import Version
from gateway.model.bulk import BulkKind
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.bulk.plan import Hindrance, Kind, PlanItem
from gateway.services.bulk.selecting import Selection, enrolments, users
from gateway.services.intent import WriteRequest
from gateway.services.operations import OperationView
from gateway.services.records import Records
from gateway.services.rulings import AskedRuling, Rulings


class AskedRulings(Selection):
    """Which credits, by when they were awarded, and what is said of them."""

    ruling: RulingKind
    reason: RulingReason
    gives_back: bool = False


class RulingItem(PlanItem):
    """One credit, in the versions that the ruling will name."""

    ruling: RulingKind
    reason: RulingReason
    gives_back: bool
    credit_version: Version
    rulings_version: Version | None

    def acts_on(self) -> list[JsonValue]:
        """The versions; what is said is the same for all."""
        return [self.credit_version, self.rulings_version]


RULINGS: Final = Kind(BulkKind.RULINGS, Role.SUPERVISOR, AskedRulings, RulingItem)


class RulingPlanner:
    """RuleOnCredit for each."""

    kind = RULINGS

    def __init__(self, records: Records, rulings: Rulings, msp_id: str) -> None:
        self._records = records
        self._rulings = rulings
        self._msp_id = msp_id

    async def planned(
        self, person: AuthenticatedPerson, asked: AskedRulings
    ) -> tuple[RulingItem, ...]:
        """Every awarded credit that is selected.

        Raises:
            InvalidArgument: nothing selects, or a ruling that is no revocation gives back.
        """
        del person
        if asked.gives_back and asked.ruling is not RulingKind.REVOKE:
            raise InvalidArgument("a revocation alone gives back", field="gives_back")
        awarded = await self._awarded(asked)
        keys = [enrolment.key for enrolment, _ in awarded]
        rulings = await self._records.find_all(
            Ruling, [sibling(key, RecordKind.RULING) for key in keys]
        )
        uses = await self._records.find_all(
            Redemption, [sibling(key, RecordKind.REDEMPTION) for key in keys]
        )
        return tuple(
            RulingItem(
                enrolment=enrolment.key,
                hindrance=self._hindrance(ruling, asked.ruling),
                used_by=users(redemption),
                awarded=True,
                ruling=asked.ruling,
                reason=asked.reason,
                gives_back=asked.gives_back,
                credit_version=credit.version,
                rulings_version=ruling.version if ruling else None,
            )
            for (enrolment, credit), ruling, redemption in zip(awarded, rulings, uses, strict=True)
        )

    async def carry_out(
        self, person: AuthenticatedPerson, item: RulingItem, write: WriteRequest
    ) -> OperationView:
        """Rule on one credit; errors as `Rulings.rule`."""
        asked = AskedRuling(
            enrolment=item.enrolment,
            ruling=item.ruling,
            reason=item.reason,
            gives_back=item.gives_back,
            expected_version=item.rulings_version,
            credit_version=item.credit_version,
        )
        return await self._rulings.rule(person, asked, write)

    async def _awarded(self, asked: AskedRulings) -> list[tuple[Enrolment, Credit]]:
        selected = await enrolments(self._records, asked)
        slots = [sibling(one.key, RecordKind.CREDIT) for one in selected]
        found = await self._records.find_all(Credit, slots)
        return [
            (enrolment, credit)
            for enrolment, credit in zip(selected, found, strict=True)
            if credit is not None and credit.award is not None and asked.within(credit.award.at)
        ]

    def _hindrance(self, ruling: Ruling | None, said: RulingKind) -> Hindrance | None:
        """What the contract would refuse."""
        now = ruling.in_force if ruling else None
        if said is RulingKind.LIFT:
            if now is None:
                return Hindrance.NOT_RULED
            return None if now.authority == self._msp_id else Hindrance.ANOTHER_AUTHORITY
        again = said is RulingKind.REVOKE and now is not None and now.ruling is RulingKind.SUSPEND
        return None if now is None or again else Hindrance.RULED_ALREADY
