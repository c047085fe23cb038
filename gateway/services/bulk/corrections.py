"""Corrections of many grades accepted: a registrar's of the holders' home."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn

from pydantic import Field

from chaincode.domain.caller import Role
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment, Work
from chaincode.domain.errors import (
    CommitmentMismatch,
    DomainError,
    InvalidArgument,
    NotParty,
    RecordNotFound,
)
from chaincode.domain.grade import GradeEntry, GradeReason
from chaincode.domain.grading import final_mark
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import EnrolmentKey, sibling
from chaincode.domain.keys import Kind as RecordKind
from chaincode.domain.redemption import Redemption
from chaincode.domain.transfer import Transfer
from chaincode.domain.values import Mark, MspId, Number, Slug, Value, Version
from gateway.model.bulk import BulkKind
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.award_evidence import SeenVersions
from gateway.services.bulk.plan import MAX_ITEMS, Hindrance, Kind, PlanItem
from gateway.services.bulk.selecting import Selection, home_now, require_once, users
from gateway.services.corrections import Corrections, PendingCorrection
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.errors import LedgerUnavailable, ServiceError
from gateway.services.evidence_errors import EnrolmentKeyMissing
from gateway.services.grade_values import GradeValues
from gateway.services.intent import WriteRequest
from gateway.services.operations import OperationView
from gateway.services.records import Records

_AT_ONCE: Final = 8


class AskedCorrections(Selection):
    """Which credits, by when a grade was corrected; or a list of them."""

    credits: Annotated[
        tuple[EnrolmentKey, ...] | None, Field(min_length=1, max_length=MAX_ITEMS)
    ] = None


class CorrectedPart(Value):
    """One grade that home has not accepted."""

    number: Number
    part: Slug
    reason: GradeReason


class CorrectionItem(PlanItem):
    """One credit, in the versions that the acceptance will name."""

    corrected: Annotated[tuple[CorrectedPart, ...], Field(max_length=128)]
    before: Annotated[Mark | None, Field(repr=False)]
    """The final mark that was awarded; None where it is not known here."""
    after: Annotated[Mark | None, Field(repr=False)]
    """The final mark that the corrected grades give; None where they cannot be accepted."""
    passes: bool | None
    """Below the pass mark the credit fails."""
    credit_version: Version
    work_version: Version
    grade_version: Version
    teaching: MspId

    def acts_on(self) -> list[JsonValue]:
        """The versions that the marks follow from."""
        return [self.credit_version, self.work_version, self.grade_version]


CORRECTIONS: Final = Kind(BulkKind.CORRECTIONS, Role.REGISTRAR, AskedCorrections, CorrectionItem)


class CorrectionPlanner:
    """AcceptCorrection for each."""

    kind = CORRECTIONS

    def __init__(
        self,
        *,
        records: Records,
        access: EnrolmentAccess,
        values: GradeValues,
        corrections: Corrections,
    ) -> None:
        self._records = records
        self._access = access
        self._values = values
        self._corrections = corrections

    async def planned(
        self, person: AuthenticatedPerson, asked: AskedCorrections
    ) -> tuple[CorrectionItem, ...]:
        """Every correction that waits for this registrar and is selected.

        Raises:
            InvalidArgument: nothing selects, or a credit stands twice or waits for nothing.
            NotParty: a credit that is named has another home.
        """
        if asked.credits is None:
            asked.require_selecting()
            found = [one for one in await self._own(person) if _fits(one, asked)]
        else:
            if asked.selects:
                raise InvalidArgument("a list selects by itself", field="course")
            found = await self._listed(person, asked.credits)
        return await self._items(sorted(found, key=lambda one: one.enrolment.key))

    async def carry_out(
        self, person: AuthenticatedPerson, item: CorrectionItem, write: WriteRequest
    ) -> OperationView:
        """Accept one correction; errors as `Corrections.accept`."""
        seen = SeenVersions(item.credit_version, item.work_version, item.grade_version)
        return await self._corrections.accept(person, item.enrolment, seen, write)

    async def _own(self, person: AuthenticatedPerson) -> list[PendingCorrection]:
        """What waits for this member: it is the home of today."""
        pending = await self._corrections.pending(person)
        keys = [sibling(one.enrolment.key, RecordKind.TRANSFER) for one in pending]
        moves = await self._records.find_all(Transfer, keys)
        return [
            one
            for one, move in zip(pending, moves, strict=True)
            if home_now(one.enrolment, move) == person.msp_id
        ]

    async def _listed(
        self, person: AuthenticatedPerson, keys: Sequence[str]
    ) -> list[PendingCorrection]:
        require_once(keys, "credits.{}")
        own = {one.enrolment.key: one for one in await self._own(person)}
        for place, key in enumerate(keys):
            if key not in own:
                await self._refuse(person, key, f"credits.{place}")
        return [own[key] for key in keys]

    async def _refuse(self, person: AuthenticatedPerson, key: str, field: str) -> NoReturn:
        """Say why a credit that is named does not wait for this registrar."""
        if await self._records.find(Enrolment, key) is None:
            raise RecordNotFound("there is no such credit", field=field)
        try:
            await self._access.as_registrar(person, key, of_home=True)
        except NotParty as error:
            raise NotParty(error.detail, field=field, facts=error.facts) from error
        raise InvalidArgument("no grade was corrected since the award", field=field)

    async def _items(self, found: Sequence[PendingCorrection]) -> tuple[CorrectionItem, ...]:
        keys = [one.enrolment.key for one in found]
        works = await self._records.find_all(Work, [sibling(k, RecordKind.WORK) for k in keys])
        uses = await self._records.find_all(
            Redemption, [sibling(k, RecordKind.REDEMPTION) for k in keys]
        )
        courses = {
            key: await self._records.load(Course, key)
            for key in {one.enrolment.course for one in found}
        }
        room = asyncio.Semaphore(_AT_ONCE)

        async def item(
            one: PendingCorrection, work: Work, redemption: Redemption | None
        ) -> CorrectionItem:
            async with room:
                return await self._item(one, courses[one.enrolment.course], work, redemption)

        return tuple(
            await asyncio.gather(
                *(
                    item(one, work, redemption)
                    for one, work, redemption in zip(found, works, uses, strict=True)
                    # An application creates the slots together.
                    if work is not None
                )
            )
        )

    async def _item(
        self,
        one: PendingCorrection,
        course: Course,
        work: Work,
        redemption: Redemption | None,
    ) -> CorrectionItem:
        hindrance, before, after = await self._marks(one, course)
        passes = None if after is None else course.content.scale.passes(after)
        return CorrectionItem(
            enrolment=one.enrolment.key,
            hindrance=hindrance,
            used_by=users(redemption),
            awarded=True,
            corrected=tuple(
                CorrectedPart(number=entry.number, part=entry.part, reason=entry.reason)
                for entry in one.entries
            ),
            before=before,
            after=after,
            passes=passes,
            credit_version=one.credit.version,
            work_version=work.version,
            grade_version=one.grade.version,
            teaching=one.enrolment.teaching,
        )

    async def _marks(
        self, one: PendingCorrection, course: Course
    ) -> tuple[Hindrance | None, int | None, int | None]:
        """What was awarded, and what would be; or why it cannot be known."""
        grade, award = one.grade, one.credit.award
        known = grade.entries[: award.grade_entries] if award else ()
        try:
            before = await self._final(one, course, known)
            if not all(grade.stands(part.id) for part in course.content.parts):
                return Hindrance.NOT_REVIEWED, before, None
            return None, before, await self._final(one, course, grade.entries)
        except EnrolmentKeyMissing:
            return Hindrance.KEY_MISSING, None, None
        except LedgerUnavailable:
            raise
        except (DomainError, ServiceError):
            return Hindrance.UNREADABLE, None, None

    async def _final(
        self, one: PendingCorrection, course: Course, entries: Sequence[GradeEntry]
    ) -> int:
        """The final mark that these entries give, the later ones instead of the earlier.

        Raises:
            CommitmentMismatch: a stored mark is not what the ledger commits to.
        """
        latest = {entry.part: entry for entry in entries}
        marks = {}
        for part, entry in latest.items():
            value = await self._values.value(one.enrolment, entry)
            if not value.matches:
                raise CommitmentMismatch("a stored mark is not what was committed to")
            marks[part] = value.opened.mark
        return final_mark(course.content.scale, course.content.parts, marks)


def _fits(one: PendingCorrection, asked: AskedCorrections) -> bool:
    return asked.fits(one.enrolment) and any(asked.within(entry.at) for entry in one.entries)
