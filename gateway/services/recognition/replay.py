"""Replaying decisions: from the ledger and what was kept here to the identical codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chaincode.domain import canonical
from chaincode.domain.decision import Decision, DecisionTrigger, Revision
from chaincode.domain.errors import InvalidArgument, TooIntricate
from chaincode.domain.json_value import JsonValue
from chaincode.domain.recognition.claims import claims_of
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.custody.errors import SecretUnreadable
from gateway.model.recognition import KeptRevision
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.difference import holding_number, same
from gateway.services.recognition.kept import KeptDecision, opened_revision
from gateway.services.records import Records

_SHOWN = 50


class NotReplayed(StrEnum):
    """Why a revision could not be checked."""

    NOTHING_KEPT = "nothing-kept"
    """This gateway has no facts of it: another member decided, or they were erased."""
    UNREADABLE = "unreadable"
    """What is kept here was altered, or stands under a master key that is not loaded."""
    UNKNOWN_EVALUATOR = "unknown-evaluator"
    """This version has no such evaluator."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one revision."""

    number: int
    identical: bool | None
    """None: it could not be checked."""
    differences: tuple[str, ...]
    """Where, as paths, at most 50: parts of the facts, commitments, places in the verdict."""
    reason: NotReplayed | None


class Replay:
    """Repeats decisions; nothing is written."""

    def __init__(
        self, records: Records, database: Database, box: SecretBox, access: ApplicationAccess
    ) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._access = access

    async def replay(
        self, person: AuthenticatedPerson, key: str
    ) -> tuple[Decision, tuple[Replayed, ...]]:
        """Repeat every revision of a decision, with its own rule version, evaluator and day.

        Raises:
            NotParty: it concerns other people.
            LedgerRefused: there is none (record-not-found).
        """
        await self._access.of_decision(person, key)
        decision = await self._records.load(Decision, key)
        rule = await self._records.load(RuleVersion, decision.rule)
        rule.require_digest(decision.rule_digest, field="decision")
        async with self._database.reading() as session:
            rows = await session.find(KeptRevision, decision=key)
        kept = {row.number: row for row in rows}
        return decision, tuple(
            self._replayed(decision, revision, rule, kept) for revision in decision.revisions
        )

    def _replayed(
        self,
        decision: Decision,
        revision: Revision,
        rule: RuleVersion,
        rows: Mapping[int, KeptRevision],
    ) -> Replayed:
        held = holding_number(_before(decision, revision))
        try:
            kept, before = (
                None if number is None or number not in rows else self._opened(rows[number])
                for number in (revision.number, held)
            )
        except SecretUnreadable:
            return Replayed(revision.number, None, (), NotReplayed.UNREADABLE)
        return replayed(decision, revision, rule, kept, held=before)

    def _opened(self, row: KeptRevision) -> KeptDecision:
        return opened_revision(self._box, row)


def _before(decision: Decision, revision: Revision) -> Decision:
    """The decision as it was when a revision was recorded."""
    return decision.model_copy(update={"revisions": decision.revisions[: revision.number - 1]})


def replayed(
    decision: Decision,
    revision: Revision,
    rule: RuleVersion,
    kept: KeptDecision | None,
    *,
    held: KeptDecision | None = None,
) -> Replayed:
    """Repeat one revision from its facts; `held` is the one that held when it was recorded."""
    if kept is None:
        return Replayed(revision.number, None, (), NotReplayed.NOTHING_KEPT)
    computed = revision.computed
    try:
        verdict = evaluate(
            rule.content, kept.facts, computed.decided_on, evaluator=decision.evaluator
        )
    except InvalidArgument:
        return Replayed(revision.number, None, (), NotReplayed.UNKNOWN_EVALUATOR)
    except TooIntricate:
        # No gateway that keeps to the evaluator could have decided on these facts.
        return Replayed(revision.number, identical=False, differences=("/verdict",), reason=None)
    inputs = kept.inputs_by_path(decision.key)
    found = [path for path, made in inputs.items() if made not in computed.inputs]
    if len(inputs) != len(computed.inputs):
        found.append("/inputs")
    if kept.explanation_commitment(decision.key) != computed.explanation_commitment:
        found.append("/explanation_commitment")
    if verdict.outcome is not computed.outcome:
        found.append("/outcome")
    if computed.claims is not None and computed.claims != claims_of(verdict):
        found.append("/claims")
    if held is not None and _hides(revision, verdict, held.verdict):
        found.append("/differs")
    before, now = kept.verdict.document(), verdict.document()
    if canonical.encode(before) != canonical.encode(now):
        found += [f"/verdict{path}" for path in differences(before, now)]
    return Replayed(revision.number, not found, tuple(found[:_SHOWN]), None)


def _hides(revision: Revision, now: Verdict, held: Verdict) -> bool:
    """Whether a revision says that nothing differs from what held, and something does."""
    said = revision.differs or revision.trigger is DecisionTrigger.WITHDRAWAL
    return not said and now.outcome is held.outcome and not same(now, held)


def differences(before: JsonValue, now: JsonValue, path: str = "") -> Iterator[str]:
    """Where two documents differ, as JSON pointers (RFC 6901)."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in sorted(before.keys() | now.keys()):
            step = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in before or name not in now:
                yield step
            else:
                yield from differences(before[name], now[name], step)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from differences(one, other, f"{path}/{place}")
    elif before != now or type(before) is not type(now):
        yield path
