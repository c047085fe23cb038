"""Who sees which applications for recognition, and what they see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chaincode.domain.caller import Role
from chaincode.domain.decision import Decision
from chaincode.domain.errors import NotParty
from gateway.model.recognition import RecognitionApplication
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import NotFound
from gateway.services.ports import Database
from gateway.services.recognition.applied import Applied, Applying
from gateway.services.records import Records

PAGE = 50


@dataclass(frozen=True, slots=True)
class ApplicationInView:
    """An application with the decision on it, as far as this gateway knows it."""

    applied: Applied
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """Some applications, the latest first; `after` continues behind them."""

    applications: tuple[RecognitionApplication, ...]
    after: str | None


class ApplicationAccess:
    """Finds applications for the student whose they are, and for registrars of the decider."""

    def __init__(
        self, records: Records, database: Database, applying: Applying, msp_id: str
    ) -> None:
        self._records = records
        self._database = database
        self._applying = applying
        self._msp_id = msp_id

    async def mine(self, person: AuthenticatedPerson, *, after: str | None) -> ApplicationPage:
        """The student's own, or all that this member decides, the latest first.

        Args:
            person: who asks.
            after: the application behind which the page begins.

        Raises:
            NotPermitted: neither a student nor a registrar.
        """
        person.require(Role.STUDENT, Role.REGISTRAR)
        bound = None if after is None else await self.require(person, after)
        async with self._database.reading() as session:
            equal: dict[str, Any] = (
                {"person": person.id} if person.role == Role.STUDENT else {"decider": self._msp_id}
            )
            rows: Sequence[RecognitionApplication] = await session.find(
                RecognitionApplication,
                order_by=("-created_at", "-id"),
                at_most=None if bound is None else {"created_at": bound.created_at},
                limit=PAGE + 1 if bound is None else None,
                **equal,
            )
        if bound is not None:
            mark = (bound.created_at, bound.id)
            rows = [row for row in rows if (row.created_at, row.id) < mark]
        page = tuple(rows[:PAGE])
        return ApplicationPage(page, page[-1].id if len(rows) > PAGE else None)

    async def read(self, person: AuthenticatedPerson, identifier: str) -> ApplicationInView:
        """One application.

        Raises:
            NotFound: there is none here.
            NotParty: it is another student's, or another member's to decide.
        """
        await self.require(person, identifier)
        applied = await self._applying.load(identifier)
        key = applied.application.decision
        found = None if key is None else await self._records.find(Decision, key)
        return ApplicationInView(applied, found)

    async def require(self, person: AuthenticatedPerson, identifier: str) -> RecognitionApplication:
        """Hold a person to applications that concern her.

        Raises:
            NotFound: there is none here.
            NotParty: it is another student's, or another member's to decide.
        """
        async with self._database.reading() as session:
            row = await session.get(RecognitionApplication, identifier)
        if row is None:
            raise NotFound("there is no such application")
        if not self._concerns(person, row):
            raise NotParty("this application concerns other people")
        return row

    async def of_decision(
        self, person: AuthenticatedPerson, decision: str
    ) -> RecognitionApplication:
        """The application that a decision is about.

        Raises:
            NotParty: it concerns other people, or nothing about it is known here.
        """
        async with self._database.reading() as session:
            rows = await session.find(RecognitionApplication, decision=decision)
        mine = [row for row in rows if self._concerns(person, row)]
        if not mine:
            raise NotParty("this decision concerns other people", field="decision")
        return mine[0]

    def _concerns(self, person: AuthenticatedPerson, row: RecognitionApplication) -> bool:
        if person.role == Role.STUDENT:
            return row.person == person.id
        return person.role == Role.REGISTRAR and row.decider == self._msp_id
