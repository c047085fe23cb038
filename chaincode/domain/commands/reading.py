"""Reading records."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

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


MAX_RULES = 20
"""How many rules one answer holds: each may have 256 KiB."""


PART_BYTES = 4 << 20
"""An answer ends with the record that brings it here: none is larger than 256 KiB."""


class ReadRecords(Query):
    """Several records by their keys; at most twenty of them are rules.

    An answer that grows large is about the first of the keys; the others are asked for again.
    """

    keys: Annotated[tuple[RecordKey, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if sum(key.startswith(f"{Kind.RULE.value}/") for key in self.keys) > MAX_RULES:
            raise ValueError(f"one query reads at most {MAX_RULES} rules")
        return self


class ListRecords(Query):
    """A page of records of one kind and owner, in the order of their keys."""

    of_kind: Kind
    owner: MspId
    after: AfterKey | None = None
    """The tail of the last key seen: what follows kind and owner."""
    limit: Annotated[int, Field(ge=1, le=200)] = 100

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if self.of_kind is Kind.RULE and self.limit > MAX_RULES:
            raise ValueError(f"a page has at most {MAX_RULES} rules")
        return self


class ReadSealedGrade(Query):
    """The stored private value of one grade, sealed under the enrolment's key."""

    enrolment: EnrolmentKey
    number: Number


class ReadSealedResult(Query):
    """The stored private value of the result, sealed under the enrolment's key."""

    enrolment: EnrolmentKey
