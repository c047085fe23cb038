"""What the database learns when a write about a recognition is final."""

from collections.abc import Mapping
from typing import Final, cast

from chaincode.domain.commands.redemption import PermitRedemption
from chaincode.domain.json_value import JsonValue
from gateway.model.operations import Operation
from gateway.model.recognition import (
    AppliedCredit,
    DecisionInput,
    DecisionLink,
    KeptRevision,
    RecognitionApplication,
)
from gateway.services.ports import Session
from gateway.services.standing_calls import forget_refused

APPLIED_EFFECT: Final = "recognition-applied"
RECORDED_EFFECT: Final = "decision-recorded"
REVISED_EFFECT: Final = "decision-revised"


class RecognitionApplied:
    """An application's permissions: those that stand can be withdrawn, the others never were."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Every permission stands."""

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Forget the credits without a permission; without any, the application."""
        identifier = str(arguments["application"])
        credits_ = await session.find(AppliedCredit, application=identifier)
        stands = await forget_refused(session, operation, PermitRedemption, credits_)
        row = await session.get(RecognitionApplication, identifier)
        if row is not None and stands:
            row.open, row.problem = False, "refused"
        elif row is not None:
            await session.delete(row)


class DecisionRecorded:
    """A first decision."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """The row names the decision already."""

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """There is no decision: the application is decided anew on what holds now."""
        del operation
        row = await session.get(RecognitionApplication, str(arguments["application"]))
        if row is None:
            return
        for kind in (KeptRevision, DecisionLink, DecisionInput):
            for kept in await session.find(kind, decision=row.decision):
                await session.delete(kept)
        row.decision = None


class DecisionRevised:
    """A later revision."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """From now on the decision stands on what was read for it."""
        del operation
        decision = str(arguments["decision"])
        watched = cast("Mapping[str, int]", arguments["watched"])
        for key, version in watched.items():
            row = await session.get(DecisionInput, decision, key)
            if row is None:
                session.add(DecisionInput(decision, key, version))
            else:
                row.version = version
        for application in await session.find(RecognitionApplication, decision=decision):
            # What moved may have freed its credits, for others to use: the worker sees to it.
            application.open = True

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """There is no such revision."""
        del operation
        number = cast("int", arguments["number"])
        row = await session.get(KeptRevision, str(arguments["decision"]), number)
        if row is not None:
            await session.delete(row)
