"""One decision whose inputs moved: its own rule, evaluator and day on the facts as they are now."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chaincode.domain.decision import Decision, DecisionStatus
from chaincode.domain.redemption import RedemptionStatus
from gateway.model.operations import Operation
from gateway.model.recognition import DecisionInput, KeptRevision, RecognitionApplication
from gateway.services.errors import Conflict, RowConflict
from gateway.services.ports import Clock, Database, SecretBox
from gateway.services.recognition.acting import Acting, committed
from gateway.services.recognition.applied import Applied, Applying
from gateway.services.recognition.changes import changes_unless, known_by_version
from gateway.services.recognition.considering import Considering
from gateway.services.recognition.difference import Difference, difference, same, trigger_of
from gateway.services.recognition.gathering import Case
from gateway.services.recognition.kept import KeptDecision, opened_revision
from gateway.services.recognition.notices import ChangedCredit, CreditsChanged, sealed_notice
from gateway.services.recognition.noticing import LOOK_AGAIN
from gateway.services.recognition.worker import may_be_automatic
from gateway.services.records import Records

_LOOKS: Final = 2**31 - 2
"""So many numbers below `LOOK_AGAIN` fit into a column of 32 bits."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a decision was made on and is not the same any more."""

    versions: Mapping[str, int]
    """By ledger key, as seen; what was read since stands in the case."""
    again: bool = False
    """Whether something came that no version shows."""


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """What a decision would say now."""

    applied: Applied
    decision: Decision
    moved: Moved
    taken_up: int | None
    """What stands in place of the versions of inputs that no version shows."""
    case: Case = field(repr=False)
    held: KeptDecision = field(repr=False)
    """The revision that holds; while nothing has stood, the last one."""
    now: KeptDecision = field(repr=False)

    @property
    def differs(self) -> bool:
        """Whether something else would be recognised than what holds."""
        return not same(self.held.verdict, self.now.verdict)

    @property
    def judged_alike(self) -> bool:
        """Whether a person judged otherwise than was computed, on what is computed again now."""
        holds = self.decision.holds
        if self.decision.status is DecisionStatus.REOPENED:
            return False
        return holds not in {None, self.now.verdict.outcome} and not self.differs


class Reconsidering:
    """Reads and evaluates; `record` alone writes."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        applying: Applying,
        considering: Considering,
        acting: Acting,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._applying = applying
        self._considering = considering
        self._acting = acting
        self._clock = clock
        self._msp_id = msp_id

    async def again(self, key: str, moved: Moved) -> Reconsidered | None:
        """Evaluate a decision anew; None where there is nothing to decide again.

        Raises:
            Conflict: what was written of the decision last is not final here yet.
            LedgerUnavailable: the peer cannot be reached.
            RecordNotFound, RecordCorrupt, BundleRefused: a fact cannot be read.
            InvalidArgument: this version has no such evaluator.
        """
        taken_up = await self._take_up(key) if moved.again else None
        async with self._database.one_view():
            found = await self._evaluated(key, moved, taken_up)
        if found is None:
            await self._forget_withdrawn(key)
        elif not await self._unnoted(found):
            return None
        return found

    async def _evaluated(self, key: str, moved: Moved, taken_up: int | None) -> Reconsidered | None:
        async with self._database.reading() as session:
            rows = await session.find(RecognitionApplication, decision=key, decider=self._msp_id)
        decision = await self._records.find(Decision, key) if rows else None
        if decision is None or decision.status is DecisionStatus.WITHDRAWN:
            return None
        applied = await self._applying.load(rows[0].id)
        found = await self._considering.again(applied, decision)
        if found.held is None:
            raise LookupError(f"nothing was kept of {key}")
        return Reconsidered(applied, decision, moved, taken_up, found.case, found.held, found.now)

    async def _unnoted(self, found: Reconsidered) -> bool:
        """Whether no revision has noted what moved: one may be on the ledger and not final here."""
        versions = found.moved.versions
        async with self._database.reading() as session:
            written = await session.get(Operation, found.decision.operation)
            inputs = await session.find(DecisionInput, decision=found.decision.key)
        if written is not None and not written.status.final:
            raise Conflict("what was written of the decision last is not final yet")
        return any(row.version != versions.get(row.key, row.version) for row in inputs)

    async def record(self, found: Reconsidered) -> bool:
        """Record the revision (ReviseDecision); False where it has to be tried again.

        A decision that a person judged otherwise than the rule stays as it is while the rule says
        the same; one that has no room for revisions is left to its registrars. Nobody uses up that
        room by saying again what was known before.
        """
        decision = found.decision
        watched = {**found.moved.versions, **found.case.watched}
        last = await self._last(found)
        changed = await self._of_degree(found, last)
        if found.judged_alike or (changed is None and _was_known(found, last)):
            await self._note_inputs(found, watched, changed)
            return True
        if decision.full:
            await self._note_inputs(found, watched, _unrecorded(found, last) or changed)
            return True
        automatic = decision.holds is None and await self._automatic(found)
        try:
            view = await self._acting.revise(
                found.applied.application,
                decision,
                found.now,
                decision.latest.computed.decided_on,
                trigger=trigger_of(found.moved.versions),
                differs=decision.holds is not None and found.differs,
                automatic=automatic,
                watched=watched,
                taken_up=found.taken_up,
                changed=changed,
            )
        except RowConflict:
            # Another process is recording this very revision.
            return False
        return committed(view)

    async def _automatic(self, found: Reconsidered) -> bool:
        binding = await self._considering.binding(found.applied)
        return may_be_automatic(found.applied, found.now.verdict, agreed=binding is not None)

    async def _require_final(self, key: str) -> None:
        """Wait for a revision that is under way, which may have taken up what came itself."""
        decision = await self._records.find(Decision, key)
        if decision is None:
            return
        next_ = len(decision.revisions) + 1
        async with self._database.reading() as session:
            written = await session.get(Operation, decision.operation)
            stored = await session.get(KeptRevision, key, next_)
        if stored is not None or (written is not None and not written.status.final):
            raise Conflict("a revision of the decision is under way")

    async def _take_up(self, key: str) -> int:
        """Whatever comes from here on is seen by the next look; what stands for this one."""
        await self._require_final(key)
        own = LOOK_AGAIN - 1 - secrets.randbelow(_LOOKS)
        async with self._database.writing() as session:
            for row in await session.find(DecisionInput, decision=key):
                if row.version < 0:
                    row.version = own
        return own

    async def _last(self, found: Reconsidered) -> KeptDecision:
        number = found.decision.latest.number
        async with self._database.reading() as session:
            row = await session.get(KeptRevision, found.decision.key, number)
        if row is None:
            raise LookupError(f"nothing was kept of {found.decision.key}")
        return opened_revision(self._box, row)

    async def _of_degree(self, found: Reconsidered, last: KeptDecision) -> CreditsChanged | None:
        """What became of the credits since, where a degree was granted with any of them."""
        granted = found.applied.with_status(RedemptionStatus.GRANTED)
        if not granted:
            return None
        async with self._database.reading() as session:
            inputs = await session.find(DecisionInput, decision=found.decision.key)
        sources = [source for credit in last.facts.credits for source in credit.sources]
        seen = {one.key: one.version for one in sources}
        for row in inputs:
            seen[row.key] = max(row.version, seen.get(row.key, 0))
        changed = [
            ChangedCredit(enrolment=key, course=holding.enrolment.course, changes=changes)
            for key, holding in found.case.holdings.items()
            if key in granted and (changes := changes_unless(holding, (), known_by_version(seen)))
        ]
        return CreditsChanged(about=found.decision.key, credits=tuple(changed)) if changed else None

    async def _note_inputs(
        self,
        found: Reconsidered,
        watched: Mapping[str, int],
        news: Difference | CreditsChanged | None,
    ) -> None:
        """What no revision says is said to the registrars, and of a degree to its holder."""
        application = found.applied.application
        people = {None, application.person} if isinstance(news, CreditsChanged) else {None}
        async with self._database.writing() as session:
            if news is not None:
                for person in people:
                    session.add(sealed_notice(self._box, self._clock, news, person=person))
            kept = await session.get(RecognitionApplication, application.id)
            if kept is not None:
                # As after a revision: its credits may have been given free for others to use.
                kept.open = True
            for row in await session.find(DecisionInput, decision=found.decision.key):
                looked = row.version >= 0 or row.version == found.taken_up
                if looked and row.key in watched:
                    row.version = watched[row.key]

    async def _forget_withdrawn(self, key: str) -> None:
        """Where nothing is decided any more, no change matters."""
        decision = await self._records.find(Decision, key)
        if decision is None or decision.status is not DecisionStatus.WITHDRAWN:
            return
        async with self._database.writing() as session:
            for row in await session.find(DecisionInput, decision=key):
                await session.delete(row)


def _was_known(found: Reconsidered, last: KeptDecision) -> bool:
    """Whether the last revision was made on these very facts, and on the versions that moved."""
    sources = {one.key: one.version for credit in last.facts.credits for one in credit.sources}
    seen = all(sources.get(key) == version for key, version in found.moved.versions.items())
    return seen and found.now.facts == last.facts


def _unrecorded(found: Reconsidered, last: KeptDecision) -> Difference | None:
    """What a full decision says no more."""
    now = found.now.verdict
    if same(last.verdict, now):
        return None
    return difference(found.decision.key, found.decision.latest.number, last.verdict, now)
