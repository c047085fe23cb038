"""Gathering the facts of a decision at this member's own peer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chaincode.domain.certification import Certification
from chaincode.domain.constitution import Constitution
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.grade import Grade
from chaincode.domain.holding import Holding, bearing_keys
from chaincode.domain.keys import CONSTITUTION_KEY, Kind, sibling
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.qualification.shares import Load, ShareUnit
from chaincode.domain.recognition.demands import ShareCap
from chaincode.domain.recognition.facts import (
    CountedFacts,
    CreditFacts,
    Facts,
    ProgrammeFacts,
    Source,
)
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.redemption import Redemption, RedemptionEntry, RedemptionStatus
from chaincode.domain.ruling import Ruling
from chaincode.domain.transfer import Transfer
from gateway.model.recognition import RecognitionApplication
from gateway.services.recognition.credit_facts import credit_facts, watched_keys
from gateway.services.recognition.results import Results
from gateway.services.recognition.snapshot import Snapshot
from gateway.services.records import Records

_ENDED = frozenset(
    {RedemptionStatus.WITHDRAWN, RedemptionStatus.RELEASED, RedemptionStatus.GIVEN_BACK}
)


@dataclass(frozen=True, slots=True)
class Case:
    """What an application is decided on, and the records whose change would matter."""

    facts: Facts = field(repr=False)
    holdings: Mapping[str, Holding]
    """By the key of the enrolment."""
    watched: Mapping[str, int]
    """Version of each record that was read, 0 where there is none."""


class Gathering:
    """Reads what is public from the ledger, and the marks from where this member has them."""

    def __init__(self, records: Records, results: Results, msp_id: str) -> None:
        self._records = records
        self._results = results
        self._msp_id = msp_id

    async def members(self) -> tuple[str, ...]:
        """Every member of the consortium: any may have a word on a course's quality."""
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        return tuple(member.msp_id for member in constitution.content.members)

    async def snapshot(self, enrolments: Iterable[str], programmes: Iterable[str]) -> Snapshot:
        """Read everything that bears on some credits, in as few questions as possible.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            RecordCorrupt: a record cannot be read.
        """
        wanted = tuple(enrolments)
        members = await self.members()
        snapshot = Snapshot(self._records)
        await snapshot.read([*programmes, *(k for one in wanted for k in bearing_keys(one))])
        await snapshot.read(snapshot.load(Enrolment, one).course for one in wanted)
        for enrolment in wanted:
            course = snapshot.load(Course, snapshot.load(Enrolment, enrolment).course)
            await snapshot.read(watched_keys(holding_in(snapshot, enrolment), course, members))
        return snapshot

    async def case(
        self,
        application: RecognitionApplication,
        enrolments: Sequence[str],
        rule: RuleContent,
        *,
        counted: Sequence[CountedFacts] = (),
        snapshot: Snapshot | None = None,
    ) -> Case:
        """The facts of one application.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            RecordNotFound, RecordCorrupt: the application names what is not there.
        """
        read = snapshot or await self.snapshot(enrolments, [application.programme])
        members = await self.members()
        holdings = {one: holding_in(read, one) for one in sorted(enrolments)}
        facts = Facts(
            decider=self._msp_id,
            credits=tuple(
                [
                    await self._credit(read, holding, application, rule, members)
                    for holding in holdings.values()
                ]
            ),
            programme=_programme(read, application.programme, rule),
            counted=tuple(counted),
        )
        return Case(facts, holdings, _watched(read, holdings.values(), members))

    async def _credit(
        self,
        read: Snapshot,
        holding: Holding,
        application: RecognitionApplication,
        rule: RuleContent,
        members: Sequence[str],
    ) -> CreditFacts:
        course = read.load(Course, holding.enrolment.course)
        award = holding.credit.award
        opened = await self._results.of(holding.enrolment, award) if award else None
        entry = own_entry(holding, application)
        return credit_facts(
            holding,
            course,
            _certifications(read, holding, course, members),
            mark=opened.mark if opened else None,
            time_zone=rule.valid.time_zone,
            own=(entry.number,) if entry else (),
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


def own_entry(holding: Holding, application: RecognitionApplication) -> RedemptionEntry | None:
    """The holder's last permission for this decider towards this degree, ended or not."""
    found = [
        entry
        for entry in holding.redemptions
        if entry.redeemer == application.decider and entry.programme == application.programme
    ]
    current = [entry for entry in found if entry.status not in _ENDED]
    return next(reversed(current or found), None)


def _certifications(
    read: Snapshot, holding: Holding, course: Course, members: Sequence[str]
) -> list[Certification]:
    keys = [
        key
        for key in watched_keys(holding, course, members)
        if key.startswith(f"{Kind.CERTIFICATION}/")
    ]
    found = [read.find(Certification, key) for key in keys]
    return [one for one in found if one is not None and one.course_digest == course.digest]


def _programme(read: Snapshot, key: str, rule: RuleContent) -> ProgrammeFacts:
    programme = read.load(Programme, key)
    by_courses = any(
        isinstance(demand, ShareCap) and demand.unit is ShareUnit.COURSES for demand in rule.demands
    )
    # How many courses a degree has no programme says: a cap on their share stays unknown.
    load = None if by_courses else Load(courses=0, credits=programme.content.total)
    source = Source(key=programme.key, version=programme.version)
    return ProgrammeFacts(key=programme.key, sources=(source,), load=load)


def _watched(read: Snapshot, holdings: Iterable[Holding], members: Sequence[str]) -> dict[str, int]:
    watched: dict[str, int] = {}
    for holding in holdings:
        course = read.load(Course, holding.enrolment.course)
        for key in watched_keys(holding, course, members):
            if not key.startswith(f"{Kind.REDEMPTION}/"):
                watched[key] = read.version(key)
    return watched
