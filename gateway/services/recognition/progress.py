"""How far somebody is towards a degree: derived at every question, stored nowhere."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chaincode.domain.caller import Role
from chaincode.domain.course import Course
from chaincode.domain.decision import Decision
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.qualification.completion import complete
from chaincode.domain.qualification.findings import Completion
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.qualification.term import Term
from chaincode.domain.recognition.verdict import Verdict
from gateway.model.recognition import KeptRevision, RecognitionApplication, ShownDecision
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.enrolments import Enrolments
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.applied import Applied, Applying
from gateway.services.recognition.difference import holding_number
from gateway.services.recognition.earned import (
    Presented,
    Surroundings,
    Use,
    open_credit,
    redeemed,
)
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.kept import opened_revision
from gateway.services.recognition.shown import opened_decision
from gateway.services.recognition.study_plan import StatedPlan, StudyPlans
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class ProgressInView:
    """What counts now, and what would with the open credits."""

    programme: Programme
    presented: Mapping[str, Presented]
    """By the key that the completions name."""
    now: Completion
    """Of what is redeemed for this degree."""
    with_open: Completion
    """Of that and all open credits together."""


@dataclass(frozen=True, slots=True)
class _Considered:
    """One application with what was decided of it, and what is stated."""

    applied: Applied
    decision: Decision | None
    verdict: Verdict | None
    plan: StatedPlan | None


class Progress:
    """Reads the ledger, the reasons that are kept here, and study plans."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        access: ApplicationAccess,
        applying: Applying,
        gathering: Gathering,
        enrolments: Enrolments,
        plans: StudyPlans,
    ) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._access = access
        self._applying = applying
        self._gathering = gathering
        self._enrolments = enrolments
        self._plans = plans

    async def of(
        self, person: AuthenticatedPerson, programme: str, application: str | None
    ) -> ProgressInView:
        """Compare credits with what a version of a programme demands.

        Args:
            person: a student, about herself; a registrar, about an applicant.
            programme: ledger key; what was redeemed for another version of it counts too.
            application: for a registrar: any application of the student that her member decides.

        Raises:
            NotPermitted: neither a student nor a registrar.
            InvalidArgument: a registrar names no application, or a student one.
            NotFound, NotParty: the application is not this member's to decide.
            LedgerRefused: there is no such programme.
            TooIntricate: no best choice was found in bounded time.
        """
        person.require(Role.STUDENT, Role.REGISTRAR)
        found = await self._records.load(Programme, programme)
        rows = await self._rows(person, programme, application)
        considered = [await self._considered(row) for row in rows]
        own = await self._holdings(person, considered)
        around = await self._around(found, considered, own)
        presented = self._redeemed(considered, around)
        counting = [one for one in presented if one.use is not Use.SET_ASIDE]
        merged = _merged(considered)
        opened = [one for one in (open_credit(h, merged, around) for h in own.values()) if one]
        now, with_open = await asyncio.gather(
            _completed(found, counting), _completed(found, [*counting, *opened])
        )
        every = {one.earned.key: one for one in (*presented, *opened)}
        return ProgressInView(found, every, now, with_open)

    async def _rows(
        self, person: AuthenticatedPerson, programme: str, application: str | None
    ) -> Sequence[RecognitionApplication]:
        """The applications of one student for this degree."""
        if (person.role == Role.STUDENT) is not (application is None):
            raise InvalidArgument(
                "a registrar names an application, a student none", field="application"
            )
        equal: dict[str, Any] = {"person": person.id}
        if application is not None:
            known = await self._access.require(person, application)
            equal = {"student": known.student, "home": known.home, "decider": known.decider}
        async with self._database.reading() as session:
            rows = await session.find(
                RecognitionApplication, order_by=("created_at", "id"), **equal
            )
        degree = sibling(programme, Kind.PROGRAMME)
        return [row for row in rows if sibling(row.programme, Kind.PROGRAMME) == degree]

    async def _considered(self, row: RecognitionApplication) -> _Considered:
        applied = await self._applying.load(row.id)
        decision = None if row.decision is None else await self._find(row.decision)
        verdict = None if decision is None else await self._verdict(row, decision)
        return _Considered(applied, decision, verdict, await self._plans.of(row.id))

    async def _find(self, key: str) -> Decision | None:
        return await self._records.find(Decision, key)

    async def _verdict(self, row: RecognitionApplication, decision: Decision) -> Verdict | None:
        """Of the revision that holds; at another home than the decider, as it was told last."""
        number = holding_number(decision)
        async with self._database.reading() as session:
            kept = await session.get(KeptRevision, decision.key, number) if number else None
            shown = await session.get(ShownDecision, row.id)
        if kept is not None:
            return opened_revision(self._box, kept).verdict
        return opened_decision(self._box, shown) if shown else None

    async def _holdings(
        self, person: AuthenticatedPerson, considered: Iterable[_Considered]
    ) -> dict[str, Holding]:
        """All credits of a student; for a registrar those that she was asked to recognise.

        What moved to another home is presented there.
        """
        if person.role == Role.REGISTRAR:
            return {k: h for one in considered for k, h in one.applied.holdings.items()}
        enrolments = await self._enrolments.mine(person)
        found = await self._gathering.holdings(one.key for one in enrolments)
        return {key: one for key, one in found.items() if one.home == person.msp_id}

    async def _around(
        self,
        programme: Programme,
        considered: Sequence[_Considered],
        own: Mapping[str, Holding],
    ) -> Surroundings:
        held = [*own.values(), *(h for one in considered for h in one.applied.holdings.values())]
        courses = sorted({holding.enrolment.course for holding in held})
        plans = [one.plan for one in considered if one.plan]
        terms = sorted({stated.term for plan in plans for stated in plan.terms})
        return Surroundings(
            programme.content,
            {one.key: one for one in await self._records.find_all(Course, courses) if one},
            {one.key: one for one in await self._records.find_all(Term, terms) if one},
        )

    def _redeemed(self, considered: Iterable[_Considered], around: Surroundings) -> list[Presented]:
        return [
            presented
            for one in considered
            if one.decision and one.verdict
            for presented in redeemed(one.applied, one.decision, one.verdict, one.plan, around)
        ]


def _merged(considered: Iterable[_Considered]) -> StatedPlan:
    """What is stated of credits in any application; what was stated later goes before."""
    credits_ = {
        stated.enrolment: stated for one in considered if one.plan for stated in one.plan.credits
    }
    return StatedPlan.model_construct(terms=(), credits=tuple(credits_.values()), degree=None)


async def _completed(programme: Programme, presented: Iterable[Presented]) -> Completion:
    """The best choice takes its time: beside the loop."""
    earned = [one.earned for one in presented]
    return await asyncio.to_thread(complete, programme.content, earned)
