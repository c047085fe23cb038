"""The new home's side: a student whom another university released."""

from collections.abc import Mapping, Sequence

from chaincode.domain.errors import NotParty
from chaincode.domain.json_value import JsonValue
from gateway.model.people import Account
from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.services.keyring import Keyring
from gateway.services.message_handlers import Keep
from gateway.services.placed_messages import opened
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.transfers.access import NAME_PURPOSE
from gateway.services.transfers.message import (
    RELEASED_MESSAGE,
    ReleasedCredit,
    ReleasedMessage,
    ReleasedStudent,
)
from gateway.services.transfers.released import Releases


class TakesReleases:
    """Takes what the old home sent, as far as the ledger bears it out."""

    def __init__(
        self,
        *,
        releases: Releases,
        database: Database,
        box: SecretBox,
        keyring: Keyring,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._releases = releases
        self._database = database
        self._box = box
        self._keyring = keyring
        self._clock = clock
        self._msp_id = msp_id

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold a release to the ledger, and the accounts to one person of this member.

        Raises:
            NotYetRecorded: this peer does not show a release yet: send again.
            NotParty: the sender is not the old home, or an account is nobody's here.
            BundleRefused: it does not open.
        """
        sent = await opened(
            self._keyring,
            document,
            ReleasedMessage,
            ReleasedStudent,
            purpose=RELEASED_MESSAGE,
            place="transfer",
        )
        for credit in sent.credits:
            here = await self._releases.here(sender, credit.enrolment, credit.number)
            if here.entry.student != credit.student:
                raise NotParty("the ledger has another transfer of this credit", field="credits")
        person = await self._person(sent)
        name = self._box.seal(sent.name.encode(), owner=sent.transfer, purpose=NAME_PURPOSE)
        transfer = HomeTransfer(sent.transfer, person, sender, self._msp_id, self._clock(), name)

        async def keep(session: Session) -> None:
            await _keep(session, transfer, sent.credits)

        return keep

    def taken(self) -> None:
        """A registrar finds it with the next look."""

    async def _person(self, sent: ReleasedStudent) -> str:
        async with self._database.reading() as session:
            accounts = [await session.get(Account, one.student) for one in sent.credits]
        people = {account.person if account else None for account in accounts}
        person = people.pop()
        if person is None or people:
            raise NotParty("the accounts are not those of one student here", field="credits")
        return person


async def _keep(
    session: Session,
    transfer: HomeTransfer,
    credits_: Sequence[ReleasedCredit],
) -> None:
    before = await session.get(HomeTransfer, transfer.id)
    if before is None:
        session.add(transfer)
    elif (before.person, before.source) != (transfer.person, transfer.source):
        raise NotParty("this transfer is another student's")
    for one in credits_:
        if await session.get(MovingCredit, transfer.id, one.enrolment) is None:
            session.add(MovingCredit(transfer.id, one.enrolment, one.number, one.student))
