"""Whether this gateway can do its work now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chaincode.domain.constitution import Constitution
from chaincode.domain.errors import DomainError
from chaincode.domain.keys import CONSTITUTION_KEY
from gateway.model.people import Person
from gateway.services.errors import ServiceError
from gateway.services.ports import Database, Ledger
from gateway.services.records import Records

OK = "ok"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each thing that is needed: "ok", or what is wrong in a word."""

    database: str
    peer: str
    constitution: str
    ledger: str
    """fabric, or sandbox."""

    @property
    def ready(self) -> bool:
        """Whether all of it is there."""
        return self.database == self.peer == self.constitution == OK


class Health:
    """Checks by doing: a row, a record, a digest; and that the disk takes more."""

    def __init__(
        self,
        *,
        database: Database,
        has_room: Callable[[], Awaitable[bool]],
        ledger: Ledger,
        records: Records,
        constitution_digest: str,
    ) -> None:
        """Take what says whether the disk has room, and the digest that the operator agreed to."""
        self._database = database
        self._has_room = has_room
        self._ledger = ledger
        self._records = records
        self._digest = constitution_digest

    async def check(self) -> Readiness:
        """Look at everything once."""
        peer, constitution = await self._constitution()
        return Readiness(
            database=await self._rows(),
            peer=peer,
            constitution=constitution,
            ledger="fabric" if self._ledger.is_ledger else "sandbox",
        )

    async def _rows(self) -> str:
        try:
            async with self._database.reading() as session:
                await session.find(Person, limit=1)
            return OK if await self._has_room() else "no room on the disk"
        except Exception:  # noqa: BLE001 - whatever it is, the database does not work
            return "unusable"

    async def _constitution(self) -> tuple[str, str]:
        try:
            found = await self._records.load(Constitution, CONSTITUTION_KEY)
        except ServiceError as error:
            if getattr(error, "refusal", None) == "wrong-state":
                return OK, "missing: InitLedger comes first"
            return error.code, "unknown"
        except DomainError as error:
            return OK, error.code
        return OK, OK if found.content.digest() == self._digest else "another than configured"
