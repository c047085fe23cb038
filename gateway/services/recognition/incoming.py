"""What other members' gateways send about recognition, each held to this member's ledger.

To a decider: a student's application. To a student's home: what was decided.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from pydantic import Field

from chaincode.domain.commands.base import Arguments
from chaincode.domain.commitment import require_equal
from chaincode.domain.credit import Award
from chaincode.domain.decision import Decision
from chaincode.domain.errors import NotParty
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import (
    DecisionKey,
    EnrolmentKey,
    Kind,
    ProgrammeKey,
    RuleKey,
    sibling,
)
from chaincode.domain.redemption import Redemption, RedemptionEntry
from chaincode.domain.values import Digest, Number, RandomId
from gateway.model.recognition import (
    AppliedCredit,
    RecognitionApplication,
    ShownDecision,
    ShownResult,
)
from gateway.services.errors import RowConflict
from gateway.services.keyring import Keyring
from gateway.services.message_handlers import Keep
from gateway.services.placed_messages import PlacedMessage, opened
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.kept import explanation_commitment
from gateway.services.recognition.results import OpenedResult, Results
from gateway.services.recognition.shown import sealed_decision
from gateway.services.recognition.telling import DECIDED_MESSAGE, ToldDecision, unpacked
from gateway.services.records import Records
from gateway.services.visible import visible

APPLICATION_MESSAGE: Final = "recognition-application"
MAX_CREDITS: Final = 20
"""Of one application: each permission is a transaction of its own."""


class ShownMark(OpenedResult):
    """A mark, and the award's commitment that it opens."""

    commitment: Digest


class SentCredit(Arguments):
    """One credit of an application; without a result the decider cannot check a grade."""

    enrolment: EnrolmentKey
    number: Number
    """Of the holder's permission."""
    result: ShownMark | None


class SentApplication(Arguments):
    """An application as the decider learns it."""

    application: RandomId
    student: RandomId
    """Tells the applications of one student apart from others', for this decider alone."""
    programme: ProgrammeKey
    rule: RuleKey
    credits: Annotated[tuple[SentCredit, ...], Field(min_length=1, max_length=MAX_CREDITS)]


class ApplicationMessage(PlacedMessage):
    """A sealed application."""

    application: RandomId


class DecidedMessage(PlacedMessage):
    """A sealed decision."""

    decision: DecisionKey


class TakesApplications:
    """The decider's side of an application from another home."""

    def __init__(
        self,
        *,
        records: Records,
        gathering: Gathering,
        results: Results,
        keyring: Keyring,
        clock: Clock,
        notify: Callable[[], None],
        msp_id: str,
    ) -> None:
        """Take `notify`, which wakes who decides."""
        self._records = records
        self._gathering = gathering
        self._results = results
        self._keyring = keyring
        self._clock = clock
        self._notify = notify
        self._msp_id = msp_id

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold an application to permissions and awards.

        Raises:
            NotYetRecorded: this peer does not show a permission yet: send again.
            NotParty: the sender is not home, or the permission is for something else.
            BundleRefused: it does not open, or a mark is not the one that was awarded.
        """
        sent = await opened(
            self._keyring,
            document,
            ApplicationMessage,
            SentApplication,
            purpose=APPLICATION_MESSAGE,
            place="application",
        )
        rows: list[object] = []
        for credit in sent.credits:
            rows += await self._credit(sender, sent, credit)
        application = RecognitionApplication(
            id=sent.application,
            person=None,
            student=sent.student,
            home=sender,
            decider=self._msp_id,
            programme=sent.programme,
            rule=sent.rule,
            agreement=None,
            created_at=self._clock(),
        )

        async def keep(session: Session) -> None:
            if await session.get(RecognitionApplication, application.id) is not None:
                raise RowConflict("this application came before")
            session.add(application)
            for row in rows:
                if not await _kept_before(session, row):
                    session.add(row)

        return keep

    def taken(self) -> None:
        """There is something to decide."""
        self._notify()

    async def _credit(self, sender: str, sent: SentApplication, credit: SentCredit) -> list[object]:
        entry = await self._permission(credit)
        meant = (self._msp_id, sent.programme, sent.rule)
        if (entry.redeemer, entry.programme, entry.rule) != meant:
            raise NotParty("the holder permitted something else", field="credits")
        holding = (await self._gathering.holdings([credit.enrolment]))[credit.enrolment]
        if holding.home != sender:
            raise NotParty("the holder's home is another university", field="credits")
        rows: list[object] = [
            AppliedCredit(sent.application, credit.enrolment, credit.number, entry.amount)
        ]
        award = _meant(holding, credit.result)
        if award is not None and credit.result is not None:
            rows.append(self._results.shown(credit.enrolment, award, credit.result))
        return rows

    async def _permission(self, credit: SentCredit) -> RedemptionEntry:
        key = sibling(credit.enrolment, Kind.REDEMPTION)

        async def look() -> RedemptionEntry | None:
            found = await self._records.find(Redemption, key)
            if found is None or credit.number > len(found.entries):
                return None
            return found.entry(credit.number)

        return await visible(look, "the holder's permission is not")


async def _kept_before(session: Session, row: object) -> bool:
    """Whether a mark was shown with an earlier application."""
    if not isinstance(row, ShownResult):
        return False
    return await session.get(ShownResult, row.enrolment, row.commitment) is not None


def _meant(holding: Holding, result: ShownMark | None) -> Award | None:
    """The award that a mark is of; None where another one took its place meanwhile."""
    award = holding.credit.award
    if result is None or award is None or award.result_commitment != result.commitment:
        return None
    return award


class TakesDecisions:
    """Home's side: what a decider says of an application of one of its students."""

    def __init__(
        self, *, records: Records, keyring: Keyring, database: Database, box: SecretBox
    ) -> None:
        self._records = records
        self._keyring = keyring
        self._database = database
        self._box = box

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold what was told to the decision's own commitment.

        Raises:
            NotYetRecorded: this peer does not show the revision yet: send again.
            NotParty: another member decides this, or the application is for something else.
            BundleRefused: it does not open.
            CommitmentMismatch: the decision on the ledger says something else.
        """
        told = await opened(
            self._keyring,
            document,
            DecidedMessage,
            ToldDecision,
            purpose=DECIDED_MESSAGE,
            place="decision",
        )
        decision = await self._decision(told)
        async with self._database.reading() as session:
            row = await session.get(RecognitionApplication, told.application)
        if row is None or not (row.decider == sender == decision.decider):
            raise NotParty("this application is another member's to decide")
        if (row.programme, row.rule) != (decision.programme, decision.rule):
            raise NotParty("the decision is about something else", field="decision")
        verdict = unpacked(told.verdict)
        require_equal(
            decision.revisions[told.number - 1].computed.explanation_commitment,
            explanation_commitment(decision.key, verdict, told.salt),
            field="verdict",
        )
        shown = sealed_decision(self._box, told, verdict)

        async def keep(session: Session) -> None:
            application = await session.get(RecognitionApplication, told.application)
            if application is None or application.decision not in {None, decision.key}:
                raise NotParty("the application was decided by another decision")
            application.decision = decision.key
            before = await session.get(ShownDecision, told.application)
            if before is None:
                session.add(shown)
            elif before.number < shown.number:
                before.number, before.sealed = shown.number, shown.sealed

        return keep

    def taken(self) -> None:
        """The student finds it with the next look."""

    async def _decision(self, told: ToldDecision) -> Decision:
        async def look() -> Decision | None:
            found = await self._records.find(Decision, told.decision)
            recorded = found is not None and told.number <= len(found.revisions)
            return found if recorded else None

        return await visible(look, f"{told.decision} is not")
