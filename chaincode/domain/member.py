"""A member's public keys for receiving sealed work."""

from typing import ClassVar

from chaincode.domain.keys import Kind
from chaincode.domain.record import Record
from chaincode.domain.values import PublicKey


class MemberProfile(Record):
    """The keys that others seal to. They are replaced, never deleted."""

    kind: ClassVar[Kind] = Kind.MEMBER

    evidence_key: PublicKey
    """Opened by two of the member's administrators together (design, the life of a credit)."""
    intake_key: PublicKey
    """What is sent to the university as such: credit applications, verification evidence."""
