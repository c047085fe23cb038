"""When a student takes what: a registrar's word, kept sealed, part of the facts.

The ledger knows terms and programmes, and not who takes how much of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from chaincode.domain.commands.base import Arguments
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.keys import EnrolmentKey, TermKey
from chaincode.domain.qualification.programme import Traits
from chaincode.domain.qualification.shares import Load
from chaincode.domain.qualification.term import Term
from chaincode.domain.recognition.facts import Facts, Source, TermFacts
from chaincode.domain.values import Slug
from gateway.model.recognition import StudyPlan
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.gathering import Case
from gateway.services.records import Records

_PURPOSE: Final = "study-plan"
MAX_TERMS: Final = 20


class StatedTerm(Arguments):
    """All that the student takes of the programme in one term, recognised courses included."""

    term: TermKey
    load: Load


class StatedCredit(Arguments):
    """Where one credit of the application belongs."""

    enrolment: EnrolmentKey
    term: TermKey | None = None
    """The decider's term that it is counted in."""
    groups: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=50)] | None = None
    """The programme's groups in which it may count; None says nothing."""
    traits: Traits = ()
    """What no record says of it, such as accredited."""


class StatedPlan(Arguments):
    """A study plan as a registrar states it."""

    terms: Annotated[tuple[StatedTerm, ...], Field(max_length=MAX_TERMS)] = ()
    credits: Annotated[tuple[StatedCredit, ...], Field(max_length=64)] = ()
    degree: Load | None = None
    """All courses and credits of the degree; None leaves it to the programme."""

    def require_consistent(self, enrolments: Iterable[str]) -> None:
        """Hold a plan to an application's credits, and its parts to each other.

        Raises:
            InvalidArgument: `field` says where.
        """
        terms = {one.term for one in self.terms}
        _once("terms", [one.term for one in self.terms])
        _once("credits", [one.enrolment for one in self.credits])
        known = set(enrolments)
        for place, credit in enumerate(self.credits):
            if credit.enrolment not in known:
                raise InvalidArgument(
                    "this credit is not part of the application", field=f"credits.{place}.credit"
                )
            if credit.term is not None and credit.term not in terms:
                raise InvalidArgument(
                    "what is taken in this term is not stated", field=f"credits.{place}.term"
                )
        if self.degree is None:
            return
        for name in ("courses", "credits"):
            if sum(getattr(one.load, name) for one in self.terms) > getattr(self.degree, name):
                raise InvalidArgument(
                    "the terms together hold more than the degree", field=f"degree.{name}"
                )


class StudyPlans:
    """Reads and seals the plans of applicants."""

    def __init__(self, records: Records, database: Database, box: SecretBox) -> None:
        self._records = records
        self._database = database
        self._box = box

    async def of(self, application: str) -> StatedPlan | None:
        """What was stated last, None where nothing was.

        Raises:
            SecretUnreadable: altered, or another master key.
        """
        async with self._database.reading() as session:
            row = await session.get(StudyPlan, application)
        if row is None:
            return None
        return StatedPlan.parse(self._box.open(row.sealed, owner=application, purpose=_PURPOSE))

    async def keep(self, application: str, plan: StatedPlan, *, by: str, at: datetime) -> None:
        """State a plan in place of the one before it."""
        sealed = self._box.seal(plan.encode(), owner=application, purpose=_PURPOSE)
        async with self._database.writing() as session:
            row = await session.get(StudyPlan, application)
            if row is None:
                session.add(StudyPlan(application, by, at, sealed))
            else:
                row.stated_by, row.stated_at, row.sealed = by, at, sealed

    async def into(self, application: str, case: Case) -> Case:
        """A case with what was stated; the records of the terms are its sources.

        Raises:
            LedgerRefused, RecordCorrupt: a term cannot be read.
            LedgerUnavailable: the peer cannot be reached.
        """
        plan = await self.of(application)
        if plan is None:
            return case
        terms = [await self._records.load(Term, one.term) for one in plan.terms]
        versions = {term.key: term.version for term in terms}
        facts = with_plan(case.facts, plan, versions)
        return replace(case, facts=facts, watched={**case.watched, **versions})


def with_plan(facts: Facts, plan: StatedPlan, versions: Mapping[str, int]) -> Facts:
    """Facts with the terms of a plan, its credits in them, and the load of the degree."""
    term_of = {one.enrolment: one.term for one in plan.credits}
    programme = facts.programme
    if programme is not None and plan.degree is not None:
        programme = programme.model_copy(update={"load": plan.degree})
    return facts.model_copy(
        update={
            "credits": tuple(
                credit.model_copy(update={"term": term_of.get(credit.enrolment)})
                for credit in facts.credits
            ),
            "terms": tuple(
                TermFacts(
                    key=one.term,
                    sources=(Source(key=one.term, version=versions[one.term]),),
                    load=one.load,
                )
                for one in plan.terms
            ),
            "programme": programme,
        }
    )


def _once(field: str, keys: list[str]) -> None:
    if len(set(keys)) != len(keys):
        raise InvalidArgument("nothing stands twice in a plan", field=field)
