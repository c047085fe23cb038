"""Queries. Inside a channel everything is open to each member; values are not on it."""

from collections.abc import Mapping

from chaincode.contracts.operation import Call, Operations
from chaincode.domain.caller import Role
from chaincode.domain.commands.reading import (
    PART_BYTES,
    ListRecords,
    ReadRecord,
    ReadRecords,
    ReadSealedGrade,
    ReadSealedResult,
)
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import NotParty, RecordCorrupt
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling
from chaincode.ledger.ledger import decode_stored

operations = Operations()

_ANYBODY = tuple(Role)


@operations.reads(*_ANYBODY)
async def read_record(call: Call, command: ReadRecord) -> Mapping[str, JsonValue]:
    """One record, as it is stored."""
    return {"record": await call.ledger.read_stored(command.key)}


@operations.reads(*_ANYBODY)
async def read_records(call: Call, command: ReadRecords) -> Mapping[str, JsonValue]:
    """Records in the order of the query's keys, null where there is none, {} where no record is.

    So whoever spoils a record of its own hides nothing else that is asked for with it.
    """
    found: list[JsonValue] = []
    size = 0
    for key in command.keys:
        if size >= PART_BYTES:
            break
        stored = await call.ledger.find_bytes(key)
        found.append(None if stored is None else _shown(key, stored))
        size += len(stored or b"")
    return {"records": found}


def _shown(key: str, stored: bytes) -> JsonValue:
    try:
        return decode_stored(key, stored)
    except RecordCorrupt:
        return {}


@operations.reads(*_ANYBODY)
async def list_records(call: Call, command: ListRecords) -> Mapping[str, JsonValue]:
    """A page of records of one kind and owner."""
    prefix = f"{command.of_kind.value}/{command.owner}/"
    page = call.ledger.page(prefix, after=command.after, limit=command.limit)
    return {"records": [record async for record in page]}


@operations.reads(Role.GATEWAY)
async def read_sealed_grade(call: Call, command: ReadSealedGrade) -> Mapping[str, JsonValue]:
    """The sealed mark from the collection of the caller's own member."""
    await _require_party(call, command.enrolment)
    place = f"{sibling(command.enrolment, Kind.GRADE)}/{command.number}"
    return {"sealed": (await call.ledger.get_private(call.caller.msp_id, place)).hex()}


@operations.reads(Role.GATEWAY)
async def read_sealed_result(call: Call, command: ReadSealedResult) -> Mapping[str, JsonValue]:
    """The sealed result from the collection of the caller's own member."""
    await _require_party(call, command.enrolment)
    place = sibling(command.enrolment, Kind.CREDIT)
    return {"sealed": (await call.ledger.get_private(call.caller.msp_id, place)).hex()}


async def _require_party(call: Call, key: str) -> None:
    enrolment = await call.ledger.load(Enrolment, key)
    if call.caller.msp_id not in enrolment.parties:
        raise NotParty("the value belongs to other universities", field="enrolment")
