"""Follows what agreements rest on while nothing is decided: the parties hear of every change.

Which version of each record the parties were told of lies in the database and moves on in the
transaction that keeps the notices: so there is one for each change, whatever is killed when. Once
a decision uses a credit, the decision is followed instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.tables import HostCourse
from chaincode.domain.certification import Certification
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import DomainError, RecordCorrupt, RecordNotFound
from chaincode.domain.holding import Holding, bearing_keys
from chaincode.domain.redemption import RedemptionStatus
from gateway.model.agreements import AgreementBasis, KnownAgreement
from gateway.model.learning import EnrolmentSecret
from gateway.model.recognition import AppliedCredit, RecognitionApplication
from gateway.services.errors import LedgerRefused
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.recognition.changes import (
    Changed,
    Knew,
    asks_again,
    changes_unless,
    known_by_version,
)
from gateway.services.recognition.credit_facts import certification_keys
from gateway.services.recognition.gathering import holding_in
from gateway.services.recognition.notices import ChangedCredit, CreditsChanged, sealed_notice
from gateway.services.recognition.rulebook import Rulebook
from gateway.services.recognition.snapshot import Snapshot
from gateway.services.records import Records

_AGREEMENTS: Final = 20
"""Asked of the peer at once: one may have a quarter of a megabyte."""
_TAKEN = frozenset({RedemptionStatus.REDEEMED, RedemptionStatus.GRANTED})


@dataclass(frozen=True, slots=True)
class _Course:
    """Where a student is in a course: nothing of it ever changes."""

    student: str
    course: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Rests:
    """An agreement, and one credit that it rests on."""

    agreement: Agreement
    person: str | None
    enrolment: str
    recheck: bool


class FollowingAgreements:
    """Tells the parties whose gateway this is; `sweep` may be called again after any failure."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        rulebook: Rulebook,
        clock: Clock,
    ) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._rulebook = rulebook
        self._clock = clock
        self._courses: dict[str, _Course] = {}

    async def sweep(self) -> int:
        """Look at every agreement in force once; how many credits were told of.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        found = await self._resting()
        if not found:
            return 0
        members = await self._rulebook.members()
        read = Snapshot(self._records)
        await read.read(key for one in found for key in bearing_keys(one.enrolment))
        told = 0
        for one in found:
            try:
                holding = holding_in(read, one.enrolment)
            except (RecordCorrupt, RecordNotFound):
                # Home and host together can spoil a slot: one must not hide the others.
                continue
            words = await self._words(holding, members) if one.recheck else ()
            told += await self._tell(one, holding, words)
        return told

    async def _resting(self) -> list[_Rests]:
        async with self._database.reading() as session:
            known = await session.find(KnownAgreement, order_by=("agreement",))
        people = {row.agreement: row.person for row in known}
        agreements = await self._agreements(sorted(people))
        wanted = {row.course for one in agreements for row in _table(one)}
        if not wanted:
            return []
        await self._learn(tuple(sorted(wanted)))
        found: list[_Rests] = []
        for agreement in agreements:
            recheck = await self._recheck(agreement)
            rows = {(row.course, row.digest) for row in _table(agreement)}
            found += [
                _Rests(agreement, people[agreement.key], key, recheck)
                for key, one in self._courses.items()
                if one.student == agreement.student and (one.course, one.digest) in rows
            ]
        return found

    async def _agreements(self, keys: Sequence[str]) -> list[Agreement]:
        found: list[Agreement] = []
        for start in range(0, len(keys), _AGREEMENTS):
            read = Snapshot(self._records)
            some = keys[start : start + _AGREEMENTS]
            await read.read(some)
            for key in some:
                try:
                    agreement = read.find(Agreement, key)
                except RecordCorrupt:
                    continue
                if agreement is not None and agreement.in_force and not agreement.cancelled:
                    found.append(agreement)
        return found

    async def _learn(self, courses: tuple[str, ...]) -> None:
        """Find who is in these courses, of the enrolments whose keys this gateway holds."""
        async with self._database.reading() as session:
            rows = await session.find(EnrolmentSecret, course=courses)
        new = [row.enrolment for row in rows if row.enrolment not in self._courses]
        for enrolment in await self._records.find_all(Enrolment, new):
            if enrolment is not None:
                self._courses[enrolment.key] = _Course(
                    enrolment.student, enrolment.course, enrolment.course_digest
                )

    async def _recheck(self, agreement: Agreement) -> bool:
        """Whether the rule in force asks for certificates as they are now."""
        try:
            rule = await self._rulebook.in_force(agreement.rules, None)
        except (DomainError, LedgerRefused):
            return False
        return asks_again(rule.content)

    async def _words(self, holding: Holding, members: Iterable[str]) -> tuple[Certification, ...]:
        keys = certification_keys(holding.enrolment.course, members)
        found = await self._records.find_all(Certification, keys)
        return tuple(one for one in found if one is not None)

    async def _tell(self, one: _Rests, holding: Holding, words: Sequence[Certification]) -> int:
        now = _versions(holding, words)
        agreement, enrolment = one.agreement.key, one.enrolment
        async with self._database.reading() as session:
            seen = await _seen(session, agreement, enrolment)
        if all(seen.get(key) == version for key, version in now.items()):
            return 0
        changes = changes_unless(holding, words, _known(one.agreement, holding, seen))
        async with self._database.writing() as session:
            if await _seen(session, agreement, enrolment) != seen:
                # Another process tells of it.
                return 0
            told = bool(changes) and not await self._decided(session, one, holding)
            if told:
                self._add(session, one, holding, changes)
            for key, version in now.items():
                row = await session.get(AgreementBasis, agreement, enrolment, key)
                if row is None:
                    session.add(AgreementBasis(agreement, enrolment, key, version))
                else:
                    row.version = version
        return int(told)

    def _add(
        self, session: Session, one: _Rests, holding: Holding, changes: tuple[Changed, ...]
    ) -> None:
        course = holding.enrolment.course
        credit = ChangedCredit(enrolment=one.enrolment, course=course, changes=changes)
        found = CreditsChanged(about=one.agreement.key, credits=(credit,))
        for person in {None, one.person}:
            session.add(sealed_notice(self._box, self._clock, found, person=person))

    async def _decided(self, session: Session, one: _Rests, holding: Holding) -> bool:
        """Whether a decision uses the credit: who follows it tells what it makes of the change."""
        home = one.agreement.home
        if any(entry.redeemer == home and entry.status in _TAKEN for entry in holding.redemptions):
            return True
        for row in await session.find(RecognitionApplication, agreement=one.agreement.key):
            applied = await session.get(AppliedCredit, row.id, one.enrolment)
            if row.decision is not None and applied is not None:
                return True
        return False


def _table(agreement: Agreement) -> tuple[HostCourse, ...]:
    return agreement.in_force.table_a if agreement.in_force else ()


async def _seen(session: Session, agreement: str, enrolment: str) -> dict[str, int]:
    rows = await session.find(AgreementBasis, agreement=agreement, enrolment=enrolment)
    return {row.key: row.version for row in rows}


def _versions(holding: Holding, words: Iterable[Certification]) -> dict[str, int]:
    found = {one.key: one.version for one in words}
    if holding.credit.award is not None:
        found[holding.credit.key] = holding.credit.version
    if holding.ruling is not None:
        found[holding.ruling.key] = holding.ruling.version
    return found


def _known(agreement: Agreement, holding: Holding, seen: Mapping[str, int]) -> Knew:
    """What is no news: what was told, and of records not looked at yet what was so when proposed.

    An award that knows other grades than the student had applied on is a corrected one.
    """
    credit, award, told = holding.credit, holding.credit.award, known_by_version(seen)
    corrected = award is not None and award.grade_version != credit.applied_grades
    proposed = (agreement.in_force or agreement.versions[-1]).proposed_at

    def knew(key: str, version: int, at: datetime) -> bool:
        if key in seen:
            return told(key, version, at)
        awarded = key == credit.key and not corrected
        return awarded or at < proposed

    return knew
