"""Redemption: a credit counts once towards one degree, among all members.

The record is the sibling of the enrolment; each entry is one permission of the holder and what
became of it. Entries are never removed, so it stays visible who used what under which rule.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field

from chaincode.domain.actor import Actor
from chaincode.domain.errors import InvalidArgument, NotParty, OutsideWindow, WrongState
from chaincode.domain.keys import AccountKey, Kind, ProgrammeKey, RuleKey
from chaincode.domain.record import Record
from chaincode.domain.values import Credits, Digest, Instant, MspId, Number, Value, Version

MAX_REDEMPTIONS = 64


class RedemptionStatus(StrEnum):
    """permitted → held → redeemed → granted; what ends otherwise is free again."""

    PERMITTED = "permitted"
    HELD = "held"
    REDEEMED = "redeemed"
    GRANTED = "granted"
    RELEASED = "released"
    """By the redeemer, or because the holder's home moved away from the redeemer."""
    WITHDRAWN = "withdrawn"
    """By the holder, before the decision."""
    GIVEN_BACK = "given-back"
    """By a revocation that gives back."""


COUNTING = frozenset({RedemptionStatus.HELD, RedemptionStatus.REDEEMED, RedemptionStatus.GRANTED})
"""What takes from the awarded credits."""
_OPEN = frozenset({RedemptionStatus.PERMITTED, RedemptionStatus.HELD})
_UNDECIDED_DEGREE = frozenset({RedemptionStatus.HELD, RedemptionStatus.REDEEMED})


class RedemptionEntry(Value):
    """One permission, signed by the holder, and how far the redeemer has come with it."""

    number: Number
    redeemer: MspId
    programme: ProgrammeKey
    amount: Credits
    rule: RuleKey
    joint: Digest | None
    """The set of joint programmes that the rule names, where the programme is one of them."""
    permitted_by: AccountKey
    permitted_at: Instant
    expires_at: Instant
    status: RedemptionStatus
    credit_version: Version
    """The version of the credit that the last step was decided on."""
    decision_commitment: Digest | None
    by: Actor
    at: Instant

    @property
    def counts(self) -> bool:
        """Whether it takes from the awarded credits."""
        return self.status in COUNTING

    def require_current(self, at: datetime, *, margin_seconds: int) -> None:
        """Judge the end of the permission with the margin by which a clock may be off.

        Raises:
            OutsideWindow: it has expired.
        """
        if at > self.expires_at + timedelta(seconds=margin_seconds):
            raise OutsideWindow(
                "the holder's permission has expired", facts={"number": self.number}
            )


class Permission(Value):
    """What the holder permits: who, towards which degree, how much, under which rule."""

    redeemer: MspId
    programme: ProgrammeKey
    amount: Credits
    rule: RuleKey
    joint: Digest | None
    expires_at: Instant
    credit_version: Version


class Redemption(Record):
    """All redemptions of one credit."""

    kind: ClassVar[Kind] = Kind.REDEMPTION

    entries: Annotated[tuple[RedemptionEntry, ...], Field(min_length=1, max_length=MAX_REDEMPTIONS)]

    @classmethod
    def with_permission(
        cls,
        before: "Redemption | None",
        permission: Permission,
        *,
        key: str,
        by: str,
        at: datetime,
        operation: str,
    ) -> "Redemption":
        """PermitRedemption: the first permission makes the record, later ones extend it.

        Raises:
            WrongState: the record is full, or the same permission is open already.
        """
        entries = before.entries if before else ()
        if len(entries) >= MAX_REDEMPTIONS:
            raise WrongState(f"a credit has at most {MAX_REDEMPTIONS} permissions")
        for entry in entries:
            same = (entry.redeemer, entry.programme) == (permission.redeemer, permission.programme)
            if same and entry.status in _OPEN:
                raise WrongState(
                    "this redemption is permitted already: withdraw it first",
                    facts={"number": entry.number},
                )
        entry = RedemptionEntry(
            number=len(entries) + 1,
            redeemer=permission.redeemer,
            programme=permission.programme,
            amount=permission.amount,
            rule=permission.rule,
            joint=permission.joint,
            permitted_by=by,
            permitted_at=at,
            expires_at=permission.expires_at,
            status=RedemptionStatus.PERMITTED,
            credit_version=permission.credit_version,
            decision_commitment=None,
            by=by,
            at=at,
        )
        if before is None:
            return cls(key=key, version=1, operation=operation, entries=(entry,))
        return before.next(operation, entries=(*entries, entry))

    def entry(self, number: int) -> RedemptionEntry:
        """One entry.

        Raises:
            InvalidArgument: there is none of this number.
        """
        if number > len(self.entries):
            raise InvalidArgument("there is no redemption with this number", field="number")
        return self.entries[number - 1]

    def entry_of(self, redeemer: str, number: int) -> RedemptionEntry:
        """One entry of a redeemer's own.

        Raises:
            InvalidArgument: there is none of this number.
            NotParty: the holder permitted it to another member.
        """
        entry = self.entry(number)
        if entry.redeemer != redeemer:
            raise NotParty("the holder permitted this to another member", field="number")
        return entry

    def held(
        self, number: int, *, credit_version: int, by: str, at: datetime, operation: str
    ) -> Self:
        """HoldCredit: the redeemer takes up the application, and the credit is reserved.

        Whether enough is left is `redemption_count`'s question, to be asked first.

        Raises:
            WrongState: not permitted, or not any more.
        """
        self._require(number, RedemptionStatus.PERMITTED)
        return self._moved(
            number,
            operation,
            status=RedemptionStatus.HELD,
            credit_version=credit_version,
            by=by,
            at=at,
        )

    def redeemed(
        self,
        number: int,
        *,
        decision_commitment: str,
        credit_version: int,
        by: str,
        at: datetime,
        operation: str,
    ) -> Self:
        """RedeemCredit: decided; the commitment binds the decision to this credit unseen.

        Raises:
            WrongState: not held.
        """
        self._require(number, RedemptionStatus.HELD)
        return self._moved(
            number,
            operation,
            status=RedemptionStatus.REDEEMED,
            decision_commitment=decision_commitment,
            credit_version=credit_version,
            by=by,
            at=at,
        )

    def granted(
        self, number: int, *, credit_version: int, by: str, at: datetime, operation: str
    ) -> Self:
        """GrantDegree: the degree is granted and keeps what it used.

        Raises:
            WrongState: not redeemed.
        """
        self._require(number, RedemptionStatus.REDEEMED)
        return self._moved(
            number,
            operation,
            status=RedemptionStatus.GRANTED,
            credit_version=credit_version,
            by=by,
            at=at,
        )

    def released(self, number: int, *, by: str, at: datetime, operation: str) -> Self:
        """ReleaseRedemption: the redeemer gives it free again.

        Raises:
            WrongState: neither held nor redeemed.
        """
        self._require(number, *_UNDECIDED_DEGREE)
        return self._moved(number, operation, status=RedemptionStatus.RELEASED, by=by, at=at)

    def withdrawn(self, number: int, *, by: str, at: datetime, operation: str) -> Self:
        """WithdrawPermission: the holder takes it back before the decision.

        Raises:
            WrongState: decided, or ended otherwise.
        """
        self._require(number, *_OPEN)
        return self._moved(number, operation, status=RedemptionStatus.WITHDRAWN, by=by, at=at)

    def given_back(self, *, by: str, at: datetime, operation: str) -> Self | None:
        """A revocation gives back all but granted degrees; None where nothing changes."""

        def give_back(entry: RedemptionEntry) -> RedemptionStatus | None:
            return RedemptionStatus.GIVEN_BACK if entry.status in _UNDECIDED_DEGREE else None

        return self._all_moved(give_back, by=by, at=at, operation=operation)

    def freed_from(self, home: str, *, by: str, at: datetime, operation: str) -> Self | None:
        """A transfer frees what the old home has not granted; None where nothing changes."""

        def free(entry: RedemptionEntry) -> RedemptionStatus | None:
            if entry.redeemer != home:
                return None
            if entry.status is RedemptionStatus.PERMITTED:
                return RedemptionStatus.WITHDRAWN
            return RedemptionStatus.RELEASED if entry.status in _UNDECIDED_DEGREE else None

        return self._all_moved(free, by=by, at=at, operation=operation)

    def _require(self, number: int, *allowed: RedemptionStatus) -> None:
        status = self.entry(number).status
        if status not in allowed:
            wanted = " or ".join(sorted(one.value for one in allowed))
            raise WrongState(
                f"this redemption is {status.value}, not {wanted}", facts={"status": status.value}
            )

    def _moved(self, number: int, operation: str, **changes: object) -> Self:
        entries = tuple(
            entry.model_copy(update=changes) if entry.number == number else entry
            for entry in self.entries
        )
        return self.next(operation, entries=entries)

    def _all_moved(
        self,
        status_of: Callable[[RedemptionEntry], RedemptionStatus | None],
        *,
        by: str,
        at: datetime,
        operation: str,
    ) -> Self | None:
        moved = tuple(
            entry.model_copy(update={"status": status, "by": by, "at": at})
            if (status := status_of(entry))
            else entry
            for entry in self.entries
        )
        return None if moved == self.entries else self.next(operation, entries=moved)
