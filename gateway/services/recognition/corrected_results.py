"""A corrected mark goes from home to the members that use the credit, sealed to each.

A holder who permits a member to count a credit shows it the mark; the mark that takes its place is
part of the same permission.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from chaincode.domain.credit import Award
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import NotParty
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import EnrolmentKey, Kind, sibling
from chaincode.domain.redemption import Redemption, RedemptionEntry, RedemptionStatus
from chaincode.domain.values import Digest, Version
from gateway.model.recognition import DecisionInput, ShownResult
from gateway.services.intent import OutgoingMessage
from gateway.services.keyring import Keyring
from gateway.services.message_handlers import Keep
from gateway.services.placed_messages import PlacedMessage, opened
from gateway.services.ports import Session
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.noticing import LOOK_AGAIN
from gateway.services.recognition.results import OpenedResult, Results
from gateway.services.recognition.telling import message_to
from gateway.services.records import Records
from gateway.services.visible import visible

CORRECTED_MESSAGE: Final = "result-corrected"


class SentResult(OpenedResult):
    """A mark with what it opens: the award's commitment, in one version of the credit."""

    enrolment: EnrolmentKey
    commitment: Digest
    credit_version: Version


class CorrectedMessage(PlacedMessage):
    """A sealed result."""

    enrolment: EnrolmentKey


@dataclass(frozen=True, slots=True)
class CorrectedResult:
    """What home's registrar is about to accept."""

    enrolment: Enrolment
    mark: int = field(repr=False)
    salt: bytes = field(repr=False)
    commitment: str
    credit_version: int
    """Once it is accepted."""


class TellsResults:
    """Home's side."""

    def __init__(self, records: Records, msp_id: str) -> None:
        self._records = records
        self._msp_id = msp_id

    async def messages(self, result: CorrectedResult) -> tuple[OutgoingMessage, ...]:
        """One for each member that uses the credit, or may; home and teacher open it themselves.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        key = result.enrolment.key
        redemption = await self._records.find(Redemption, sibling(key, Kind.REDEMPTION))
        entries = redemption.entries if redemption else ()
        knows = {self._msp_id, *result.enrolment.parties}
        members = sorted({entry.redeemer for entry in entries if uses(entry)} - knows)
        document = SentResult(
            enrolment=key,
            mark=result.mark,
            salt=result.salt.hex(),
            commitment=result.commitment,
            credit_version=result.credit_version,
        ).model_dump(mode="json")
        found: list[OutgoingMessage] = []
        for member in members:
            found += await message_to(
                self._records,
                member,
                CORRECTED_MESSAGE,
                about="enrolment",
                place=key,
                document=document,
            )
        return tuple(found)


class TakesResults:
    """The decider's side."""

    def __init__(
        self,
        *,
        gathering: Gathering,
        results: Results,
        keyring: Keyring,
        notify: Callable[[], None],
        msp_id: str,
    ) -> None:
        """Take `notify`, which wakes who follows decisions."""
        self._gathering = gathering
        self._results = results
        self._keyring = keyring
        self._notify = notify
        self._msp_id = msp_id

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold a mark to the award that stands.

        Raises:
            NotYetRecorded: this peer does not show the correction yet: send again.
            NotParty: the sender is not the holder's home, or nothing of it is used here.
            BundleRefused: it does not open, or the mark is not the one that was awarded.
        """
        sent = await opened(
            self._keyring,
            document,
            CorrectedMessage,
            SentResult,
            purpose=CORRECTED_MESSAGE,
            place="enrolment",
        )
        award = await self._award(sender, sent)
        if award is None:
            return _nothing
        result = OpenedResult(mark=sent.mark, salt=sent.salt)
        row = self._results.shown(sent.enrolment, award, result)

        async def keep(session: Session) -> None:
            if await session.get(ShownResult, row.enrolment, row.commitment) is None:
                session.add(row)
            key = sibling(sent.enrolment, Kind.CREDIT)
            for one in await session.find(DecisionInput, key=key):
                one.version = LOOK_AGAIN

        return keep

    def taken(self) -> None:
        """Decisions that waited for the mark can be made again."""
        self._notify()

    async def _award(self, sender: str, sent: SentResult) -> Award | None:
        """The award that the mark is of; None where a later correction took its place."""

        async def look() -> Holding | None:
            holding = (await self._gathering.holdings([sent.enrolment]))[sent.enrolment]
            return holding if holding.credit.version >= sent.credit_version else None

        holding = (await self._gathering.holdings([sent.enrolment]))[sent.enrolment]
        if holding.home != sender:
            raise NotParty("the holder's home is another university", field="enrolment")
        if not any(entry.redeemer == self._msp_id and uses(entry) for entry in holding.redemptions):
            raise NotParty("nothing of this credit is used here", field="enrolment")
        holding = await visible(look, "the correction is not")
        if holding.credit.version > sent.credit_version:
            return None
        return holding.require_result()


def uses(entry: RedemptionEntry) -> bool:
    """Whether a member counts the credit, or may by the holder's permission."""
    return entry.counts or entry.status is RedemptionStatus.PERMITTED


async def _nothing(session: Session) -> None:
    """There is nothing to keep."""
    del session
