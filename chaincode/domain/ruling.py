"""Rulings: an authority suspends a credit, lifts that, or revokes the credit."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from chaincode.domain.errors import InvalidArgument, NotParty, WrongState
from chaincode.domain.keys import AccountKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Instant, MspId, Number, Value

MAX_RULINGS = 64


class RulingKind(StrEnum):
    """What an authority may say; lift ends a suspension or, after an appeal, a revocation."""

    SUSPEND = "suspend"
    LIFT = "lift"
    REVOKE = "revoke"


class RulingReason(StrEnum):
    """Why: a closed list, since blocks keep what is said of a student."""

    INVESTIGATION = "investigation"
    FORGED_EVIDENCE = "forged-evidence"
    PLAGIARISM = "plagiarism"
    EXAMINATION_IRREGULAR = "examination-irregular"
    COURSE_IRREGULAR = "course-irregular"
    TEACHER_IRREGULAR = "teacher-irregular"
    AWARDED_IN_ERROR = "awarded-in-error"
    UNFOUNDED = "unfounded"
    APPEAL_UPHELD = "appeal-upheld"


class RulingEntry(Value):
    """One word of an authority."""

    number: Number
    ruling: RulingKind
    reason: RulingReason
    gives_back: bool
    """Whether a revocation ends the redemptions of the credit, granted degrees apart."""
    authority: MspId
    by: AccountKey
    at: Instant


class Ruling(Record):
    """All rulings on one credit; each authority's last one holds, a revocation before the rest."""

    kind: ClassVar[Kind] = Kind.RULING

    entries: Annotated[tuple[RulingEntry, ...], Field(min_length=1, max_length=MAX_RULINGS)]

    @property
    def in_force(self) -> RulingEntry | None:
        """The suspension or revocation that holds, None where all were lifted.

        A revocation that is lifted leaves standing what another authority had suspended.
        """
        holding: dict[str, RulingEntry] = {}
        for entry in self.entries:
            if entry.ruling is RulingKind.LIFT:
                holding.pop(entry.authority, None)
            else:
                holding[entry.authority] = entry
        words = sorted(holding.values(), key=lambda entry: entry.ruling is not RulingKind.REVOKE)
        return words[0] if words else None

    @classmethod
    def ruled(
        cls,
        before: "Ruling | None",
        *,
        key: str,
        ruling: RulingKind,
        reason: RulingReason,
        gives_back: bool,
        authority: str,
        authorities: int,
        by: str,
        at: datetime,
        operation: str,
    ) -> "Ruling":
        """RuleOnCredit: the first ruling makes the record, later ones extend it.

        Each of so many `authorities` has a share of the entries, so that none uses up another's.

        Raises:
            InvalidArgument: something but a revocation gives back.
            WrongState: it would change nothing, suspends what is revoked, or the record or the
                authority's share is full; the last entry of a share can lift alone.
            NotParty: another authority's ruling is lifted.
        """
        entries = before.entries if before else ()
        if gives_back and ruling is not RulingKind.REVOKE:
            raise InvalidArgument("a revocation alone gives back", field="gives_back")
        if len(entries) >= MAX_RULINGS:
            raise WrongState(f"a credit has at most {MAX_RULINGS} rulings")
        _require_share(entries, ruling, authority, share=max(2, MAX_RULINGS // authorities))
        _require_follows(before.in_force if before else None, ruling, authority)
        entry = RulingEntry(
            number=len(entries) + 1,
            ruling=ruling,
            reason=reason,
            gives_back=gives_back,
            authority=authority,
            by=by,
            at=at,
        )
        if before is None:
            return cls(key=key, version=1, operation=operation, entries=(entry,))
        return before.next(operation, entries=(*entries, entry))


def _require_share(
    entries: Sequence[RulingEntry], ruling: RulingKind, authority: str, *, share: int
) -> None:
    """Hold an authority to its share, with room to lift whatever it says."""
    used = sum(entry.authority == authority for entry in entries)
    if used + (1 if ruling is RulingKind.LIFT else 2) > share:
        raise WrongState(
            f"each authority says at most {share} words on a credit, the last of them a lift",
            facts={"limit": share},
        )


def _require_follows(now: RulingEntry | None, ruling: RulingKind, authority: str) -> None:
    if ruling is RulingKind.LIFT:
        if now is None:
            raise WrongState("no ruling is in force that could be lifted")
        if now.authority != authority:
            raise NotParty("another authority ruled: it alone lifts its ruling")
        return
    revoked = now is not None and now.ruling is RulingKind.REVOKE
    if now is not None and (revoked or now.ruling is ruling):
        found = "revoked" if revoked else "suspended"
        raise WrongState(f"the credit is {found} already", facts={"status": found})
