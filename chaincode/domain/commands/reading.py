"""Reading records."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chaincode.domain.commands.base import Query
from chaincode.domain.keys import EnrolmentKey, Kind, RecordKey
from chaincode.domain.values import MspId, Number

AfterKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9a-f]{32}(/[1-9][0-9]{0,3})?(/[A-Za-z][A-Za-z0-9-]{0,30}MSP)?$"
    ),
]


class ReadRecord(Query):
    """One record by its key."""

    key: RecordKey


class ListRecords(Query):
    """A page of records of one kind and owner, in the order of their keys."""

    of_kind: Kind
    owner: MspId
    after: AfterKey | None = None
    """The tail of the last key seen: what follows kind and owner."""
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class ReadSealedGrade(Query):
    """The stored private value of one grade, sealed under the enrolment's key."""

    enrolment: EnrolmentKey
    number: Number


class ReadSealedResult(Query):
    """The stored private value of the result, sealed under the enrolment's key."""

    enrolment: EnrolmentKey
