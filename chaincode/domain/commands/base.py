"""What commands and queries share."""

from collections.abc import Mapping
from typing import ClassVar, Self, cast

from pydantic import ValidationError

from chaincode.domain import canonical
from chaincode.domain.faults import refusal
from chaincode.domain.json_value import JsonValue
from chaincode.domain.values import RandomId, Value


class Arguments(Value):
    """Arguments or private inputs of a contract function, as one JSON document."""

    size_limit: ClassVar[int] = canonical.MAX_DOCUMENT_BYTES
    """How many bytes the document may have."""

    @classmethod
    def parse(cls, document: bytes) -> Self:
        """Read a document.

        Raises:
            InvalidArgument: names the first field at fault, and never repeats its value.
        """
        return cls.check(canonical.decode(document, limit=cls.size_limit))

    @classmethod
    def check(cls, values: Mapping[str, JsonValue]) -> Self:
        """Read decoded values; same errors as `parse`."""
        try:
            return cls.model_validate_json(canonical.encode(values))
        except ValidationError as error:
            raise refusal(error, dict(values)) from error

    def encode(self) -> bytes:
        """The canonical document."""
        return canonical.encode(cast("dict[str, JsonValue]", self.model_dump(mode="json")))


class Command(Arguments):
    """Arguments of a function that writes. `operation` names the intent, not the attempt."""

    operation: RandomId


class Query(Arguments):
    """Arguments of a function that only reads."""
