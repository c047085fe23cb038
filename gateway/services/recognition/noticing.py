"""Notices: whoever is concerned finds in the inbox what a revision changed.

At the decider the notice is made in the very transaction that makes a revision final; at another
home in the one that takes the decider's message, which was held to the ledger's decision.
"""

from collections.abc import Mapping
from typing import Final

from chaincode.domain.json_value import JsonValue
from chaincode.domain.recognition.verdict import Verdict
from gateway.model.operations import Operation
from gateway.model.recognition import (
    DecisionInput,
    KeptRevision,
    RecognitionApplication,
    ShownDecision,
)
from gateway.services.intent import EffectHandler
from gateway.services.message_handlers import Keep, MessageHandler
from gateway.services.ports import Clock, SecretBox, Session
from gateway.services.recognition.difference import Difference, difference, same
from gateway.services.recognition.kept import opened_revision
from gateway.services.recognition.notices import CreditsChanged, sealed_notice
from gateway.services.recognition.shown import opened_decision

LOOK_AGAIN: Final = -1
"""In place of an input's version: something came that no version shows, such as a mark."""
TAKEN_UP: Final = -2
"""The same, once somebody is looking again."""


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
        since = await session.find(DecisionInput, decision=decision, version=LOOK_AGAIN)
        await self._effect.committed(session, operation, arguments)
        for again in since:
            again.version = LOOK_AGAIN
        before = await self._verdict(session, decision, number - 1)
        after = await self._verdict(session, decision, number)
        found = _worth_a_notice(decision, number, before, after, arguments.get("changed"))
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

    def __init__(self, handler: MessageHandler, box: SecretBox, clock: Clock) -> None:
        """Take the handler that holds the message to the ledger."""
        self._handler = handler
        self._box = box
        self._clock = clock

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold it to the ledger; what is kept of it, with a notice where it differs.

        Raises:
            ServiceError, DomainError: the ledger does not bear it out.
        """
        keep = await self._handler.examined(sender, document)
        decision = str(document.get("decision"))

        async def kept(session: Session) -> None:
            rows = await session.find(RecognitionApplication, decision=decision)
            before = {row.id: await self._shown(session, row.id) for row in rows}
            await keep(session)
            for row in rows:
                told, now = before[row.id], await self._shown(session, row.id)
                if row.person is None or told is None or now is None or same(told[1], now[1]):
                    continue
                found = difference(decision, now[0], told[1], now[1])
                session.add(sealed_notice(self._box, self._clock, found, person=row.person))

        return kept

    def taken(self) -> None:
        """The student finds it in the inbox."""
        self._handler.taken()

    async def _shown(self, session: Session, application: str) -> tuple[int, Verdict] | None:
        row = await session.get(ShownDecision, application)
        return None if row is None else (row.number, opened_decision(self._box, row))


def _worth_a_notice(
    decision: str,
    number: int,
    before: Verdict | None,
    after: Verdict | None,
    changed: JsonValue,
) -> Difference | CreditsChanged | None:
    """Another result; or the same, where a granted degree used a credit that changed."""
    if before is not None and after is not None and not same(before, after):
        return difference(decision, number, before, after)
    return CreditsChanged.check(changed) if isinstance(changed, dict) else None
