"""Transfers of home: the student asks, the old home releases, the new one accepts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chaincode.domain.caller import Role
from chaincode.domain.commands.base import Command
from chaincode.domain.commands.transfers import AcceptTransfer, ReleaseStudent, RequestTransfer
from chaincode.domain.errors import InvalidArgument, NotParty, VersionConflict, WrongState
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling, split_key
from chaincode.domain.transfer import TransferStatus
from gateway.model.people import Account
from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import (
    Effect,
    Intent,
    LedgerCall,
    OutgoingMessage,
    WriteRequest,
    new_id,
)
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock, Database
from gateway.services.recognition.gathering import Gathering
from gateway.services.recognition.telling import seal_to
from gateway.services.records import Records
from gateway.services.transfers.access import TransferAccess, TransferInView
from gateway.services.transfers.effects import REQUESTED_EFFECT
from gateway.services.transfers.errors import HandoverIncomplete
from gateway.services.transfers.handing import HandsOver
from gateway.services.transfers.message import RELEASED_MESSAGE, ReleasedCredit, ReleasedStudent

MAX_CREDITS: Final = 50
"""Of one transfer: each request is a transaction of its own."""
_RELEASED: Final = frozenset({TransferStatus.RELEASED, TransferStatus.ACCEPTED})


@dataclass(frozen=True, slots=True)
class WantedMove:
    """A credit and where it shall go; ledger keys."""

    enrolment: str
    student: str
    """The account at the new home."""


class Transfers:
    """What members and their students do so that credits move to another home."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        database: Database,
        gathering: Gathering,
        handing: HandsOver,
        access: TransferAccess,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._database = database
        self._gathering = gathering
        self._handing = handing
        self._access = access
        self._clock = clock
        self._msp_id = msp_id

    async def request(
        self,
        person: AuthenticatedPerson,
        target: str,
        moves: Sequence[WantedMove],
        write: WriteRequest,
    ) -> OperationView:
        """Ask that credits move (RequestTransfer for each), signed by the account that holds it.

        Args:
            person: a student whose home this member is.
            target: MSP id of the new home.
            moves: which credits go to which of her accounts there.
            write: the request.

        Raises:
            NotPermitted: the person is no student.
            NotParty: a credit is another student's, or has moved away from here.
            InvalidArgument: an account is not the new home's, or would link two universities.
            LedgerRefused: there is no such credit or account.
        """
        person.require(Role.STUDENT)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        accounts = _accounts(target, moves, here=self._msp_id)
        holdings = await self._gathering.holdings(accounts)
        await self._require_own(person, holdings.values())
        operation, identifier = new_id(), new_id()
        transfer = HomeTransfer(identifier, person.id, self._msp_id, target, self._clock())
        rows = [
            MovingCredit(identifier, key, _next_number(holding), accounts[key])
            for key, holding in holdings.items()
        ]
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="request-transfer",
                request=write,
                calls=tuple(
                    LedgerCall(holding.holder, _request(holding, accounts[key], operation))
                    for key, holding in holdings.items()
                ),
                result={"transfer": identifier},
                rows=(transfer, *rows),
                effect=Effect(REQUESTED_EFFECT, {"transfer": identifier}),
            )
        )

    async def release(
        self,
        person: AuthenticatedPerson,
        identifier: str,
        seen: Mapping[str, int],
        write: WriteRequest,
    ) -> OperationView:
        """Let credits go (ReleaseStudent for each), and tell the new home what it needs.

        Args:
            person: a registrar of the old home.
            identifier: of the transfer.
            seen: by the key of each credit's enrolment, the version of its transfers as seen.
            write: the request.

        Raises:
            NotPermitted: the person is no registrar.
            NotFound, NotParty: the student's home is another university.
            VersionConflict: the student has asked for something else since.
        """
        person.require(Role.REGISTRAR)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        view = await self._access.read(person, identifier)
        if view.transfer.source != self._msp_id:
            raise NotParty("the student's old home is another university")
        operation = new_id()
        commands = [
            ReleaseStudent(operation=operation, enrolment=key, expected_version=version)
            for key, version in _seen(view, seen).items()
        ]
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="release-student",
                request=write,
                calls=tuple(LedgerCall(person.account, command) for command in commands),
                result={"transfer": view.transfer.id},
                messages=await self._handed(view, seen),
            )
        )

    async def hand_over(
        self, person: AuthenticatedPerson, identifier: str, write: WriteRequest
    ) -> OperationView:
        """Hand over again what was released: for what was missing, or did not arrive whole.

        Args:
            person: a registrar of the old home.
            identifier: of the transfer.
            write: the request.

        Raises:
            NotPermitted: the person is no registrar.
            NotFound, NotParty: the student's old home is another university.
            WrongState: nothing of it was released.
        """
        person.require(Role.REGISTRAR)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        view = await self._access.read(person, identifier)
        if view.transfer.source != self._msp_id:
            raise NotParty("the student's old home is another university")
        if not _handed_over(view):
            raise WrongState("nothing of this transfer was released")
        return await self._operations.accept(
            Intent(
                operation=new_id(),
                kind="hand-over",
                request=write,
                calls=(),
                result={"transfer": view.transfer.id},
                messages=await self._handed(view, ()),
            )
        )

    async def accept(
        self,
        person: AuthenticatedPerson,
        identifier: str,
        seen: Mapping[str, int],
        write: WriteRequest,
        *,
        incomplete: bool,
    ) -> OperationView:
        """Take released credits in (AcceptTransfer for each): this member is home from now on.

        What the old home had redeemed for a degree that it has not granted is free again. What it
        has not handed over as it should the ledger names with the acceptance.

        Args:
            person: a registrar of the new home.
            identifier: of the transfer.
            seen: by the key of each credit's enrolment, the version of its transfers as seen.
            write: the request.
            incomplete: whether to take them in where the old home owes something.

        Raises:
            NotPermitted: the person is no registrar.
            NotFound, NotParty: nothing was released to this member.
            VersionConflict: something changed since it was looked at.
            HandoverIncomplete: something has not come, or came altered.
        """
        person.require(Role.REGISTRAR)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        view = await self._access.read(person, identifier)
        if view.transfer.target != self._msp_id:
            raise NotParty("the student goes to another university")
        operation, named = new_id(), _seen(view, seen)
        faults = {key: view.handovers[key].stated for key in named if key in view.handovers}
        owed = {key: found for key, found in faults.items() if found}
        if owed and not incomplete:
            raise HandoverIncomplete(owed)
        commands = [
            AcceptTransfer(
                operation=operation,
                enrolment=key,
                expected_version=version,
                faults=faults.get(key, ()),
            )
            for key, version in named.items()
        ]
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="accept-transfer",
                request=write,
                calls=tuple(LedgerCall(person.account, command) for command in commands),
                result={"transfer": view.transfer.id},
            )
        )

    async def _handed(
        self, view: TransferInView, seen: Iterable[str]
    ) -> tuple[OutgoingMessage, ...]:
        """What the new home learns: also of what was released before and perhaps never told."""
        told = sorted({*seen, *_handed_over(view)})
        name = view.names.source
        if name is None:
            raise WrongState("this university knows the student no more")
        sent = ReleasedStudent(
            transfer=view.transfer.id,
            name=name,
            credits=tuple(
                ReleasedCredit(
                    enrolment=key,
                    number=view.credits[key].number,
                    student=view.credits[key].student,
                )
                for key in told
            ),
        )
        sealed = await seal_to(
            self._records,
            view.transfer.target,
            purpose=RELEASED_MESSAGE,
            place=view.transfer.id,
            document=sent.model_dump(mode="json"),
        )
        document: dict[str, JsonValue] = {"transfer": view.transfer.id, "sealed": sealed}
        first = OutgoingMessage(view.transfer.target, RELEASED_MESSAGE, document)
        return (first, *await self._handing.messages(view, told))

    async def _require_own(self, person: AuthenticatedPerson, holdings: Iterable[Holding]) -> None:
        async with self._database.reading() as session:
            for holding in holdings:
                account = await session.get(Account, holding.holder)
                if account is None or account.person != person.id:
                    raise NotParty("this is another student's credit", field="credits")


def _accounts(target: str, moves: Sequence[WantedMove], *, here: str) -> dict[str, str]:
    accounts = {move.enrolment: move.student for move in moves}
    if len(accounts) != len(moves):
        raise InvalidArgument("each credit is named once", field="credits")
    if target == here:
        raise InvalidArgument("this is the student's home already", field="to")
    towards: dict[str, str] = {}
    for enrolment, student in accounts.items():
        if split_key(student).owner != target:
            raise InvalidArgument("an account at the new home is named", field="credits")
        teaching = split_key(enrolment).owner
        if towards.setdefault(student, teaching) != teaching:
            raise InvalidArgument(
                "credits of two universities need an account each: one would link them",
                field="credits",
            )
    return accounts


def _seen(view: TransferInView, seen: Mapping[str, int]) -> Mapping[str, int]:
    """Hold a registrar's word to the versions that she saw; the contract does it again."""
    for key, version in seen.items():
        if key not in view.credits:
            raise InvalidArgument("this credit is not part of the transfer", field="credits")
        if version != view.version(key):
            raise VersionConflict(
                sibling(key, Kind.TRANSFER),
                expected=version,
                actual=view.version(key),
                field="credits",
            )
    return seen


def _handed_over(view: TransferInView) -> list[str]:
    """The credits that the ledger shows as released, whether they were accepted or not."""
    return [
        key
        for key in view.credits
        if (entry := view.entry(key)) is not None and entry.status in _RELEASED
    ]


def _request(holding: Holding, student: str, operation: str) -> Command:
    return RequestTransfer(
        operation=operation,
        enrolment=holding.enrolment.key,
        expected_version=holding.transfer.version if holding.transfer else None,
        student=student,
    )


def _next_number(holding: Holding) -> int:
    return len(holding.transfer.entries) + 1 if holding.transfer else 1
