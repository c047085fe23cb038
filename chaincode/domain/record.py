"""What all records share: a version, the operation that wrote it, a canonical form."""

import json
from functools import lru_cache
from typing import Any, ClassVar, Self, cast

from pydantic import ValidationError

from chaincode.domain import canonical
from chaincode.domain.errors import DomainError, RecordCorrupt, VersionConflict
from chaincode.domain.keys import Kind, split_key
from chaincode.domain.values import RandomId, Value, Version


class Record(Value):
    """A record of the ledger.

    `operation` is the id of the operation that wrote this version, so that the state itself
    answers whether an operation of unknown outcome has landed.
    """

    kind: ClassVar[Kind]
    """Which kind of key it stands under; written into the stored form."""
    owner_field: ClassVar[str | None] = None
    """The field that repeats the owner in the key. Its member could rewrite the record alone."""
    size_limit: ClassVar[int] = canonical.MAX_DOCUMENT_BYTES
    """How many bytes the stored form may have."""

    key: str
    version: Version
    operation: RandomId

    def expect(self, version: int, *, field: str = "expected_version") -> None:
        """Hold the caller to the version that the decision was made on; `field` names it.

        Raises:
            VersionConflict: the record moved on.
        """
        if self.version != version:
            raise VersionConflict(self.key, expected=version, actual=self.version, field=field)

    def next(self, operation: str, **changes: Any) -> Self:
        """Make the next version. Changes are validated like any input."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(
            fields | changes | {"version": self.version + 1, "operation": operation}
        )

    def encode(self) -> bytes:
        """The stored form: canonical JSON with the kind."""
        return canonical.encode(self.model_dump(mode="json") | {"kind": self.kind.value})

    @classmethod
    def decode(cls, key: str, stored: bytes) -> Self:
        """Read a stored form, which is treated as hostile input.

        Raises:
            RecordCorrupt: it is no record of this kind, or names another key or owner.
        """
        return cast("Self", _decoded(cls, key, stored))


@lru_cache(maxsize=256)
def _decoded(kind: type[Record], key: str, stored: bytes) -> Record:
    # Every invocation reads the constitution and the caller's account; a record cannot be changed.
    try:
        document = canonical.decode(stored, limit=kind.size_limit)
        if document.pop("kind", None) != kind.kind.value or document.get("key") != key:
            raise RecordCorrupt(f"{key} holds no {kind.kind.value}")
        record = kind.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise RecordCorrupt(f"{key} holds no well-formed {kind.kind.value}") from error
    except DomainError as error:
        raise RecordCorrupt(f"{key} holds no well-formed {kind.kind.value}") from error
    if kind.owner_field and getattr(record, kind.owner_field) != split_key(key).owner:
        raise RecordCorrupt(f"{key} names another owner")
    return record
