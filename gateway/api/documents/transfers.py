"""Transfers of home as REST takes and shows them."""

from typing import Annotated, Any, Self

from pydantic import Field

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.keys import Kind
from chaincode.domain.transfer import FaultKind, HandoverFault, PieceKind, TransferStatus
from chaincode.domain.values import Instant, MspId, RandomId, Value, Version
from gateway.api.documents.identifiers import CourseId, RecordId, identifier_of, key_of
from gateway.model.transfers import HomeTransfer
from gateway.services.transfers.access import TransferInView
from gateway.services.transfers.completeness import HandoverState
from gateway.services.transfers.requests import MAX_CREDITS, WantedMove


class MovingCreditBody(Value):
    """A credit, and the account at the new home that it shall move to."""

    credit: RecordId
    account: RecordId


class RequestTransferBody(Value):
    """What a student takes along to which university."""

    to: MspId
    credits: Annotated[list[MovingCreditBody], Field(min_length=1, max_length=MAX_CREDITS)]

    def moves(self) -> list[WantedMove]:
        """The request of the use case."""
        return [
            WantedMove(key_of(Kind.ENROLMENT, one.credit), key_of(Kind.ACCOUNT, one.account))
            for one in self.credits
        ]


class SeenTransferBody(Value):
    """A credit, with the version of its transfers as a registrar saw it."""

    credit: RecordId
    expected_version: Version


class SettleTransferBody(Value):
    """The credits that a registrar releases or accepts."""

    credits: Annotated[list[SeenTransferBody], Field(min_length=1, max_length=MAX_CREDITS)]

    def seen(self) -> dict[str, int]:
        """The versions by the key of the enrolment.

        Raises:
            InvalidArgument: a credit is named twice.
        """
        found = {key_of(Kind.ENROLMENT, one.credit): one.expected_version for one in self.credits}
        if len(found) != len(self.credits):
            raise InvalidArgument("each credit is named once", field="credits")
        return found


class AcceptTransferBody(SettleTransferBody):
    """The credits that a registrar of the new home takes in."""

    incomplete: bool = False
    """Take them in although the old home owes something: the ledger then names it for all."""


class FoundFaultView(HandoverFault):
    """Something that came otherwise than the ledger has it, whether it was mended since or not."""

    found_at: Instant


class HandoverView(Value):
    """What the new home holds of a credit, compared with the ledger."""

    complete: bool
    lacking: tuple[HandoverFault, ...]
    """Pieces that are not here now."""
    found: tuple[FoundFaultView, ...]

    @classmethod
    def of(cls, state: HandoverState) -> Self:
        """Show a handover."""
        return cls(
            complete=not state.lacking,
            lacking=state.lacking,
            found=tuple(
                FoundFaultView(
                    piece=PieceKind(one.piece),
                    number=one.number or None,
                    fault=FaultKind(one.fault),
                    found_at=one.found_at,
                )
                for one in state.found
            ),
        )


class MovingCreditView(Value):
    """One credit of a transfer. `status` is null while the ledger does not show the request."""

    credit: RecordId
    course: CourseId
    account: RecordId
    number: int
    """Of the request among the credit's transfers."""
    version: int
    """Of the credit's transfers, 0 while there are none: releasing and accepting name it."""
    status: TransferStatus | None
    requested_at: Instant | None
    released_at: Instant | None
    accepted_at: Instant | None
    home: str
    """The university whose student the holder is now."""
    faults: tuple[HandoverFault, ...]
    """What the new home had not got, or got altered, when it accepted: on the ledger, for all."""
    handover: HandoverView | None
    """At the new home, from the release on."""

    @classmethod
    def of(cls, view: TransferInView, enrolment: str) -> Self:
        """Show a credit as the ledger has it."""
        row, holding = view.credits[enrolment], view.holdings[enrolment]
        entry, state = view.entry(enrolment), view.handovers.get(enrolment)
        return cls(
            credit=identifier_of(enrolment),
            course=identifier_of(holding.enrolment.course),
            account=identifier_of(row.student),
            number=row.number,
            version=view.version(enrolment),
            status=entry.status if entry else None,
            requested_at=entry.requested_at if entry else None,
            released_at=entry.released_at if entry else None,
            accepted_at=entry.accepted_at if entry else None,
            home=holding.home,
            faults=entry.faults if entry else (),
            handover=HandoverView.of(state) if state else None,
        )


class TransferSummary(Value):
    """A transfer, without what the ledger says of its credits."""

    id: RandomId
    source: str
    """The old home."""
    target: str
    """The new home."""
    created_at: Instant
    """When this gateway learned of it."""

    @classmethod
    def of(cls, row: HomeTransfer) -> Self:
        """Show a row."""
        return cls(**_row(row))


class TransferView(TransferSummary):
    """A transfer with its credits as they are now."""

    credits: tuple[MovingCreditView, ...]
    name_at_source: Annotated[str | None, Field(repr=False)]
    """By which the old home knows the student."""
    name_at_target: Annotated[str | None, Field(repr=False)]
    """By which the new home does. Whether both are one person its registrar decides."""

    @classmethod
    def shown(cls, view: TransferInView) -> Self:
        """Show a transfer."""
        return cls(
            **_row(view.transfer),
            credits=tuple(MovingCreditView.of(view, key) for key in view.credits),
            name_at_source=view.names.source,
            name_at_target=view.names.target,
        )


class TransferList(Value):
    """Transfers that concern the person who asks, the latest first."""

    transfers: tuple[TransferSummary, ...]


def _row(row: HomeTransfer) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "target": row.target,
        "created_at": row.created_at,
    }
