"""Reading records."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.commands.base import Query
from chaincode.domain.keys import EnrolmentKey, Kind, RecordKey
from chaincode.domain.values import MspId, Number, RandomId


class ReadRecord(Query):
    """One record by its key."""

    key: RecordKey


class ListRecords(Query):
    """A page of records of one kind and owner, in the order of their keys."""

    of_kind: Kind
    owner: MspId
    after: RandomId | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class ReadSealedGrade(Query):
    """The stored private value of one grade, sealed under the enrolment's key."""

    enrolment: EnrolmentKey
    number: Number


class ReadSealedResult(Query):
    """The stored private value of the result, sealed under the enrolment's key."""

    enrolment: EnrolmentKey
