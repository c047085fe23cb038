"""Loading an enrolment with what surrounds it."""

from dataclasses import dataclass

from chaincode.contracts.operation import Call
from chaincode.domain.commitment import key_commitment, require_equal
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import PrivateInputForbidden, StaleReference


@dataclass(frozen=True, slots=True)
class Learning:
    """An enrolment and the course version that it holds the digest of."""

    enrolment: Enrolment
    course: Course


async def load_learning(call: Call, key: str) -> Learning:
    """Load an enrolment and its course.

    Raises:
        RecordNotFound: one of them is not there.
        StaleReference: the course was rewritten since the enrolment.
    """
    enrolment = await call.ledger.load(Enrolment, key)
    course = await call.ledger.load(Course, enrolment.course)
    if enrolment.course_digest != course.digest or course.content.digest() != course.digest:
        raise StaleReference("the course was rewritten since the student enrolled")
    return Learning(enrolment, course)


def require_key(call: Call, enrolment: Enrolment, enrolment_key: str) -> bytes:
    """Hold a given key to the one that the enrolment commits to, at a party's peer alone.

    Raises:
        PrivateInputForbidden: this peer's member is no party: it must not endorse, and keep, this.
        CommitmentMismatch: another key.
    """
    if call.member not in enrolment.parties:
        raise PrivateInputForbidden("private values are endorsed by home and teaching university")
    key = bytes.fromhex(enrolment_key)
    require_equal(enrolment.key_commitment, key_commitment(key), field="enrolment_key")
    return key
