"""What would count? A rule applied to a plan or to own credits; nothing is recorded."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from chaincode.domain.caller import Role
from chaincode.domain.certification import Certification, CertificationStatus
from chaincode.domain.course import Course, CourseStatus
from chaincode.domain.errors import InvalidArgument, RecordNotFound, WrongState
from chaincode.domain.keys import Kind, split_key, word_key
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.recognition.facts import (
    CreditFacts,
    Facts,
    TermFacts,
)
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.recognition.credit_facts import credit_facts
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.plan import (
    Assumption,
    Plan,
    planned_credit,
    programme_facts,
)
from gateway.services.recognition.results import Results
from gateway.services.recognition.rulebook import Rulebook
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class Answer:
    """What would count."""

    rule: RuleVersion
    decider: str
    on: date
    verdict: Verdict
    titles: Mapping[str, str]
    """Of the courses, by ledger key."""
    assumed: tuple[Assumption, ...]


class Planning:
    """Evaluates without recording."""

    def __init__(
        self,
        records: Records,
        rulebook: Rulebook,
        access: EnrolmentAccess,
        gathering: Gathering,
        results: Results,
    ) -> None:
        self._records = records
        self._rulebook = rulebook
        self._access = access
        self._gathering = gathering
        self._results = results

    async def evaluate(self, person: AuthenticatedPerson, rule: str, plan: Plan) -> Answer:
        """Apply a rule: a version, or a series' version in force on the day.

        Args:
            person: anybody of this member; own credits are a student's.
            rule: ledger key of a rule version or of a series.
            plan: courses, or own credits, or both.

        Raises:
            RuleNotInForce: no version of the series is.
            NotParty: a credit of somebody else's.
            InvalidArgument: the plan does not fit; `field` says where.
            LedgerRefused: a record that it names is not there.
            LedgerUnavailable: the peer cannot be reached.
        """
        version = await self._version(rule, plan.on)
        content = version.content
        on = plan.on or self._rulebook.today(content.valid.time_zone)
        members = await self._rulebook.members()
        held = [
            await self._own_credit(person, enrolment, content, members)
            for enrolment in plan.credits
        ]
        courses = await self._courses([planned.course for planned in plan.courses])
        planned = [
            planned_credit(
                asked,
                courses[asked.course],
                [word.certifier for word in await self._words(courses[asked.course], members)],
                on=on,
                path=f"plan.{place}",
            )
            for place, asked in enumerate(plan.courses)
        ]
        facts = await self._facts(plan, content, _decider(person, content, plan), [*planned, *held])
        verdict = await asyncio.to_thread(evaluate, content, facts, on)
        titles = await self._titles(content, facts, courses)
        assumed = _ASSUMED_OF_PLANS if plan.courses else ()
        return Answer(
            rule=version,
            decider=facts.decider,
            on=on,
            verdict=verdict,
            titles=titles,
            assumed=(*assumed, Assumption.NOTHING_COUNTED_BEFORE),
        )

    async def _version(self, rule: str, on: date | None) -> RuleVersion:
        if split_key(rule).kind is Kind.RULE:
            return await self._rulebook.version(rule)
        return await self._rulebook.in_force(rule, on)

    async def _courses(self, keys: Sequence[str]) -> dict[str, Course]:
        found = await self._records.find_all(Course, keys)
        for place, (key, course) in enumerate(zip(keys, found, strict=True)):
            field_ = f"plan.{place}.course"
            if course is None:
                raise RecordNotFound(f"there is no course {key}", field=field_)
            if course.status is not CourseStatus.APPROVED:
                raise WrongState(f"the course is {course.status.value}", field=field_)
        return {course.key: course for course in found if course is not None}

    async def _words(self, course: Course, members: Sequence[str]) -> tuple[Certification, ...]:
        """The certificates in force on what the course version holds."""
        keys = [word_key(Kind.CERTIFICATION, course.key, member) for member in members]
        return tuple(
            word
            for word in await self._records.find_all(Certification, keys)
            if word is not None
            and word.status is CertificationStatus.IN_FORCE
            and word.course_digest == course.digest
        )

    async def _own_credit(
        self,
        person: AuthenticatedPerson,
        enrolment: str,
        content: RuleContent,
        members: Sequence[str],
    ) -> CreditFacts:
        """A credit as it stands, with the mark where this member has it."""
        person.require(Role.STUDENT)
        await self._access.concerned(person, enrolment)
        holding = (await self._gathering.holdings([enrolment]))[enrolment]
        course = await self._records.load(Course, holding.enrolment.course)
        award = holding.credit.award
        opened = await self._results.of(holding.enrolment, award) if award else None
        return credit_facts(
            holding,
            course,
            await self._words(course, members),
            mark=opened.mark if opened else None,
            time_zone=content.valid.time_zone,
        )

    async def _facts(
        self, plan: Plan, content: RuleContent, decider: str, credits_: Sequence[CreditFacts]
    ) -> Facts:
        programme = None
        if plan.programme is not None:
            found = await self._records.load(Programme, plan.programme)
            programme = programme_facts(found, content)
        term = plan.term
        try:
            return Facts(
                decider=decider,
                credits=tuple(
                    one.model_copy(update={"term": term.term}) if term else one for one in credits_
                ),
                programme=programme,
                terms=(TermFacts(key=term.term, load=term.load),) if term else (),
                counted=(),
                wanted=plan.wanted,
            )
        except ValidationError:
            # Every part was checked before: what is left is something that stands twice.
            raise InvalidArgument("nothing stands twice in a plan", field="plan") from None

    async def _titles(
        self, content: RuleContent, facts: Facts, courses: Mapping[str, Course]
    ) -> dict[str, str]:
        """Titles of the courses that the explanation names."""
        held = {credit.course for credit in facts.credits}
        concerned = [
            mapping for mapping in content.mappings if held & {item.course for item in mapping.host}
        ]
        named = {item.course for mapping in concerned for item in mapping.host} | held
        named |= {item.course for mapping in concerned for item in mapping.home}
        found = await self._records.find_all(Course, sorted(named - courses.keys()))
        return {
            course.key: course.content.title
            for course in (*courses.values(), *found)
            if course is not None
        }


_ASSUMED_OF_PLANS = (Assumption.AWARDED, Assumption.AWARDED_ON_THE_DAY)


def _decider(person: AuthenticatedPerson, content: RuleContent, plan: Plan) -> str:
    """Who would decide: whoever is named, the own member, or the only one there is."""
    if plan.decider is not None:
        return plan.decider
    if person.msp_id in content.deciders:
        return person.msp_id
    if len(content.deciders) == 1:
        return content.deciders[0]
    raise InvalidArgument(
        "the rule has several deciders: name one",
        field="decider",
        facts={"deciders": list(content.deciders)},
    )
