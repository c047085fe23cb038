"""A member's word on the quality of a course version that another teaches."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from pydantic import model_validator

from chaincode.domain.errors import WrongState
from chaincode.domain.keys import AccountKey, CertificationKey, CourseKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, MspId, Value, format_instant


class CertificationStatus(StrEnum):
    """in-force → withdrawn, for good: what was mended is another version of the course."""

    IN_FORCE = "in-force"
    WITHDRAWN = "withdrawn"


class CertificationWithdrawal(StrEnum):
    """Why a member takes its certificate back: a closed list, nothing personal."""

    CONTENT = "content"
    EXAMINATION = "examination"
    SUPERVISION = "supervision"
    TEACHING = "teaching"
    CERTIFIED_BY_MISTAKE = "certified-by-mistake"
    OTHER = "other"


class Withdrawal(Value):
    """Who withdrew, when, and why."""

    reason: CertificationWithdrawal
    by: AccountKey
    at: Instant


class Certification(Record):
    """`certifier` vouches for the content of a course version, named by its digest."""

    kind: ClassVar[Kind] = Kind.CERTIFICATION

    key: CertificationKey
    course: CourseKey
    course_digest: Digest
    certifier: MspId
    status: CertificationStatus
    by: AccountKey
    at: Instant
    withdrawal: Withdrawal | None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.withdrawal is None) is not (self.status is CertificationStatus.IN_FORCE):
            raise ValueError("what was withdrawn says why, and nothing else does")
        if not self.key.endswith(f"{self.course.partition('/')[2]}/{self.certifier}"):
            raise ValueError("the key names another course or certifier")
        return self

    def withdrawn(
        self, *, reason: CertificationWithdrawal, by: str, at: datetime, operation: str
    ) -> Self:
        """The certifier takes its certificate back.

        Raises:
            WrongState: withdrawn before; `facts` say when and why.
        """
        if self.withdrawal is not None:
            raise WrongState(
                "the certificate is withdrawn already",
                facts={
                    "status": self.status.value,
                    "reason": self.withdrawal.reason.value,
                    "at": format_instant(self.withdrawal.at),
                },
            )
        return self.next(
            operation,
            status=CertificationStatus.WITHDRAWN,
            withdrawal=Withdrawal(reason=reason, by=by, at=at),
        )
