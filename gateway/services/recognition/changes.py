"""What became of a credit after a decision was made on it: pure.

A decision is held to the versions that it was made on where they are known here, else to the times
of the transactions, in seconds. Such a time is its client's claim: a revision that says it answers
just this kind of change may claim to be earlier by the margin that deadlines are judged with.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from chaincode.domain.certification import Certification
from chaincode.domain.credit import CreditStatus
from chaincode.domain.decision import DecisionTrigger, Revision
from chaincode.domain.holding import Holding
from chaincode.domain.keys import RecordKey, split_key
from chaincode.domain.recognition.demands import QualityDemand
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.redemption import RedemptionEntry
from chaincode.domain.ruling import RulingKind
from chaincode.domain.values import Instant, MspId, Value, Version


class Change(StrEnum):
    """What changed."""

    CORRECTED = "corrected"
    """Home accepted a corrected grade."""
    FAILED = "failed"
    """The same, and the credit is below the pass mark."""
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    LIFTED = "lifted"
    """A ruling that the decision was made under holds no more."""
    CERTIFICATE_WITHDRAWN = "certificate-withdrawn"
    """A member took its word on the course back, and the rule asks for it again."""


_ANSWERS = {
    Change.CORRECTED: DecisionTrigger.CORRECTION,
    Change.FAILED: DecisionTrigger.CORRECTION,
    Change.SUSPENDED: DecisionTrigger.RULING,
    Change.REVOKED: DecisionTrigger.RULING,
    Change.LIFTED: DecisionTrigger.RULING,
    Change.CERTIFICATE_WITHDRAWN: DecisionTrigger.CERTIFICATION,
}
_RULED = {
    RulingKind.SUSPEND: Change.SUSPENDED,
    RulingKind.REVOKE: Change.REVOKED,
    RulingKind.LIFT: Change.LIFTED,
}


class Changed(Value):
    """One change, and where it stands on the ledger."""

    what: Change
    at: Instant
    by: MspId
    """The member whose word it is."""
    key: RecordKey
    version: Version


Knew: TypeAlias = Callable[[str, int, datetime], bool]
"""Whether a word was known: the record's key, its version with that word, and when it was said."""


@dataclass(frozen=True, slots=True)
class Used:
    """One permission of a holder's, with all that bears on the credit."""

    holding: Holding
    entry: RedemptionEntry
    certifications: Sequence[Certification]
    """Every member's word on the course, where the rule asks for it again; else none."""

    @property
    def moved(self) -> datetime:
        """When anything was said last that a decision on the credit is made anew for."""
        holding = self.holding
        words = [
            *(one.at for one in holding.grade.entries),
            *((holding.credit.award.at,) if holding.credit.award else ()),
            *(one.at for one in (holding.ruling.entries if holding.ruling else ())),
            *(one.withdrawal.at for one in self.certifications if one.withdrawal),
        ]
        return max(words, default=self.entry.permitted_at)

    def since_permitted(self) -> tuple[Changed, ...]:
        """All that changed since the holder permitted it, the earliest first."""
        return changes_unless(
            self.holding, self.certifications, self._said_before(self.entry.permitted_at)
        )

    def unanswered(
        self, revision: Revision, seen: Mapping[str, int] | None, *, margin: timedelta
    ) -> tuple[Changed, ...]:
        """What changed since a revision, the earliest first.

        Args:
            revision: the decision's last one.
            seen: the versions that it was made on by ledger key, as far as this member knows them.
            margin: by which a clock may be off.
        """
        if seen is not None and self.holding.credit.key in seen:
            return changes_unless(self.holding, self.certifications, known_by_version(seen))
        found = changes_unless(self.holding, self.certifications, self._said_before(revision.at))
        return tuple(one for one in found if not _answers(revision, one, margin))

    def _said_before(self, moment: datetime) -> Knew:
        """Judge by time; the award that the holder permitted to use is no change of itself."""
        credit, award = self.holding.credit, self.holding.credit.award
        permitted = award is None or (
            credit.version <= self.entry.credit_version and award.at <= self.entry.permitted_at
        )

        def knew(key: str, version: int, at: datetime) -> bool:
            del version
            return at < moment or (permitted and key == credit.key)

        return knew


def changes_unless(
    holding: Holding, certifications: Iterable[Certification], knew: Knew
) -> tuple[Changed, ...]:
    """What became of a credit that was not known, the earliest first."""
    found = (
        *_corrected(holding, knew),
        *_ruled(holding, knew),
        *_withdrawn(holding, certifications, knew),
    )
    return tuple(sorted(found, key=lambda one: (one.at, one.key)))


def known_by_version(seen: Mapping[str, int]) -> Knew:
    """Hold words to the versions that were seen, by ledger key; 0 where there was no record."""
    return lambda key, version, _: version <= seen.get(key, 0)


def asks_again(rule: RuleContent) -> bool:
    """Whether a withdrawn certificate matters after the decision."""
    demands = (*rule.demands, *(one for mapping in rule.mappings for one in mapping.demands))
    return any(isinstance(one, QualityDemand) and one.recheck for one in demands)


def _corrected(holding: Holding, knew: Knew) -> Iterator[Changed]:
    credit, award = holding.credit, holding.credit.award
    if award is None or knew(credit.key, credit.version, award.at):
        return
    what = Change.FAILED if credit.status is CreditStatus.FAILED else Change.CORRECTED
    yield Changed(
        what=what,
        at=award.at,
        by=split_key(award.by).owner,
        key=credit.key,
        version=credit.version,
    )


def _ruled(holding: Holding, knew: Knew) -> Iterator[Changed]:
    ruling = holding.ruling
    if ruling is None:
        return
    known = [knew(ruling.key, one.number, one.at) for one in ruling.entries]
    then = [one for one, known_then in zip(ruling.entries, known, strict=True) if known_then]
    before = ruling.model_copy(update={"entries": tuple(then)}).in_force
    now = ruling.in_force
    if (before.ruling if before else None) == (now.ruling if now else None):
        return
    last = next(one for one in reversed(ruling.entries) if one not in then)
    what = _RULED[now.ruling if now else RulingKind.LIFT]
    yield Changed(what=what, at=last.at, by=last.authority, key=ruling.key, version=ruling.version)


def _withdrawn(
    holding: Holding, certifications: Iterable[Certification], knew: Knew
) -> Iterator[Changed]:
    for one in certifications:
        word = one.withdrawal
        if word is None or one.course_digest != holding.enrolment.course_digest:
            continue
        if knew(one.key, 1, one.at) and not knew(one.key, one.version, word.at):
            yield Changed(
                what=Change.CERTIFICATE_WITHDRAWN,
                at=word.at,
                by=one.certifier,
                key=one.key,
                version=one.version,
            )


def _answers(revision: Revision, change: Changed, margin: timedelta) -> bool:
    meant = revision.number > 1 and revision.trigger is _ANSWERS[change.what]
    return meant and change.at - revision.at <= margin
