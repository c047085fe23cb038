"""Grades of many students: a teacher's own, one by one in a list or all by one rule."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chaincode.domain.constitution import Constitution
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment, EnrolmentStatus, Work
from chaincode.domain.errors import DomainError, InvalidArgument, NotParty, RecordNotFound
from chaincode.domain.grade import Grade, GradeEntry, GradeReason
from chaincode.domain.grading import Mode, Scale
from chaincode.domain.keys import CONSTITUTION_KEY, sibling, split_key
from chaincode.domain.redemption import Redemption
from chaincode.domain.transfer import Transfer
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.bulk.grade_documents import (
    GRADES,
    AskedGrade,
    AskedGrades,
    GradeItem,
    GradeRule,
)
from gateway.services.bulk.plan import MAX_ITEMS, Hindrance
from gateway.services.bulk.selecting import home_now, require_once, taught, users
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.grade_values import GradeValues
from gateway.services.grades import Grades, Grading
from gateway.services.intent import WriteRequest
from gateway.services.operations import OperationView
from gateway.services.records import AnyRecord, Records

_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to become of one student's grade: a mark, or a rule for it."""

    enrolment: Enrolment
    part: str
    reason: GradeReason
    after: int | GradeRule

    def mark(self, scale: Scale, before: int | None) -> int | None:
        """The new mark in hundredths; None where there is none."""
        if isinstance(self.after, int):
            return self.after
        return None if before is None else self.after.applied(scale, before)


@dataclass(frozen=True, slots=True)
class _Slots:
    work: Work
    grade: Grade
    credit: Credit
    redemption: Redemption | None
    transfer: Transfer | None


class GradePlanner:
    """AddGrade for each."""

    kind = GRADES

    def __init__(
        self, records: Records, access: EnrolmentAccess, values: GradeValues, grades: Grades
    ) -> None:
        self._records = records
        self._access = access
        self._values = values
        self._grades = grades

    async def planned(
        self, person: AuthenticatedPerson, asked: AskedGrades
    ) -> tuple[GradeItem, ...]:
        """Every grade of the list, or every student of the teacher's that the rule is for.

        Raises:
            InvalidArgument: neither or both, a student twice, no such part, outside the scale.
            RecordNotFound: there is no such enrolment.
            NotParty: another teacher's course or student.
        """
        if (asked.grades is None) == (asked.rule is None):
            raise InvalidArgument("give grades, or a rule for them", field="grades")
        if asked.grades is not None:
            if asked.selects:
                raise InvalidArgument("a list selects by itself", field="course")
            wanted = await self._listed(person, asked.grades)
        else:
            wanted = await self._ruled(person, asked)
        return await self._items(sorted(wanted, key=lambda one: one.enrolment.key), asked)

    async def carry_out(
        self, person: AuthenticatedPerson, item: GradeItem, write: WriteRequest
    ) -> OperationView:
        """Enter one grade; errors as `Grades.add`."""
        if item.after is None:
            raise InvalidArgument("there is no mark to enter", field="mark")
        grading = Grading(
            part=item.part,
            mark=item.after,
            work_number=item.work_number,
            reason=item.reason,
            expected_version=item.grade_version,
        )
        return await self._grades.add(person, item.enrolment, grading, write)

    async def _listed(
        self, person: AuthenticatedPerson, grades: Sequence[AskedGrade]
    ) -> list[_Wanted]:
        require_once([one.enrolment for one in grades], "grades.{}.enrolment")
        keys = [one.enrolment for one in grades]
        found = await self._records.find_all(Enrolment, keys)
        courses = await self._courses([one for one in found if one is not None])
        wanted = []
        for place, (one, enrolment) in enumerate(zip(grades, found, strict=True)):
            field = f"grades.{place}"
            if enrolment is None:
                raise RecordNotFound("there is no such enrolment", field=f"{field}.enrolment")
            if enrolment.teacher != person.account:
                raise NotParty(
                    "this student is in another teacher's course", field=f"{field}.enrolment"
                )
            course = courses[enrolment.course]
            if all(part.id != one.part for part in course.content.parts):
                raise InvalidArgument("the course has no such part", field=f"{field}.part")
            course.content.scale.require_mark(one.mark, field=f"{field}.mark")
            wanted.append(_Wanted(enrolment, one.part, one.reason, one.mark))
        return wanted

    async def _ruled(self, person: AuthenticatedPerson, asked: AskedGrades) -> list[_Wanted]:
        rule = asked.rule
        if rule is None or rule.reason is GradeReason.FIRST:
            raise InvalidArgument("a rule corrects: its reason is another", field="rule.reason")
        asked.require_selecting()
        if asked.teacher not in {None, person.account}:
            raise NotParty("a teacher grades her own students", field="teacher")
        if asked.course is not None:
            course = await self._records.load(Course, asked.course)
            if course.content.teacher != person.account:
                raise NotParty("this is another teacher's course", field="course")
            if all(part.id != rule.part for part in course.content.parts):
                raise InvalidArgument("the course has no such part", field="rule.part")
        owner = split_key(person.account).owner
        own = [
            enrolment
            for enrolment in await taught(self._records, owner)
            if enrolment.teacher == person.account and asked.fits(enrolment)
        ]
        return [_Wanted(one, rule.part, rule.reason, rule) for one in own]

    async def _items(self, wanted: Sequence[_Wanted], asked: AskedGrades) -> tuple[GradeItem, ...]:
        enrolments = [one.enrolment for one in wanted]
        courses, slots = await self._courses(enrolments), await self._slots(enrolments)
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        limit = constitution.content.parameters.entries_per_slot
        if asked.rule is not None:
            # A rule is for what was graded: others are no part of the plan.
            wanted = [one for one in wanted if _is_graded(one, slots[one.enrolment.key], asked)]
        if len(wanted) > MAX_ITEMS:
            raise InvalidArgument(
                f"these are {len(wanted)} grades, at most {MAX_ITEMS} make a plan",
                facts={"grades": len(wanted)},
            )
        room = asyncio.Semaphore(_AT_ONCE)

        async def item(one: _Wanted) -> GradeItem:
            key = one.enrolment.key
            async with room:
                return await self._item(one, courses[one.enrolment.course], slots[key], limit)

        return tuple(await asyncio.gather(*map(item, wanted)))

    async def _item(self, one: _Wanted, course: Course, slots: _Slots, limit: int) -> GradeItem:
        entry, work = slots.grade.latest(one.part), slots.work.latest(one.part)
        hindrance, before = await self._before(one, entry)
        scale = course.content.scale
        after = None if hindrance is not None else one.mark(scale, before)
        if hindrance is None:
            hindrance = _hindrance(one, slots, entry, limit)
        if hindrance is None and after is None:
            hindrance = Hindrance.OUTSIDE_SCALE
        return GradeItem(
            enrolment=one.enrolment.key,
            hindrance=hindrance,
            used_by=users(slots.redemption),
            awarded=slots.credit.award is not None,
            part=one.part,
            reason=one.reason,
            before=before,
            after=after,
            grade_version=slots.grade.version,
            work_number=work.number if work else None,
            reviewed=course.part(one.part).mode is Mode.OFFLINE,
            home=home_now(one.enrolment, slots.transfer),
        )

    async def _before(
        self, one: _Wanted, entry: GradeEntry | None
    ) -> tuple[Hindrance | None, int | None]:
        """The mark that counts now, or why it cannot be known."""
        if await self._access.secret(one.enrolment.key) is None:
            return Hindrance.KEY_MISSING, None
        if entry is None:
            return None, None
        try:
            value = await self._values.value(one.enrolment, entry)
        except DomainError:
            return Hindrance.UNREADABLE, None
        return (None, value.opened.mark) if value.matches else (Hindrance.UNREADABLE, None)

    async def _courses(self, enrolments: Sequence[Enrolment]) -> Mapping[str, Course]:
        return {
            key: await self._records.load(Course, key) for key in {e.course for e in enrolments}
        }

    async def _slots(self, enrolments: Sequence[Enrolment]) -> Mapping[str, _Slots]:
        keys = [enrolment.key for enrolment in enrolments]
        works = await self._siblings(Work, keys)
        grades = await self._siblings(Grade, keys)
        credits_ = await self._siblings(Credit, keys)
        uses = await self._siblings(Redemption, keys)
        moves = await self._siblings(Transfer, keys)
        return {
            key: _Slots(work, grade, credit, redemption, transfer)
            for key, work, grade, credit, redemption, transfer in zip(
                keys, works, grades, credits_, uses, moves, strict=True
            )
            # An application creates the three together.
            if work is not None and grade is not None and credit is not None
        }

    async def _siblings(
        self, kind: type[AnyRecord], enrolments: Sequence[str]
    ) -> tuple[AnyRecord | None, ...]:
        return await self._records.find_all(kind, [sibling(k, kind.kind) for k in enrolments])


def _is_graded(one: _Wanted, slots: _Slots, asked: AskedGrades) -> bool:
    entry = slots.grade.latest(one.part)
    return entry is not None and asked.within(entry.at)


def _hindrance(
    one: _Wanted, slots: _Slots, entry: GradeEntry | None, limit: int
) -> Hindrance | None:
    """What the contract would refuse."""
    first = one.reason is GradeReason.FIRST
    found = {
        Hindrance.NOT_ADMITTED: one.enrolment.status is not EnrolmentStatus.ADMITTED,
        Hindrance.NO_WORK: slots.work.latest(one.part) is None,
        Hindrance.NOT_GRADED: entry is None and not first,
        Hindrance.GRADED_ALREADY: entry is not None and first,
        Hindrance.SLOT_FULL: len(slots.grade.entries) >= limit,
    }
    return next((hindrance for hindrance, stands in found.items() if stands), None)
