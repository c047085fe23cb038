"""People whose accepted plans go on after their request has ended."""

from datetime import timedelta
from typing import Final

from gateway.custody.owner import OwnerGate
from gateway.model.people import Account, AccountPurpose, Person, PersonStatus
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import NotPermitted
from gateway.services.ports import Clock, Database

_ONE_ITEM: Final = timedelta(minutes=30)


class Makers:
    """Vouches for who had a plan carried out, as long as they are of this member."""

    def __init__(self, database: Database, gate: OwnerGate, clock: Clock, msp_id: str) -> None:
        """Take the gate: a plan was started by its maker's authenticated request alone."""
        self._database = database
        self._gate = gate
        self._clock = clock
        self._msp_id = msp_id

    async def of(self, person: str) -> AuthenticatedPerson:
        """The maker of a plan that was started.

        Raises:
            NotPermitted: the person has left since.
        """
        async with self._database.reading() as session:
            row = await session.get(Person, person)
            accounts = await session.find(Account, person=person, purpose=AccountPurpose.HOME)
        if row is None or row.status is PersonStatus.CLOSED or not accounts:
            raise NotPermitted("who made the plan has left")
        return AuthenticatedPerson(
            id=row.id,
            login=row.login,
            name=row.name,
            role=row.role,
            account=accounts[0].key,
            msp_id=self._msp_id,
            owner=self._gate.admit(row.id, until=self._clock() + _ONE_ITEM),
        )
