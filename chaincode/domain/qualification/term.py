"""Terms: the days on which a university's deadlines stand, published once."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, StringConstraints

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument, OutsideWindow, StaleReference
from chaincode.domain.keys import AccountKey, Kind, TermKey
from chaincode.domain.qualification.days import (
    Day,
    Period,
    TimeZone,
    day_of,
    end_of,
    start_of,
    weeks_after,
)
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, MspId, Title, Value

_LONGEST = timedelta(days=366)
_LABEL = re.compile(r"(?P<first>[0-9]{4})(?:/(?P<next>[0-9]{2}))?")


def _label(value: str) -> str:
    found = _LABEL.fullmatch(value)
    if not found or (found["next"] and int(found["next"]) != (int(found["first"]) + 1) % 100):
        raise ValueError("an academic year is written 2026, or 2026/27")
    return value


AcademicYear = Annotated[str, StringConstraints(max_length=7), AfterValidator(_label)]
"""2026, or 2026/27 where it runs over the new year."""
ChangeWeeks = Annotated[int, Field(ge=2, le=5)]
Weeks = Annotated[int, Field(ge=1, le=10)]


class TermContent(Value):
    """What a term is: its days, and the weeks that people have for what is due."""

    title: Title
    academic_year: AcademicYear
    starts_on: Day
    ends_on: Day
    time_zone: TimeZone
    change_weeks: ChangeWeeks
    """Learning agreements change so many weeks from the term's start."""
    answer_weeks: Weeks
    """A proposed change is answered within so many weeks."""
    transcript_weeks: Weeks
    """The transcript follows the results within so many weeks."""
    recognition_weeks: Weeks
    """The recognition follows the transcript within so many weeks."""

    def require_consistent(self) -> None:
        """Refuse days that do not follow each other.

        Raises:
            InvalidArgument: `field` says where.
        """
        if not self.starts_on <= self.ends_on <= self.starts_on + _LONGEST:
            raise InvalidArgument("a term ends after it starts, within a year", field="ends_on")
        if self.changes_through > self.ends_on:
            raise InvalidArgument(
                f"the term ends on {self.ends_on}, changes would go on through "
                f"{self.changes_through}",
                field="change_weeks",
            )
        if not -1 <= self.starts_on.year - int(self.academic_year[:4]) <= 1:
            raise InvalidArgument(
                "the term does not start near its academic year", field="academic_year"
            )

    @property
    def period(self) -> Period:
        """The days of the term."""
        return Period(first=self.starts_on, last=self.ends_on)

    @property
    def changes_through(self) -> date:
        """The last day on which a change of a learning agreement is in time."""
        return weeks_after(self.starts_on, self.change_weeks)

    def require_change_open(self, at: datetime, *, margin_seconds: int) -> None:
        """Judge the window for changes with the margin by which a client's clock may be off.

        Raises:
            OutsideWindow: too early or too late; `facts` hold the days.
        """
        margin = timedelta(seconds=margin_seconds)
        first, last = self.starts_on, self.changes_through
        facts = {"first": first.isoformat(), "last": last.isoformat()}
        if at < start_of(first, self.time_zone) - margin:
            raise OutsideWindow("the window for changes has not opened yet", facts=facts)
        if at >= end_of(last, self.time_zone) + margin:
            raise OutsideWindow("the window for changes is closed", facts=facts)

    def answer_by(self, proposed_at: datetime) -> date:
        """The last day for an answer to what was proposed then."""
        return weeks_after(day_of(proposed_at, self.time_zone), self.answer_weeks)

    def transcript_by(self, results_on: date) -> date:
        """The last day for the transcript of results of that day."""
        return weeks_after(results_on, self.transcript_weeks)

    def recognition_by(self, transcript_on: date) -> date:
        """The last day for the recognition after a transcript of that day."""
        return weeks_after(transcript_on, self.recognition_weeks)

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.model_dump(mode="json"))


class Term(Record):
    """A term of one member. It is written once."""

    kind: ClassVar[Kind] = Kind.TERM
    owner_field: ClassVar[str | None] = "owner"

    key: TermKey
    owner: MspId
    content: TermContent
    digest: Digest
    published_by: AccountKey
    published_at: Instant

    @classmethod
    def published(
        cls, key: str, owner: str, content: TermContent, *, by: str, at: datetime, operation: str
    ) -> Self:
        """The owner's registrar publishes a term.

        Raises:
            InvalidArgument: its days do not follow each other.
        """
        content.require_consistent()
        return cls(
            key=key,
            version=1,
            operation=operation,
            owner=owner,
            content=content,
            digest=content.digest(),
            published_by=by,
            published_at=at,
        )

    def require_seen(self, digest: str) -> None:
        """Hold a reference to what was seen.

        Raises:
            StaleReference: the content is not the one that was seen.
        """
        if self.digest != digest or self.content.digest() != digest:
            raise StaleReference("the term is not the one that was seen", field="term_digest")
