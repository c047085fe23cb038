"""Rulings on many credits: counted and listed first, then carried out as listed or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chaincode.domain import canonical
from chaincode.domain.caller import Role
from chaincode.domain.commands.supervision import RuleOnCredit
from chaincode.domain.constitution import Constitution
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import CONSTITUTION_KEY, Kind, sibling, split_key
from chaincode.domain.redemption import Redemption
from chaincode.domain.ruling import Ruling, RulingKind, RulingReason
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import Conflict, NotFound
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.records import Records

MAX_CREDITS: Final = 200
"""Of one plan: each ruling is a transaction of its own."""
_PAGE: Final = 200
_KEPT_PLANS: Final = 100


class PlanChanged(Conflict):
    """Since it was planned, other credits are concerned, or the same in another version."""

    code = "plan-changed"
    title = "The plan is not what would be done now"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which credits, and what is said of them; at least one of course, teacher and days."""

    course: str | None
    """Ledger key of a course version."""
    teacher: str | None
    """Ledger key of an account."""
    first: datetime | None
    """Awarded from then on."""
    last: datetime | None
    """Awarded until then."""
    ruling: RulingKind
    reason: RulingReason
    gives_back: bool

    def document(self) -> dict[str, JsonValue]:
        """What the digest covers."""
        return {
            "course": self.course,
            "teacher": self.teacher,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "ruling": self.ruling.value,
            "reason": self.reason.value,
            "gives_back": self.gives_back,
        }


@dataclass(frozen=True, slots=True)
class PlannedRuling:
    """One credit of a plan, in the versions that the ruling will name."""

    enrolment: str
    credit_version: int
    rulings_version: int | None
    used_by: tuple[str, ...]
    """MSP ids of the members that count it now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done."""

    selection: Selection
    rulings: tuple[PlannedRuling, ...]
    passed_over: int
    """Selected credits of which this cannot be said now."""

    def digest(self) -> str:
        """Covers selection, credits and versions; 64 hexadecimal digits."""
        items: list[JsonValue] = [
            [one.enrolment, one.credit_version, one.rulings_version] for one in self.rulings
        ]
        return canonical.digest({"selection": self.selection.document(), "rulings": items})


class BulkRulings:
    """Plans are kept by this process: after a restart one plans again."""

    def __init__(self, operations: Operations, records: Records, msp_id: str) -> None:
        self._operations = operations
        self._records = records
        self._msp_id = msp_id
        self._plans: dict[tuple[str, str], Plan] = {}
        """By person and digest, the oldest first."""

    async def plan(self, person: AuthenticatedPerson, selection: Selection) -> Plan:
        """Count and list; nothing is written.

        Raises:
            NotPermitted: the person is no supervisor.
            InvalidArgument: nothing selects, a revocation alone gives back, or too many credits.
        """
        person.require(Role.SUPERVISOR)
        found = await self._planned(selection)
        place = (person.id, found.digest())
        self._plans.pop(place, None)
        self._plans[place] = found
        while len(self._plans) > _KEPT_PLANS:
            del self._plans[next(iter(self._plans))]
        return found

    async def apply(
        self, person: AuthenticatedPerson, digest: str, write: WriteRequest
    ) -> OperationView:
        """Carry a plan out (RuleOnCredit for each), if the same would be planned now.

        Raises:
            NotPermitted: the person is no supervisor.
            NotFound: this gateway knows no such plan of hers: plan again.
            PlanChanged: `facts` say which credits were added, removed and changed.
        """
        person.require(Role.SUPERVISOR)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        plan = self._plans.get((person.id, digest))
        if plan is None:
            raise NotFound("this gateway knows no such plan of yours: plan again")
        now = await self._planned(plan.selection)
        if now.digest() != digest:
            raise PlanChanged(
                "other credits or other versions are concerned than were planned: plan again",
                facts=_changes(plan, now),
            )
        if not plan.rulings:
            raise Conflict("there is nothing to rule on")
        operation = new_id()
        calls = [LedgerCall(person.account, _command(plan, one, operation)) for one in plan.rulings]
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="rule-on-credits",
                request=write,
                calls=tuple(calls),
                result={"credits": len(calls)},
            )
        )

    async def _planned(self, selection: Selection) -> Plan:
        selected = [one for one in await self._enrolments(selection) if _fits(one, selection)]
        keys = [one.key for one in selected]
        credits_ = await self._records.find_all(Credit, [sibling(k, Kind.CREDIT) for k in keys])
        awarded = [
            (key, credit)
            for key, credit in zip(keys, credits_, strict=True)
            if credit is not None and _awarded_within(credit, selection)
        ]
        rulings = await self._records.find_all(
            Ruling, [sibling(key, Kind.RULING) for key, _ in awarded]
        )
        uses = await self._records.find_all(
            Redemption, [sibling(key, Kind.REDEMPTION) for key, _ in awarded]
        )
        planned = [
            PlannedRuling(
                enrolment=key,
                credit_version=credit.version,
                rulings_version=ruling.version if ruling else None,
                used_by=_users(redemption),
            )
            for (key, credit), ruling, redemption in zip(awarded, rulings, uses, strict=True)
            if self._can_be_said(ruling, selection.ruling)
        ]
        if len(planned) > MAX_CREDITS:
            raise InvalidArgument(
                f"these are {len(planned)} credits, at most {MAX_CREDITS} are ruled on at once",
                facts={"credits": len(planned)},
            )
        planned.sort(key=lambda one: one.enrolment)
        return Plan(selection, tuple(planned), len(awarded) - len(planned))

    async def _enrolments(self, selection: Selection) -> list[Enrolment]:
        if selection.gives_back and selection.ruling is not RulingKind.REVOKE:
            raise InvalidArgument("a revocation alone gives back", field="gives_back")
        found: list[Enrolment] = []
        for owner in await self._owners(selection):
            after: str | None = None
            while page := await self._records.page(Enrolment, owner, after=after, limit=_PAGE):
                found += page
                after = split_key(page[-1].key).identifier
        return found

    async def _owners(self, selection: Selection) -> Sequence[str]:
        named = {split_key(key).owner for key in (selection.course, selection.teacher) if key}
        if named:
            # A course and a teacher of different members have no credit in common.
            return sorted(named) if len(named) == 1 else ()
        if selection.first is None and selection.last is None:
            raise InvalidArgument("name a course, a teacher or a period", field="course")
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        return [member.msp_id for member in constitution.content.members]

    def _can_be_said(self, ruling: Ruling | None, said: RulingKind) -> bool:
        """What the contract would refuse is passed over."""
        now = ruling.in_force if ruling else None
        if said is RulingKind.LIFT:
            return now is not None and now.authority == self._msp_id
        return now is None or (said is RulingKind.REVOKE and now.ruling is RulingKind.SUSPEND)


def _fits(enrolment: Enrolment, selection: Selection) -> bool:
    return (selection.course in {None, enrolment.course}) and (
        selection.teacher in {None, enrolment.teacher}
    )


def _awarded_within(credit: Credit, selection: Selection) -> bool:
    if credit.award is None:
        return False
    at = credit.award.at
    early = selection.first is not None and at < selection.first
    late = selection.last is not None and at > selection.last
    return not early and not late


def _users(redemption: Redemption | None) -> tuple[str, ...]:
    entries = redemption.entries if redemption else ()
    return tuple(sorted({entry.redeemer for entry in entries if entry.counts}))


def _command(plan: Plan, one: PlannedRuling, operation: str) -> RuleOnCredit:
    return RuleOnCredit(
        operation=operation,
        enrolment=one.enrolment,
        expected_version=one.rulings_version,
        credit_version=one.credit_version,
        ruling=plan.selection.ruling,
        reason=plan.selection.reason,
        gives_back=plan.selection.gives_back,
    )


def _changes(plan: Plan, now: Plan) -> dict[str, JsonValue]:
    before = {one.enrolment: one for one in plan.rulings}
    after = {one.enrolment: one for one in now.rulings}
    changed = (
        key
        for key in before.keys() & after.keys()
        if (before[key].credit_version, before[key].rulings_version)
        != (after[key].credit_version, after[key].rulings_version)
    )
    return {
        "added": _named(after.keys() - before.keys()),
        "removed": _named(before.keys() - after.keys()),
        "changed": _named(changed),
    }


def _named(keys: Iterable[str]) -> list[JsonValue]:
    return [*sorted(keys)]
