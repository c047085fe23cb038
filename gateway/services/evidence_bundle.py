"""What the holder seals to a requester: grades with salts, and wraps of the work."""

from typing import Annotated, Final

from pydantic import Field

from chaincode.domain.check import OpenedGrade
from chaincode.domain.commands.base import Arguments
from chaincode.domain.keys import EnrolmentKey, RequestKey
from chaincode.domain.values import Digest, Number, Value
from gateway.evidence.opening import SealedDocument

BUNDLE_PURPOSE: Final = "evidence-bundle"


class BundledWork(Value):
    """One piece of work: its sealed body's document with a wrap for the requester alone."""

    number: Number
    commitment: Digest
    document: SealedDocument


class Bundle(Arguments):
    """Everything that CheckStudent needs, and the way to the work itself."""

    request: RequestKey
    enrolment: EnrolmentKey
    grades: Annotated[tuple[OpenedGrade, ...], Field(max_length=20)]
    works: Annotated[tuple[BundledWork, ...], Field(max_length=20)]
