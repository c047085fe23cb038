"""Wires transfers of home."""

from gateway.bootstrap.core import Core
from gateway.bootstrap.recognising import Recognising
from gateway.services.transfers.access import TransferAccess
from gateway.services.transfers.accounts import TransferAccounts
from gateway.services.transfers.arriving import TakesReleases
from gateway.services.transfers.effects import REQUESTED_EFFECT, TransferRequested
from gateway.services.transfers.message import RELEASED_MESSAGE
from gateway.services.transfers.requests import Transfers


def transferring(core: Core, parts: Recognising) -> tuple[object, ...]:
    """The services; their effect and message are the core's from now on."""
    access = TransferAccess(core.database, core.box, parts.gathering, core.settings.msp_id)
    transfers = Transfers(
        operations=core.operations,
        records=core.records,
        database=core.database,
        gathering=parts.gathering,
        results=parts.results,
        access=access,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    core.effects[REQUESTED_EFFECT] = TransferRequested()
    core.handlers[RELEASED_MESSAGE] = TakesReleases(
        records=core.records,
        database=core.database,
        box=core.box,
        gathering=parts.gathering,
        results=parts.results,
        keyring=core.keyring,
        clock=core.clock,
        msp_id=core.settings.msp_id,
    )
    return (access, transfers, TransferAccounts(core.operations, core.keyring))
