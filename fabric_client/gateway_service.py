"""The calls of a peer's gateway (`gateway.Gateway`), with their failures as types."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc

from fabric_client.connection import Connection
from fabric_client.gateway_errors import (
    CommitStatusError,
    EndorseError,
    EvaluateError,
    EventsError,
    GatewayError,
    OutcomeUnknownError,
    SubmitError,
)
from fabric_client.rpc_status import peer_errors
from fabric_client.timeouts import Timeouts

# internal/pkg/gateway/submit.go and limiter: refusals given before an orderer has the envelope.
_NEVER_SUBMITTED = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.UNIMPLEMENTED,
}
NO_ORDERERS = "no orderer nodes available"
TOO_MANY = "too many requests"


class GatewayService:
    """A typed stub over one connection; `within` is a deadline in seconds that the peer sees."""

    def __init__(self, connection: Connection, timeouts: Timeouts) -> None:
        self._stub = gateway_pb2_grpc.GatewayStub(connection.channel)
        self._timeouts = timeouts
        self.connection = connection

    async def evaluate(self, request: gateway_pb2.EvaluateRequest, within: float | None) -> Any:
        """Call Evaluate.

        Raises:
            EvaluateError: it failed.
        """
        async with _failing_as(EvaluateError, request.transaction_id):
            return await self._stub.Evaluate(request, timeout=_or(within, self._timeouts.evaluate))

    async def endorse(self, request: gateway_pb2.EndorseRequest, within: float | None) -> Any:
        """Call Endorse.

        Raises:
            EndorseError: it failed.
        """
        async with _failing_as(EndorseError, request.transaction_id):
            return await self._stub.Endorse(request, timeout=_or(within, self._timeouts.endorse))

    async def submit(self, request: gateway_pb2.SubmitRequest, within: float | None) -> None:
        """Call Submit.

        Raises:
            SubmitError: it was refused, and no orderer has the transaction.
            OutcomeUnknownError: an orderer may have it.
        """
        try:
            await self._stub.Submit(request, timeout=_or(within, self._timeouts.submit))
        except grpc.aio.AioRpcError as error:
            kind = SubmitError if _never_submitted(error) else OutcomeUnknownError
            raise _typed(kind, request.transaction_id, error) from error

    async def commit_status(
        self,
        request: gateway_pb2.SignedCommitStatusRequest,
        transaction_id: str,
        within: float | None,
    ) -> Any:
        """Call CommitStatus, which waits for the commit.

        Raises:
            CommitStatusError: it failed or timed out.
        """
        async with _failing_as(CommitStatusError, transaction_id):
            return await self._stub.CommitStatus(
                request, timeout=_or(within, self._timeouts.commit_status)
            )

    async def chaincode_events(
        self, request: gateway_pb2.SignedChaincodeEventsRequest
    ) -> AsyncIterator[Any]:
        """Call ChaincodeEvents and give its responses.

        Raises:
            EventsError: the stream broke.
        """
        call = self._stub.ChaincodeEvents(request)
        try:
            async with _failing_as(EventsError, ""):
                async for response in call:
                    yield response
        finally:
            call.cancel()


@asynccontextmanager
async def _failing_as(kind: type[GatewayError], transaction_id: str) -> AsyncIterator[None]:
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise _typed(kind, transaction_id, error) from error


def _typed(kind: type[GatewayError], transaction_id: str, error: Any) -> GatewayError:
    return kind(transaction_id, error.code(), error.details() or "", peer_errors(error))


def _never_submitted(error: Any) -> bool:
    details = error.details() or ""
    if error.code() == grpc.StatusCode.UNAVAILABLE:
        return bool(details == NO_ORDERERS)
    if error.code() == grpc.StatusCode.UNKNOWN:
        return bool(details.startswith(TOO_MANY))
    return error.code() in _NEVER_SUBMITTED


def _or(within: float | None, default: float) -> float:
    return default if within is None else within
