"""Gathering the facts of a decision at this member's own peer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from chaincode.domain.certification import Certification
from chaincode.domain.constitution import Constitution
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.grade import Grade
from chaincode.domain.holding import Holding, bearing_keys
from chaincode.domain.keys import CONSTITUTION_KEY, Kind, sibling
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.recognition.facts import (
    CountedFacts,
    CreditFacts,
    Facts,
)
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.redemption import Redemption, RedemptionEntry
from chaincode.domain.ruling import Ruling
from chaincode.domain.transfer import Transfer
from gateway.services.recognition.credit_facts import (
    certification_keys,
    credit_facts,
    watched_keys,
)
from gateway.services.recognition.plan import programme_facts
from gateway.services.recognition.results import Results
from gateway.services.recognition.snapshot import Snapshot
from gateway.services.records import Records


class Undecidable(InvalidArgument):
    """What was asked makes no case, whatever becomes of its records: another one is asked for."""


@dataclass(frozen=True, slots=True)
class Case:
    """What an application is decided on, and the records whose change would matter."""

    facts: Facts = field(repr=False)
    holdings: Mapping[str, Holding]
    """By the key of the enrolment."""
    watched: Mapping[str, int]
    """Version of each record that was read, 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a case is about."""

    programme: str
    """Ledger key."""
    permissions: Mapping[str, int]
    """Number of the holder's permission by the key of the enrolment."""
    counted: Sequence[CountedFacts] = ()
    wanted: tuple[str, ...] | None = None
    """Ledger keys of the home courses that were agreed upon."""
    agreement: str | None = None
    """Ledger key of the learning agreement, to be watched."""


class Gathering:
    """Reads what is public from the ledger, and the marks from where this member has them."""

    def __init__(self, records: Records, results: Results, msp_id: str) -> None:
        self._records = records
        self._results = results
        self._msp_id = msp_id

    async def holdings(self, enrolments: Iterable[str]) -> dict[str, Holding]:
        """Credits with all that bears on them, by the keys of their enrolments, in order.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            RecordNotFound, RecordCorrupt: there is no such enrolment, or it cannot be read.
        """
        wanted = sorted(enrolments)
        read = Snapshot(self._records)
        await read.read(key for one in wanted for key in bearing_keys(one))
        return {one: holding_in(read, one) for one in wanted}

    async def case(self, asked: Asked, rule: RuleContent) -> Case:
        """The facts of one application.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            RecordNotFound, RecordCorrupt: it names what is not there, or cannot be read.
            BundleRefused: a stored mark is not the one that was awarded.
            Undecidable: it is about more than one case can be about.
        """
        read, members = await self._read(asked)
        holdings = {one: holding_in(read, one) for one in sorted(asked.permissions)}
        credits_ = [
            await self._credit(read, holding, asked.permissions[one], rule, members)
            for one, holding in holdings.items()
        ]
        require_one_of_each_course(holdings)
        programme = programme_facts(read.load(Programme, asked.programme), rule)
        try:
            facts = Facts(
                decider=self._msp_id,
                credits=tuple(credits_),
                programme=programme,
                counted=tuple(asked.counted),
                wanted=asked.wanted,
            )
        except ValidationError:
            # Each part is well-formed. Without the cause, which holds marks.
            raise Undecidable("more is asked than one decision is about") from None
        watched = {
            key: read.version(key)
            for holding in holdings.values()
            for key in watched_keys(holding.enrolment.key, holding.enrolment.course, members)
        }
        if asked.agreement is not None:
            watched[asked.agreement] = read.version(asked.agreement)
        return Case(facts, holdings, watched)

    async def _read(self, asked: Asked) -> tuple[Snapshot, tuple[str, ...]]:
        """Two questions, whatever the number of credits: each credit first, then its course."""
        read = Snapshot(self._records)
        others = [key for key in (asked.programme, asked.agreement) if key is not None]
        bearing = [key for one in asked.permissions for key in bearing_keys(one)]
        await read.read([CONSTITUTION_KEY, *others, *bearing])
        constitution = read.load(Constitution, CONSTITUTION_KEY)
        members = tuple(member.msp_id for member in constitution.content.members)
        courses = [read.load(Enrolment, one).course for one in asked.permissions]
        words = [key for course in courses for key in certification_keys(course, members)]
        await read.read([*courses, *words])
        return read, members

    async def _credit(
        self,
        read: Snapshot,
        holding: Holding,
        permission: int,
        rule: RuleContent,
        members: Sequence[str],
    ) -> CreditFacts:
        course = read.load(Course, holding.enrolment.course)
        award = holding.credit.award
        opened = await self._results.of(holding.enrolment, award) if award else None
        words = [read.find(Certification, key) for key in certification_keys(course.key, members)]
        return credit_facts(
            holding,
            course,
            [one for one in words if one is not None and one.course_digest == course.digest],
            mark=opened.mark if opened else None,
            time_zone=rule.valid.time_zone,
            own=permission_of(holding, permission),
        )


def require_one_of_each_course(holdings: Mapping[str, Holding]) -> None:
    """Hold what is asked to one credit in each version of a course: no rule tells two apart.

    Raises:
        Undecidable: `facts` name the course and the credits.
    """
    seen: dict[str, str] = {}
    for key, holding in holdings.items():
        course = holding.enrolment.course
        before = seen.setdefault(course, key)
        if before != key:
            raise Undecidable(
                "two of these credits are of one version of a course: ask with one of them",
                field="credits",
                facts={"course": course, "credits": [before, key]},
            )


def holding_in(read: Snapshot, enrolment: str) -> Holding:
    """A credit with all that bears on it, from what was read.

    Raises:
        RecordNotFound, RecordCorrupt: there is no such enrolment, or it cannot be read.
    """
    return Holding(
        enrolment=read.load(Enrolment, enrolment),
        credit=read.load(Credit, sibling(enrolment, Kind.CREDIT)),
        grade=read.load(Grade, sibling(enrolment, Kind.GRADE)),
        redemption=read.find(Redemption, sibling(enrolment, Kind.REDEMPTION)),
        ruling=read.find(Ruling, sibling(enrolment, Kind.RULING)),
        transfer=read.find(Transfer, sibling(enrolment, Kind.TRANSFER)),
    )


def permission_of(holding: Holding, number: int) -> RedemptionEntry | None:
    """One permission of the holder's, None while the ledger does not show it."""
    return next((entry for entry in holding.redemptions if entry.number == number), None)
