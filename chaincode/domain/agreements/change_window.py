"""Until when a change of an agreement is in time, what a late one needs, and answers are due."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.qualification.days import Day, TimeZone, day_of, end_of, weeks_after
from chaincode.domain.qualification.term import TermContent
from chaincode.domain.values import Value

ANSWER_WITHIN = timedelta(days=14)
"""How long a proposal may wait for its answers at most (Erasmus+: two weeks)."""


class ChangeWindow(Value):
    """The last day on which a proposal is in time, at the host.

    All is copied from the term when the agreement is made, and so agreed upon with the rest.
    """

    through: Day
    time_zone: TimeZone
    answer_weeks: Annotated[int, Field(ge=1, le=4)]
    """How long answers may take at the host; two weeks at most in any case."""

    @classmethod
    def of(cls, term: TermContent) -> Self:
        """What a term says of changes and answers."""
        return cls(
            through=weeks_after(term.starts_on, term.change_weeks),
            time_zone=term.time_zone,
            answer_weeks=term.answer_weeks,
        )

    def latest_answer(self, proposed_at: datetime) -> datetime:
        """The last instant at which an answer can be due."""
        last = weeks_after(day_of(proposed_at, self.time_zone), self.answer_weeks)
        return min(proposed_at + ANSWER_WITHIN, end_of(last, self.time_zone))

    def require_reasoned(self, at: datetime, *, reason: bool, margin: timedelta) -> None:
        """Hold a proposal after the window to a reason, and one in time to none.

        Within the margin of the clocks after its end, both are taken.

        Raises:
            InvalidArgument: the reason is missing, or there is nothing that it could excuse.
        """
        closed = end_of(self.through, self.time_zone)
        last = f"through {self.through.isoformat()} ({self.time_zone})"
        if at >= closed + margin and not reason:
            raise InvalidArgument(
                f"changes were possible {last}: a late one needs its reason",
                field="late_reason",
                facts={"through": self.through.isoformat(), "time_zone": self.time_zone},
            )
        if at < closed and reason:
            raise InvalidArgument(
                f"changes are possible {last}: this one is not late", field="late_reason"
            )
