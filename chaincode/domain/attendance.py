"""Attendance: one student is in one course version once."""

import hashlib
from typing import ClassVar, Self

from chaincode.domain.enrolment import Enrolment, EnrolmentStatus
from chaincode.domain.errors import WrongState
from chaincode.domain.keys import EnrolmentKey, Kind, record_key, split_key
from chaincode.domain.record import Record


def attendance_key(course: str, student: str) -> str:
    """Where the marker of a student in a course version stands.

    The identifier is the first half of SHA-256(course key ‖ account key): one account, one key.
    """
    digest = hashlib.sha256(f"{course}{student}".encode()).hexdigest()
    return record_key(Kind.ATTENDANCE, split_key(course).owner, digest[:32])


class Attendance(Record):
    """Which enrolment a student has in a course version."""

    kind: ClassVar[Kind] = Kind.ATTENDANCE

    enrolment: EnrolmentKey

    @classmethod
    def of(cls, enrolment: Enrolment, *, operation: str) -> "Attendance":
        """The marker of a first application."""
        return cls(
            key=attendance_key(enrolment.course, enrolment.student),
            version=1,
            operation=operation,
            enrolment=enrolment.key,
        )

    def again(self, before: Enrolment, enrolment: Enrolment, *, operation: str) -> Self:
        """A student who was refused applies again.

        Raises:
            WrongState: the application before this one stands.
        """
        if before.status is not EnrolmentStatus.REFUSED:
            raise WrongState(
                f"the student's enrolment in this course is {before.status.value} already",
                facts={"status": before.status.value, "enrolment": before.key},
            )
        return self.next(operation, enrolment=enrolment.key)
