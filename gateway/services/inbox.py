"""The inbox: what changed of decisions, and of what agreements and degrees rest on."""

from collections.abc import Sequence
from dataclasses import dataclass

from chaincode.domain.caller import Role
from chaincode.domain.course import Course
from chaincode.domain.decision import Decision
from chaincode.domain.keys import Kind, split_key
from chaincode.domain.redemption import RedemptionStatus
from gateway.model.recognition import Notice, RecognitionApplication
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import NotFound
from gateway.services.ports import Clock, Database, SecretBox
from gateway.services.recognition.applied import Applying
from gateway.services.recognition.difference import Difference
from gateway.services.recognition.notices import CreditsChanged, opened_notice
from gateway.services.records import Records

PAGE = 50


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A notice, and what is on the ledger now."""

    notice: Notice
    news: Difference | CreditsChanged
    application: RecognitionApplication | None
    decision: Decision | None
    """None where nothing is decided yet, or this peer does not show it."""
    granted: bool
    """Whether a degree was granted with one of the credits: it keeps what it used."""
    titles: dict[str, str]
    """Of the courses, by ledger key."""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some items, the latest first; `after` continues behind them."""

    items: tuple[InboxItem, ...]
    after: str | None


class Inbox:
    """Notices of the member's registrars, and of each student."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        applying: Applying,
        clock: Clock,
    ) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._applying = applying
        self._clock = clock

    async def page(self, person: AuthenticatedPerson, *, after: str | None) -> InboxPage:
        """The registrars' notices, or the student's own, the latest first.

        Raises:
            NotPermitted: neither a student nor a registrar.
            NotFound: `after` is no notice of theirs.
            SecretUnreadable: what was kept was altered.
        """
        owner = _owner(person)
        bound = None if after is None else await self._require(owner, after)
        async with self._database.reading() as session:
            rows: Sequence[Notice] = await session.find(
                Notice,
                person=owner,
                order_by=("-created_at", "-id"),
                at_most=None if bound is None else {"created_at": bound.created_at},
                limit=PAGE + 1 if bound is None else None,
            )
        if bound is not None:
            mark = (bound.created_at, bound.id)
            rows = [row for row in rows if (row.created_at, row.id) < mark]
        page = tuple([await self._item(row) for row in rows[:PAGE]])
        return InboxPage(page, page[-1].notice.id if len(rows) > PAGE else None)

    async def seen(self, person: AuthenticatedPerson, identifier: str) -> InboxItem:
        """Say that somebody has seen a notice; the first time is kept.

        Raises:
            NotPermitted: neither a student nor a registrar.
            NotFound: there is none of theirs.
        """
        owner = _owner(person)
        await self._require(owner, identifier)
        async with self._database.writing() as session:
            row = await session.get(Notice, identifier)
            if row is not None and row.seen_at is None:
                row.seen_at = self._clock()
        return await self._item(await self._require(owner, identifier))

    async def _require(self, owner: str | None, identifier: str) -> Notice:
        async with self._database.reading() as session:
            row = await session.get(Notice, identifier)
        if row is None or row.person != owner:
            raise NotFound("there is no such notice of yours")
        return row

    async def _item(self, row: Notice) -> InboxItem:
        found = opened_notice(self._box, row)
        async with self._database.reading() as session:
            applications = await session.find(RecognitionApplication, decision=row.decision)
        application = applications[0] if applications else None
        granted = False
        if application is not None:
            applied = await self._applying.load(application.id)
            granted = bool(applied.with_status(RedemptionStatus.GRANTED))
        courses = await self._records.find_all(Course, sorted(_courses(found)))
        decided = split_key(row.decision).kind is Kind.DECISION
        return InboxItem(
            notice=row,
            news=found,
            application=application,
            decision=await self._records.find(Decision, row.decision) if decided else None,
            granted=granted,
            titles={one.key: one.content.title for one in courses if one is not None},
        )


def _courses(found: Difference | CreditsChanged) -> set[str]:
    if isinstance(found, CreditsChanged):
        return {one.course for one in found.credits}
    items = (*found.before.items, *found.after.items)
    return {item.home for item in items if item.home is not None}


def _owner(person: AuthenticatedPerson) -> str | None:
    person.require(Role.STUDENT, Role.REGISTRAR)
    return person.id if person.role == Role.STUDENT else None
