"""Evidence that a holder sealed to this member: pulled, opened, held to the ledger."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from chaincode.domain.check import OpenedGrade, Report
from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.credits import CheckStudent, Evidence
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Work, WorkEntry
from chaincode.domain.errors import CommitmentMismatch, InvalidArgument
from chaincode.domain.grade import Grade, GradeEntry
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, RequestKey, sibling
from chaincode.domain.verification import VerificationRequest
from gateway.evidence.opening import work_commitment_of
from gateway.evidence.sealing import unwrap
from gateway.evidence.store import WorkStore
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.award_evidence import SeenVersions, opened_work
from gateway.services.consents import Consents
from gateway.services.correspondence import Correspondent
from gateway.services.enrolment_access import EnrolmentAccess, Held
from gateway.services.errors import NotFound
from gateway.services.evidence_bundle import BUNDLE_PURPOSE, Bundle, BundledWork
from gateway.services.evidence_errors import (
    BundleRefused,
    WorkNotHere,
    WorkTooLarge,
    translated,
)
from gateway.services.grade_values import matches
from gateway.services.keyring import Keyring
from gateway.services.records import Records
from gateway.services.reports import report_of
from gateway.services.sealed_messages import open_message
from gateway.services.sealed_work import OpenedWorkFile, SealedWorks, primed
from gateway.services.verifications import Verifications


class _Sealed(Arguments):
    request: RequestKey
    sealed: str


@dataclass(frozen=True, slots=True)
class ShownGrade:
    """A mark as the holder showed it, beside the ledger's entry."""

    entry: GradeEntry
    opened: OpenedGrade = field(repr=False)
    matches: bool


@dataclass(frozen=True, slots=True)
class ShownWork:
    """A piece of work as the holder showed it."""

    work: OpenedWorkFile = field(repr=False)
    matches: bool


@dataclass(frozen=True, slots=True)
class ReviewedEvidence:
    """All that was shown, and CheckStudent's report on it."""

    grades: tuple[ShownGrade, ...]
    works: tuple[ShownWork, ...]
    report: Report
    versions: SeenVersions


@dataclass(frozen=True, slots=True)
class _Opened:
    request: VerificationRequest
    held: Held
    bundle: Bundle = field(repr=False)
    work: Work
    grade: Grade


class EvidenceReview:
    """Looks at what holders showed; every look asks home anew, and home asks the ledger."""

    def __init__(
        self,
        *,
        records: Records,
        keyring: Keyring,
        store: WorkStore,
        sealed: SealedWorks,
        verifications: Verifications,
        consents: Consents,
        correspondent: Correspondent,
        access: EnrolmentAccess,
        limit_bytes: int,
        msp_id: str,
    ) -> None:
        self._records = records
        self._keyring = keyring
        self._store = store
        self._sealed = sealed
        self._verifications = verifications
        self._consents = consents
        self._correspondent = correspondent
        self._access = access
        self._limit_bytes = limit_bytes
        self._msp_id = msp_id

    async def review(self, person: AuthenticatedPerson, request_key: str) -> ReviewedEvidence:
        """Recompute every commitment, and run CheckStudent on this member's own peer.

        Raises:
            NotPermitted, NotParty: another's request.
            ConsentMissing: the holder has not consented, or took the consent back.
            BundleRefused: what came does not open, or is about something else.
        """
        await self._verifications.require_assigned(person, request_key)
        opened = await self._open(request_key)
        works = [await self._work(opened, bundled) for bundled in opened.bundle.works]
        speaker = await self._keyring.speaker(person.account, owner=person.owner)
        answer = await self._records.ask(
            CheckStudent(enrolment=opened.held.enrolment.key),
            Evidence(
                grades=opened.bundle.grades,
                works=tuple(opened_work(shown.work) for shown in works),
            ),
            speaker=speaker,
        )
        credit = await self._records.load(Credit, sibling(opened.held.enrolment.key, Kind.CREDIT))
        return ReviewedEvidence(
            grades=tuple(_grade(opened, grade) for grade in opened.bundle.grades),
            works=tuple(works),
            report=report_of(answer),
            versions=SeenVersions(credit.version, opened.work.version, opened.grade.version),
        )

    async def content(
        self, person: AuthenticatedPerson, request_key: str, number: int
    ) -> tuple[OpenedWorkFile, AsyncIterator[bytes]]:
        """The work itself, fetched from home and compared with the ledger.

        Raises:
            NotPermitted, NotParty: another's request.
            ConsentMissing: the holder has not consented, or took the consent back.
            NotFound: there is no such work in the evidence.
            CommitmentMismatch, BodyAltered: it is not what was committed.
            WorkTooLarge: larger than this gateway takes, whatever home takes.
        """
        await self._verifications.require_assigned(person, request_key)
        opened = await self._open(request_key)
        bundled = next((work for work in opened.bundle.works if work.number == number), None)
        if bundled is None:
            raise NotFound("the evidence has no work with this number", field="number")
        shown = await self._work(opened, bundled)
        if not shown.matches:
            raise CommitmentMismatch("the work is not the one that was committed", field="work")
        await self._bring(opened, bundled)
        return shown.work, await primed(self._sealed.content(shown.work))

    async def _open(self, request_key: str) -> _Opened:
        request = await self._records.load(VerificationRequest, request_key)
        held = await self._access.held(request.enrolment)
        if held.home == self._msp_id:
            row = await self._consents.give_bundle(self._msp_id, request_key)
            document: Mapping[str, JsonValue] = row.document
        else:
            document = await self._correspondent.evidence(held.home, request_key)
        try:
            sealed = _Sealed.check(document)
        except InvalidArgument as error:
            raise BundleRefused("what home sent is no evidence bundle") from error
        bundle = Bundle.check(
            open_message(
                await self._keyring.intake_key(),
                purpose=BUNDLE_PURPOSE,
                place=request_key,
                sealed=sealed.sealed,
            )
        )
        key = held.enrolment.key
        if bundle.request != request_key or bundle.enrolment != key:
            raise BundleRefused("the evidence is about something else")
        return _Opened(
            request=request,
            held=held,
            bundle=bundle,
            work=await self._sealed.slot(key),
            grade=await self._records.load(Grade, sibling(key, Kind.GRADE)),
        )

    async def _work(self, opened: _Opened, bundled: BundledWork) -> ShownWork:
        entry = _work_entry(opened, bundled)
        with translated():
            opening = unwrap(bundled.document, await self._keyring.intake_key())
        computed = work_commitment_of(
            opening,
            body=bundled.document.body,
            enrolment=opened.held.enrolment.key,
            part=entry.part,
        )
        return ShownWork(
            OpenedWorkFile(entry, bundled.document.body, opening), computed == entry.commitment
        )

    async def _bring(self, opened: _Opened, bundled: BundledWork) -> None:
        body, size = bundled.document.body, bundled.document.size
        if size > self._limit_bytes:
            raise WorkTooLarge(f"the sealed body has {size} bytes, at most {self._limit_bytes}")
        try:
            with translated():
                await self._store.size(body)
        except WorkNotHere:
            await self._correspondent.fetch_body(
                opened.held.home, opened.request.key, body, size=size
            )


def _grade(opened: _Opened, grade: OpenedGrade) -> ShownGrade:
    entries = opened.grade.entries
    if grade.number > len(entries):
        raise BundleRefused("the evidence has a grade that the ledger does not know")
    entry = entries[grade.number - 1]
    return ShownGrade(entry, grade, matches(opened.held.enrolment.key, entry, grade))


def _work_entry(opened: _Opened, bundled: BundledWork) -> WorkEntry:
    entries = opened.work.entries
    if bundled.number > len(entries):
        raise BundleRefused("the evidence has work that the ledger does not know")
    return entries[bundled.number - 1]
