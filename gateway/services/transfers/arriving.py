"""The new home's side: a student whom another university released."""

from collections.abc import Mapping, Sequence
from typing import Final

from chaincode.domain.errors import InvalidArgument, NotParty
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.transfer import Transfer, TransferEntry, TransferStatus
from gateway.model.people import Account
from gateway.model.recognition import ShownResult
from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.services.keyring import Keyring
from gateway.services.message_handlers import Keep
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.results import Results
from gateway.services.records import Records
from gateway.services.sealed_messages import open_message
from gateway.services.transfers.access import NAME_PURPOSE
from gateway.services.transfers.message import (
    RELEASED_MESSAGE,
    ReleasedCredit,
    ReleasedMessage,
    ReleasedStudent,
)
from gateway.services.visible import visible

_RELEASED: Final = frozenset({TransferStatus.RELEASED, TransferStatus.ACCEPTED})


class TakesReleases:
    """Takes what the old home sent, as far as the ledger bears it out."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        gathering: Gathering,
        results: Results,
        keyring: Keyring,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._gathering = gathering
        self._results = results
        self._keyring = keyring
        self._clock = clock
        self._msp_id = msp_id

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold a release to the ledger, and the accounts to one person of this member.

        Raises:
            NotYetRecorded: this peer does not show a release yet: send again.
            NotParty: the sender is not the old home, or an account is nobody's here.
            BundleRefused: it does not open, or a mark is not the one that was awarded.
        """
        message = ReleasedMessage.check(document)
        opened = open_message(
            await self._keyring.intake_key(),
            purpose=RELEASED_MESSAGE,
            place=message.transfer,
            sealed=message.sealed,
        )
        sent = ReleasedStudent.check(opened)
        if sent.transfer != message.transfer:
            raise InvalidArgument("the message is about another transfer", field="transfer")
        for credit in sent.credits:
            await self._require_released(sender, credit)
        person = await self._person(sent)
        results = await self._shown(sent)
        name = self._box.seal(sent.name.encode(), owner=sent.transfer, purpose=NAME_PURPOSE)
        transfer = HomeTransfer(sent.transfer, person, sender, self._msp_id, self._clock(), name)

        async def keep(session: Session) -> None:
            await _keep(session, transfer, sent.credits, results)

        return keep

    def taken(self) -> None:
        """A registrar finds it with the next look."""

    async def _require_released(self, sender: str, credit: ReleasedCredit) -> None:
        async def look() -> TransferEntry | None:
            found = await self._records.find(Transfer, sibling(credit.enrolment, Kind.TRANSFER))
            entries = found.entries if found else ()
            entry = next((one for one in entries if one.number == credit.number), None)
            waiting = entry is None or entry.status is TransferStatus.REQUESTED
            return None if waiting else entry

        entry = await visible(look, "the release is not")
        meant = (sender, self._msp_id, credit.student)
        if (entry.source, entry.target, entry.student) != meant:
            raise NotParty("the ledger has another transfer of this credit", field="credits")
        if entry.status not in _RELEASED:
            raise NotParty("the student has asked for something else since", field="credits")

    async def _person(self, sent: ReleasedStudent) -> str:
        async with self._database.reading() as session:
            accounts = [await session.get(Account, one.student) for one in sent.credits]
        people = {account.person if account else None for account in accounts}
        person = people.pop()
        if person is None or people:
            raise NotParty("the accounts are not those of one student here", field="credits")
        return person

    async def _shown(self, sent: ReleasedStudent) -> list[ShownResult]:
        """The marks, each held to the award; an award that was replaced meanwhile is no use."""
        holdings = await self._gathering.holdings(one.enrolment for one in sent.credits)
        found = []
        for credit in sent.credits:
            holding: Holding = holdings[credit.enrolment]
            award, result = holding.credit.award, credit.result
            known = self._msp_id in holding.enrolment.parties
            if known or result is None or award is None:
                continue
            if award.result_commitment == result.commitment:
                found.append(self._results.shown(credit.enrolment, award, result))
        return found


async def _keep(
    session: Session,
    transfer: HomeTransfer,
    credits_: Sequence[ReleasedCredit],
    results: Sequence[ShownResult],
) -> None:
    before = await session.get(HomeTransfer, transfer.id)
    if before is None:
        session.add(transfer)
    elif (before.person, before.source) != (transfer.person, transfer.source):
        raise NotParty("this transfer is another student's")
    for one in credits_:
        if await session.get(MovingCredit, transfer.id, one.enrolment) is None:
            session.add(MovingCredit(transfer.id, one.enrolment, one.number, one.student))
    for result in results:
        if await session.get(ShownResult, result.enrolment, result.commitment) is None:
            session.add(result)
