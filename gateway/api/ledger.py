"""The ledger as every member sees it: members, and any record by its id."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import TypeAdapter, ValidationError

from chaincode.domain.keys import CONSTITUTION_KEY, Kind, RecordKey
from gateway.api.dependencies import PersonDep, service
from gateway.api.schemas import Document, JsonObject
from gateway.api.strict import StrictRoute
from gateway.services.errors import NotFound
from gateway.services.members import Members
from gateway.services.records import Records

router = APIRouter(prefix="/v1", tags=["ledger"], route_class=StrictRoute)
RecordsDep = Annotated[Records, Depends(service(Records))]
MembersDep = Annotated[Members, Depends(service(Members))]
_MEMBER = r"[A-Za-z][A-Za-z0-9-]{0,30}MSP"
_ID = rf"^{_MEMBER}(~[0-9a-f]{{32}}(~[1-9][0-9]{{0,3}})?(~{_MEMBER})?)?$"
_KEY: Final = TypeAdapter[str](RecordKey)


class RecordDocument(Document):
    """A record as it is stored: amounts in hundredths."""

    key: str
    record: JsonObject


class MemberDocument(Document):
    """A member of the consortium, by its constitution."""

    msp_id: str
    kind: str
    name: str | None = None
    title: str | None = None
    gateway: str | None = None
    """Where its gateway answers, as far as this one knows."""


class MemberList(Document):
    """The members, in the constitution's order."""

    members: tuple[MemberDocument, ...]


@router.get("/members", response_model_exclude_none=True)
async def list_members(person: PersonDep, members: MembersDep) -> MemberList:
    """Who is in the consortium."""
    del person
    return MemberList(members=tuple(MemberDocument(**item) for item in await members.all()))


@router.get("/records/constitution")
async def get_constitution(person: PersonDep, records: RecordsDep) -> RecordDocument:
    """The constitution in force."""
    del person
    record = await records.stored(CONSTITUTION_KEY)
    return RecordDocument(key=CONSTITUTION_KEY, record=record)


@router.get("/records/{kind}/{record}")
async def get_record(
    kind: Kind,
    record: Annotated[str, Path(pattern=_ID, max_length=120)],
    person: PersonDep,
    records: RecordsDep,
) -> RecordDocument:
    """Any record, as it stands on the ledger of this member's own peer."""
    del person
    key = f"{kind.value}/{record.replace('~', '/')}"
    try:
        _KEY.validate_python(key)
    except ValidationError:
        raise NotFound("records of this kind have ids of another form", field="record") from None
    return RecordDocument(key=key, record=await records.stored(key))
