"""Who sees which learning agreements, and as which party."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Party
from chaincode.domain.caller import Role
from chaincode.domain.constitution import Constitution
from chaincode.domain.errors import NotParty, RecordCorrupt
from chaincode.domain.keys import CONSTITUTION_KEY, split_key
from gateway.model.agreements import KnownAgreement
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.ports import Clock, Database
from gateway.services.records import Records

_PAGE = 20
"""Agreements asked of the peer at once: one may have a quarter of a megabyte."""


@dataclass(frozen=True, slots=True)
class AgreementInView:
    """An agreement at one moment, as one person sees it."""

    agreement: Agreement
    parties: frozenset[Party]
    """For whom the person speaks."""
    at: datetime
    margin: timedelta


class AgreementAccess:
    """Loads agreements for people whom they concern.

    The contracts decide by certificate; these checks refuse early and say why.
    """

    def __init__(self, records: Records, database: Database, clock: Clock, msp_id: str) -> None:
        self._records = records
        self._database = database
        self._clock = clock
        self._msp_id = msp_id

    async def read(self, person: AuthenticatedPerson, key: str) -> AgreementInView:
        """One agreement, for its student and the registrars of host and home.

        Raises:
            NotParty: it concerns other people.
            LedgerRefused: there is none (record-not-found).
        """
        agreement = await self._records.load(Agreement, key)
        return await self._in_view(person, agreement, await self._margin())

    async def mine(self, person: AuthenticatedPerson) -> tuple[AgreementInView, ...]:
        """The student's own, or all that the registrar's university is host or home of.

        Raises:
            NotPermitted: neither of them.
        """
        person.require(Role.STUDENT, Role.REGISTRAR)
        margin = await self._margin()
        if person.role == Role.STUDENT:
            found = await self._known(person=person.id)
        else:
            found = [*await self._owned(), *await self._known(person=None)]
        return tuple([await self._in_view(person, agreement, margin) for agreement in found])

    async def _in_view(
        self, person: AuthenticatedPerson, agreement: Agreement, margin: timedelta
    ) -> AgreementInView:
        parties: frozenset[Party] = frozenset()
        if person.role == Role.STUDENT:
            async with self._database.reading() as session:
                row = await session.get(KnownAgreement, agreement.key)
            if row is not None and row.person == person.id:
                parties = frozenset({Party.STUDENT})
        elif person.role == Role.REGISTRAR:
            parties = agreement.universities(person.msp_id)
        if not parties:
            raise NotParty("this agreement concerns other people")
        return AgreementInView(agreement, parties, self._clock(), margin)

    async def _known(self, *, person: str | None) -> list[Agreement]:
        """The rows' agreements as far as the ledger has them: a proposal may be refused."""
        async with self._database.reading() as session:
            rows = await session.find(KnownAgreement, person=person, order_by=("known_since",))
        found = []
        for row in rows:
            try:
                agreement = await self._records.find(Agreement, row.agreement)
            except RecordCorrupt:
                # Host and home together can spoil a record: one must not hide the others.
                continue
            if agreement is not None:
                found.append(agreement)
        return found

    async def _owned(self) -> list[Agreement]:
        found: list[Agreement] = []
        after: str | None = None
        while True:
            page = await self._records.page(Agreement, self._msp_id, after=after, limit=_PAGE)
            found += page
            if len(page) < _PAGE:
                return found
            after = split_key(page[-1].key).identifier

    async def _margin(self) -> timedelta:
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        return timedelta(seconds=constitution.content.parameters.deadline_margin_seconds)
