"""Loading a credit with everything that bears on it: the one place where that is done."""

from chaincode.contracts.operation import Call
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import VersionConflict
from chaincode.domain.grade import Grade
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.record import Record
from chaincode.domain.redemption import Redemption
from chaincode.domain.ruling import Ruling
from chaincode.domain.transfer import Transfer


async def load_holding(call: Call, enrolment: str) -> Holding:
    """Read the whole closed list, present or absent, so that a change of any part conflicts.

    Raises:
        RecordNotFound: there is no such enrolment.
    """
    return await holding_of(call, await call.ledger.load(Enrolment, enrolment))


async def holding_of(call: Call, enrolment: Enrolment) -> Holding:
    """The same, of an enrolment that was read already."""
    key = enrolment.key
    return Holding(
        enrolment=enrolment,
        credit=await call.ledger.load(Credit, sibling(key, Kind.CREDIT)),
        grade=await call.ledger.load(Grade, sibling(key, Kind.GRADE)),
        redemption=await call.ledger.find(Redemption, sibling(key, Kind.REDEMPTION)),
        ruling=await call.ledger.find(Ruling, sibling(key, Kind.RULING)),
        transfer=await call.ledger.find(Transfer, sibling(key, Kind.TRANSFER)),
    )


def expect_version(record: Record | None, key: str, expected: int | None) -> None:
    """Hold the caller to the version of a record that may not be there yet: None, or 0 in facts.

    Raises:
        VersionConflict: it moved on, appeared, or is not there.
    """
    actual = record.version if record else 0
    if actual != (expected or 0):
        raise VersionConflict(key, expected=expected or 0, actual=actual)


async def write(call: Call, record: Record) -> None:
    """Create a record of the majority's, or replace the one that was read."""
    if record.version == 1:
        await call.ledger.create(record, changed_by=None)
    else:
        await call.ledger.replace(record)
