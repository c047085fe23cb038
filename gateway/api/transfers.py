"""Transfers of home over REST: the student asks, the old home releases, the new one accepts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from chaincode.domain.values import RandomId
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.transfers import (
    AcceptTransferBody,
    RequestTransferBody,
    SettleTransferBody,
    TransferList,
    TransferSummary,
    TransferView,
)
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.transfers.access import TransferAccess
from gateway.services.transfers.accounts import TransferAccounts
from gateway.services.transfers.requests import Transfers

router = APIRouter(prefix="/v1", tags=["transfers"], route_class=StrictRoute)
TransfersDep = Annotated[Transfers, Depends(service(Transfers))]
AccessDep = Annotated[TransferAccess, Depends(service(TransferAccess))]
TransferPath = Annotated[RandomId, Path()]


@router.post("/transfers:prepare", responses=WRITES)
async def prepare_transfer(
    person: PersonDep,
    write: WriteDep,
    accounts: Annotated[TransferAccounts, Depends(service(TransferAccounts))],
) -> JSONResponse:
    """Make an account that your credits can move to (a student of the new home).

    One for the credits of each teaching university; tell its id to your old home's gateway.
    """
    return answer(await accounts.open(person, write))


@router.post("/transfers", responses=WRITES)
async def request_transfer(
    body: RequestTransferBody, person: PersonDep, write: WriteDep, transfers: TransfersDep
) -> JSONResponse:
    """Ask that credits move to another home (the student, at the old one)."""
    return answer(await transfers.request(person, body.to, body.moves(), write))


@router.get("/transfers")
async def list_transfers(person: PersonDep, access: AccessDep) -> TransferList:
    """Your transfers (a student), or those from and to your university (a registrar)."""
    return TransferList(transfers=tuple(map(TransferSummary.of, await access.mine(person))))


@router.get("/transfers/{transfer}")
async def read_transfer(
    transfer: TransferPath, person: PersonDep, access: AccessDep
) -> TransferView:
    """One transfer: each credit as it stands. The new home knows it from the release on."""
    return TransferView.shown(await access.read(person, transfer))


@router.post("/transfers/{transfer}:release", responses=WRITES)
async def release_student(
    transfer: TransferPath,
    body: SettleTransferBody,
    person: PersonDep,
    write: WriteDep,
    transfers: TransfersDep,
) -> JSONResponse:
    """Let credits go, and tell the new home (a registrar of the old one)."""
    return answer(await transfers.release(person, transfer, body.seen(), write))


@router.post("/transfers/{transfer}:accept", responses=WRITES)
async def accept_transfer(
    transfer: TransferPath,
    body: AcceptTransferBody,
    person: PersonDep,
    write: WriteDep,
    transfers: TransfersDep,
) -> JSONResponse:
    """Take credits in: your university is home from now on (a registrar of the new home).

    Where something that the old home must hand over is missing or altered, only if you say so.
    """
    return answer(
        await transfers.accept(person, transfer, body.seen(), write, incomplete=body.incomplete)
    )


@router.post("/transfers/{transfer}:hand-over", responses=WRITES)
async def hand_over(
    transfer: TransferPath, person: PersonDep, write: WriteDep, transfers: TransfersDep
) -> JSONResponse:
    """Send the new home again all that it must hold (a registrar of the old home)."""
    return answer(await transfers.hand_over(person, transfer, write))
