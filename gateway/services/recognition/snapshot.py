"""Many records of the ledger, read together: present or absent, each with its version."""

import json
from collections.abc import Iterable
from typing import TypeVar, cast

from chaincode.domain.errors import RecordCorrupt, RecordNotFound
from chaincode.domain.json_value import JsonValue
from chaincode.domain.record import Record
from gateway.services.records import Records

AnyRecord = TypeVar("AnyRecord", bound=Record)


class Snapshot:
    """What the own peer answered; stored values are treated as hostile input."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._found: dict[str, dict[str, JsonValue] | None] = {}

    async def read(self, keys: Iterable[str]) -> None:
        """Read whatever of `keys` was not read before.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        wanted = sorted(set(keys) - self._found.keys())
        answers = await self._records.find_documents(wanted)
        for key, item in zip(wanted, answers, strict=True):
            self._found[key] = cast("dict[str, JsonValue] | None", item)

    def version(self, key: str) -> int:
        """The version that was read; 0 where there is no record, or none that can be read."""
        document = self._found[key]
        version = document.get("version") if isinstance(document, dict) else None
        return version if isinstance(version, int) else 0

    def find(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """A record that was read, None where there is none.

        Raises:
            RecordCorrupt: what stands there is no such record.
        """
        document = self._found[key]
        if document is None:
            return None
        if not isinstance(document, dict):
            raise RecordCorrupt(f"{key} holds no record")
        # As fast as can be: a thousand decisions read ten thousand records.
        return kind.decode(key, json.dumps(document).encode())

    def load(self, kind: type[AnyRecord], key: str) -> AnyRecord:
        """A record that must be there.

        Raises:
            RecordNotFound: there is none.
            RecordCorrupt: what stands there is no such record.
        """
        record = self.find(kind, key)
        if record is None:
            raise RecordNotFound(f"there is no record {key}", facts={"key": key})
        return record
