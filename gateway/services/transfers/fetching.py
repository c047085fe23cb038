"""At the home that a credit moved to: values that it lacks, from the teaching university.

Corrections are entered there, also after the transfer, and home needs their marks to accept them.
"""

import structlog

from chaincode.domain.errors import DomainError, NotParty
from chaincode.domain.holding import Holding, bearing_keys
from chaincode.domain.transfer import FaultKind
from gateway.services.correspondence import Correspondent
from gateway.services.errors import ServiceError
from gateway.services.keyring import Keyring
from gateway.services.placed_messages import opened
from gateway.services.ports import Clock, Database
from gateway.services.recognition.gathering import holding_in
from gateway.services.recognition.snapshot import Snapshot
from gateway.services.records import Records
from gateway.services.transfers.errors import HandoverRefused
from gateway.services.transfers.held import HeldValues, examine
from gateway.services.transfers.keeping import KeepsValues
from gateway.services.transfers.message import HELD_PURPOSE, HeldMessage

_log = structlog.get_logger()


class FetchesValues:
    """Asks, holds what comes to the ledger, and keeps it."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        keyring: Keyring,
        keeping: KeepsValues,
        correspondent: Correspondent,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._records = records
        self._database = database
        self._keyring = keyring
        self._keeping = keeping
        self._correspondent = correspondent
        self._clock = clock
        self._msp_id = msp_id

    async def fetch(self, key: str) -> None:
        """Bring what the teaching university has of an enrolment, by its ledger key.

        Raises:
            NotParty: this member is not the credit's home.
            PeerUnavailable, PeerSaidNo: the teaching university did not give it.
            HandoverRefused: it gave something else than the ledger commits to.
        """
        await self._fetch(await self._holding(key))

    async def fetch_at_home(self, key: str) -> None:
        """The same where this member is home since a transfer; what cannot be had stays unknown."""
        holding = await self._holding(key)
        if holding.home != self._msp_id or self._msp_id in holding.enrolment.parties:
            return
        try:
            await self._fetch(holding)
        except (ServiceError, DomainError) as error:
            _log.info("values wait", enrolment=key, code=error.code)

    async def _fetch(self, holding: Holding) -> None:
        enrolment = holding.enrolment
        if holding.home != self._msp_id:
            raise NotParty("the holder's home is another university", field="enrolment")
        document = await self._correspondent.held_values(enrolment.teaching, enrolment.key)
        sent = await opened(
            self._keyring,
            document,
            HeldMessage,
            HeldValues,
            purpose=HELD_PURPOSE,
            place="enrolment",
        )
        if sent.enrolment != enrolment.key:
            raise NotParty("the values are another enrolment's", field="enrolment")
        found = examine(holding, sent, owed_at=self._clock())
        async with self._database.writing() as session:
            await self._keeping.keep(session, holding, found)
        altered = [one for one in found.faults if one.fault is FaultKind.ALTERED]
        if altered:
            raise HandoverRefused(enrolment.key, altered)

    async def _holding(self, key: str) -> Holding:
        read = Snapshot(self._records)
        await read.read(bearing_keys(key))
        return holding_in(read, key)
