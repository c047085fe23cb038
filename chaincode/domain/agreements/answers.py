"""What the three parties of an agreement say to a version."""

from collections.abc import Collection
from enum import StrEnum
from typing import Self

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.keys import AccountKey
from chaincode.domain.values import Instant, Value


class Party(StrEnum):
    """Whose approval a version needs."""

    STUDENT = "student"
    HOST = "host"
    HOME = "home"


class RefusalReason(StrEnum):
    """Why a version is refused: a closed list, since blocks keep what is said of a student."""

    NOT_EQUIVALENT = "not-equivalent"
    CREDITS_DO_NOT_FIT = "credits-do-not-fit"
    COURSE_NOT_OFFERED = "course-not-offered"
    COURSE_FULL = "course-full"
    PREREQUISITES_MISSING = "prerequisites-missing"
    TIMETABLE_CONFLICT = "timetable-conflict"
    TOO_LATE = "too-late"
    NOT_WANTED = "not-wanted"
    OTHER = "other"


class Answer(Value):
    """One party's word on one version."""

    approve: bool
    reason: RefusalReason | None
    by: AccountKey
    at: Instant

    def require_reasoned(self) -> None:
        """Hold a refusal to its reason, and an approval to none.

        Raises:
            InvalidArgument: otherwise.
        """
        if not self.approve and self.reason is None:
            raise InvalidArgument("a refusal needs its reason", field="reason")
        if self.approve and self.reason is not None:
            raise InvalidArgument("an approval has no reason for refusing", field="reason")


class Answers(Value):
    """What each party has said so far; None where it has not."""

    student: Answer | None = None
    host: Answer | None = None
    home: Answer | None = None

    def of(self, party: Party) -> Answer | None:
        """One party's answer."""
        answer: Answer | None = getattr(self, party.value)
        return answer

    def given(self, answer: Answer, parties: Collection[Party]) -> Self:
        """With the answer of these parties: two where one university is host and home."""
        return self.model_copy(update={party.value: answer for party in parties})

    @property
    def missing(self) -> tuple[Party, ...]:
        """The parties that have not answered."""
        return tuple(party for party in Party if self.of(party) is None)

    @property
    def given_by(self) -> frozenset[Party]:
        """The parties that have answered."""
        return frozenset(Party) - frozenset(self.missing)

    @property
    def unanimous(self) -> bool:
        """Whether all three approve."""
        return not self.missing and not self.refused

    @property
    def refused(self) -> bool:
        """Whether somebody refuses."""
        answers = (self.of(party) for party in Party)
        return any(answer is not None and not answer.approve for answer in answers)
