"""Wires transfers of home."""

from gateway.bootstrap.core import Core
from gateway.bootstrap.held import HeldParts, held_parts
from gateway.bootstrap.recognising import Recognising
from gateway.services.sealed_work import SealedWorks
from gateway.services.transfers.access import TransferAccess
from gateway.services.transfers.accounts import TransferAccounts
from gateway.services.transfers.arriving import TakesReleases
from gateway.services.transfers.arriving_pieces import TakesCredits, TakesEvidence, TakesWork
from gateway.services.transfers.completeness import Handovers
from gateway.services.transfers.effects import REQUESTED_EFFECT, TransferRequested
from gateway.services.transfers.giving import GivesValues
from gateway.services.transfers.handing import HandsOver
from gateway.services.transfers.message import (
    CREDIT_MESSAGE,
    EVIDENCE_MESSAGE,
    RELEASED_MESSAGE,
    WORK_MESSAGE,
)
from gateway.services.transfers.released import Releases
from gateway.services.transfers.requests import Transfers


def transferring(core: Core, parts: Recognising) -> tuple[object, ...]:
    """The services; their effect and messages are the core's from now on."""
    held = held_parts(core)
    access = TransferAccess(
        database=core.database,
        box=core.box,
        gathering=parts.gathering,
        handovers=Handovers(
            records=core.records,
            database=core.database,
            keyring=core.keyring,
            access=held.access,
            msp_id=core.settings.msp_id,
        ),
        msp_id=core.settings.msp_id,
    )
    giving = GivesValues(
        records=core.records,
        gathering=parts.gathering,
        access=held.access,
        values=held.values,
        results=parts.results,
        msp_id=core.settings.msp_id,
    )
    handing = HandsOver(
        records=core.records,
        database=core.database,
        keyring=core.keyring,
        giving=giving,
        sealed=SealedWorks(core.records, core.database, core.store),
    )
    transfers = Transfers(
        operations=core.operations,
        records=core.records,
        database=core.database,
        gathering=parts.gathering,
        handing=handing,
        access=access,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    core.effects[REQUESTED_EFFECT] = TransferRequested()
    _hear(core, parts, held)
    return (access, transfers, giving, TransferAccounts(core.operations, core.keyring))


def _hear(core: Core, parts: Recognising, held: HeldParts) -> None:
    """Messages from old homes."""
    releases = Releases(core.records, core.database, parts.gathering, core.settings.msp_id)
    core.handlers[RELEASED_MESSAGE] = TakesReleases(
        releases=releases,
        database=core.database,
        box=core.box,
        keyring=core.keyring,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    core.handlers[CREDIT_MESSAGE] = TakesCredits(
        releases=releases,
        records=core.records,
        database=core.database,
        keyring=core.keyring,
        keeping=held.keeping,
        clock=core.clock,
    )
    core.handlers[WORK_MESSAGE] = TakesWork(
        releases=releases,
        records=core.records,
        database=core.database,
        keyring=core.keyring,
        store=core.store,
        clock=core.clock,
    )
    core.handlers[EVIDENCE_MESSAGE] = TakesEvidence(
        releases=releases, records=core.records, clock=core.clock
    )
