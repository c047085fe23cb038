"""Records of the ledger, read at this member's own peer as its gateway."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from chaincode.domain import canonical
from chaincode.domain.commands.base import Arguments, Query
from chaincode.domain.commands.reading import MAX_RULES, ListRecords, ReadRecord, ReadRecords
from chaincode.domain.errors import RecordCorrupt
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind
from chaincode.domain.record import Record
from gateway.services.errors import LedgerRefused
from gateway.services.ports import Ledger, Speaker

AnyRecord = TypeVar("AnyRecord", bound=Record)
PAGE = 100
_TOGETHER = 200


class Records:
    """Reads; stored values are treated as hostile input."""

    def __init__(self, ledger: Ledger, gateway: Speaker) -> None:
        """Take the gateway's own identity."""
        self._ledger = ledger
        self._gateway = gateway

    async def ask(
        self, query: Query, private: Arguments | None = None, *, speaker: Speaker | None = None
    ) -> Mapping[str, JsonValue]:
        """Evaluate a query, as the gateway or as somebody else.

        Raises:
            LedgerRefused: the contract refused.
            LedgerUnavailable: the peer cannot be reached.
        """
        caller = speaker or self._gateway
        return await self._ledger.evaluate(caller.identity, caller.signer, query, private)

    async def stored(self, key: str) -> dict[str, JsonValue]:
        """One record as it is stored, of any kind.

        Raises:
            LedgerRefused: `record-not-found`.
            LedgerUnavailable: the peer cannot be reached.
        """
        answer = await self.ask(ReadRecord.check({"key": key}))
        return _document(answer.get("record"))

    async def load(self, kind: type[AnyRecord], key: str) -> AnyRecord:
        """One record; same errors as `stored`.

        Raises:
            RecordCorrupt: what stands there is no such record.
        """
        return _decode(kind, key, await self.stored(key))

    async def find(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """One record, None where there is none.

        Raises:
            RecordCorrupt: what stands there is no such record.
            LedgerUnavailable: the peer cannot be reached.
        """
        try:
            return await self.load(kind, key)
        except LedgerRefused as error:
            if error.refusal == "record-not-found":
                return None
            raise

    async def find_all(
        self, kind: type[AnyRecord], keys: Sequence[str]
    ) -> tuple[AnyRecord | None, ...]:
        """Records of one kind in the order of `keys`, None where there is none.

        Raises:
            RecordCorrupt: one of them is no such record.
            LedgerUnavailable: the peer cannot be reached.
        """
        at_once = MAX_RULES if kind.kind is Kind.RULE else _TOGETHER
        found = await self.find_documents(keys, at_once=at_once)
        return tuple(
            None if item is None else _decode(kind, key, _document(item))
            for key, item in zip(keys, found, strict=True)
        )

    async def find_documents(
        self, keys: Sequence[str], *, at_once: int = _TOGETHER
    ) -> list[JsonValue]:
        """What is stored under keys, in their order: None where nothing is, {} where no record is.

        Args:
            keys: ledger keys.
            at_once: how many one question names; an answer that grows large is about fewer.

        Raises:
            RecordCorrupt: the peer answered something else.
            LedgerUnavailable: the peer cannot be reached.
        """
        found: list[JsonValue] = []
        while len(found) < len(keys):
            some = tuple(keys[len(found) : len(found) + at_once])
            answer = (await self.ask(ReadRecords(keys=some))).get("records")
            if not isinstance(answer, list) or not 1 <= len(answer) <= len(some):
                raise RecordCorrupt("the peer answered with other records than were asked for")
            found += answer
        return found

    async def page(
        self, kind: type[AnyRecord], owner: str, *, after: str | None = None, limit: int = PAGE
    ) -> tuple[AnyRecord, ...]:
        """Records of one kind and owner in the order of their keys.

        Args:
            kind: the record's type.
            owner: MSP id.
            after: the random id behind which the page begins.
            limit: at most so many, up to 200.

        Raises:
            RecordCorrupt: one of them is no such record.
            LedgerUnavailable: the peer cannot be reached.
        """
        query = ListRecords(of_kind=kind.kind, owner=owner, after=after, limit=limit)
        found = (await self.ask(query)).get("records")
        documents = [_document(item) for item in cast("list[JsonValue]", found)]
        keys = [str(item.get("key")) for item in documents]
        place = f"{kind.kind.value}/{owner}/"
        if not all(key.startswith(place) for key in keys):
            raise RecordCorrupt(f"a record under {place} names a place of somebody else")
        return tuple(_decode(kind, key, item) for key, item in zip(keys, documents, strict=True))


def _document(value: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise RecordCorrupt("the peer answered with no record")
    return value


def _decode(kind: type[AnyRecord], key: str, document: dict[str, JsonValue]) -> AnyRecord:
    return kind.decode(key, canonical.encode(document))
