"""Notices: whoever is concerned finds in the inbox what a revision changed.

At the decider the notice is made in the very transaction that makes a revision final; at another
home in the one that takes the decider's message, which was held to the ledger's decision.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.redemption import RedemptionStatus
from gateway.model.operations import Operation
from gateway.model.recognition import (
    DecisionInput,
    KeptRevision,
    RecognitionApplication,
    ShownDecision,
)
from gateway.services.intent import EffectHandler
from gateway.services.message_handlers import Keep, MessageHandler
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.recognition.applied import Applying
from gateway.services.recognition.changes import changes_unless, known_by_version
from gateway.services.recognition.difference import Difference, cited, difference, same
from gateway.services.recognition.kept import opened_revision
from gateway.services.recognition.notices import ChangedCredit, CreditsChanged, sealed_notice
from gateway.services.recognition.shown import opened_decision

LOOK_AGAIN: Final = -1
"""In place of an input's version: something came that no version shows, such as a mark.

Whoever looks again puts another negative number of its own there: only what follows from that
look ends it, since another revision may be under way that knows nothing of what came.
"""


class RevisedWithNotice:
    """The effect of a revision at the decider: nothing that changes stays silent."""

    def __init__(self, effect: EffectHandler, box: SecretBox, clock: Clock) -> None:
        """Take the effect that this one extends."""
        self._effect = effect
        self._box = box
        self._clock = clock

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Tell the registrars, and the student where this member is home too."""
        decision, number = str(arguments["decision"]), int(str(arguments["number"]))
        # What came since somebody looked has still to be looked at.
        inputs = await session.find(DecisionInput, decision=decision)
        own = arguments.get("taken_up")
        since = [one for one in inputs if one.version < 0 and one.version != own]
        await self._effect.committed(session, operation, arguments)
        for again in since:
            again.version = LOOK_AGAIN
        before = await self._verdict(session, decision, number - 1)
        after = await self._verdict(session, decision, number)
        if before is None or after is None:
            return
        stored = arguments.get("changed")
        changed = CreditsChanged.check(stored) if isinstance(stored, dict) else None
        found = _worth_a_notice(decision, number, after, before, changed=changed)
        if found is None:
            return
        session.add(sealed_notice(self._box, self._clock, found, person=None))
        for row in await session.find(RecognitionApplication, decision=decision):
            if row.person is not None:
                session.add(sealed_notice(self._box, self._clock, found, person=row.person))

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Nothing changed."""
        await self._effect.refused(session, operation, arguments)

    async def _verdict(self, session: Session, decision: str, number: int) -> Verdict | None:
        row = await session.get(KeptRevision, decision, number)
        return None if row is None else opened_revision(self._box, row).verdict


class DecisionsWithNotice:
    """Takes what another decider says of a student of this home, and notifies the student."""

    def __init__(
        self,
        handler: MessageHandler,
        database: Database,
        applying: Applying,
        box: SecretBox,
        clock: Clock,
    ) -> None:
        """Take the handler that holds the message to the ledger."""
        self._handler = handler
        self._database = database
        self._applying = applying
        self._box = box
        self._clock = clock

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold it to the ledger; what is kept of it, with a notice where it differs.

        Raises:
            ServiceError, DomainError: the ledger does not bear it out.
        """
        keep = await self._handler.examined(sender, document)
        decision = str(document.get("decision"))
        degrees = await self._degrees(decision)

        async def kept(session: Session) -> None:
            rows = await session.find(RecognitionApplication, decision=decision)
            before = {row.id: await self._shown(session, row.id) for row in rows}
            await keep(session)
            for row in rows:
                told, now = before[row.id], await self._shown(session, row.id)
                if row.person is None or told is None or now is None:
                    continue
                news = _worth_a_notice(
                    decision,
                    *now,
                    told[1],
                    changed=_changed(decision, told[1], now[1], degrees.get(row.id, ())),
                )
                if news is not None:
                    session.add(sealed_notice(self._box, self._clock, news, person=row.person))

        return kept

    async def _degrees(self, decision: str) -> dict[str, list[Holding]]:
        """The credits with which a degree was granted, by application."""
        async with self._database.reading() as session:
            rows = await session.find(RecognitionApplication, decision=decision)
        found: dict[str, list[Holding]] = {}
        for row in rows:
            applied = await self._applying.load(row.id)
            granted = applied.with_status(RedemptionStatus.GRANTED)
            found[row.id] = [applied.holdings[key] for key in sorted(granted)]
        return found

    def taken(self) -> None:
        """The student finds it in the inbox."""
        self._handler.taken()

    async def _shown(self, session: Session, application: str) -> tuple[int, Verdict] | None:
        row = await session.get(ShownDecision, application)
        return None if row is None else (row.number, opened_decision(self._box, row))


def _worth_a_notice(
    decision: str, number: int, after: Verdict, before: Verdict, *, changed: CreditsChanged | None
) -> Difference | CreditsChanged | None:
    """Another result; or the same, where a granted degree used a credit that changed."""
    return changed if same(before, after) else difference(decision, number, before, after)


def _changed(
    decision: str, told: Verdict, now: Verdict, granted: Iterable[Holding]
) -> CreditsChanged | None:
    """What became of a degree's credits between two verdicts that name them.

    The ledger may be ahead of the later one: what that does not know yet, the next one tells.
    """
    seen, known = cited(told), cited(now)
    credits_ = tuple(
        ChangedCredit(
            enrolment=holding.enrolment.key, course=holding.enrolment.course, changes=changes
        )
        for holding in granted
        if holding.credit.key in seen
        and (
            changes := tuple(
                one
                for one in changes_unless(holding, (), known_by_version(seen))
                if one.version <= known.get(one.key, 0)
            )
        )
    )
    return CreditsChanged(about=decision, credits=credits_) if credits_ else None
