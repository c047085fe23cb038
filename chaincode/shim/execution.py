import traceback
from typing import Any

import structlog
from fabric_protos.peer import chaincode_shim_pb2

from chaincode.shim.errors import PeerError
from chaincode.shim.exchange import Exchange
from chaincode.shim.handler import Handler
from chaincode.shim.offer import Offer
from chaincode.shim.response import ERROR, ERROR_THRESHOLD, Response
from chaincode.shim.stub import Stub

_Message = chaincode_shim_pb2.ChaincodeMessage
_log = structlog.get_logger(__name__)


async def execute(handler: Handler, message: Any, exchange: Exchange, offer: Offer) -> Any:
    """Run the chaincode for one INIT or TRANSACTION message; make its closing message.

    That is COMPLETED with the chaincode's response, or ERROR where it came to none; which holds
    no more of an exception than its type (and a peer's own words), for the message of an exception
    may hold private values.
    """
    try:
        stub = Stub(message, exchange, offer)
        response = await handler(stub)
        payload = response.to_bytes()
        # Nobody endorses a refusal, yet a peer passes its private writes on: so none is sent.
        if response.status < ERROR_THRESHOLD:
            await stub.finish()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - sys.exit and cancellation too: the peer must hear
        closing = _crash(exchange, error)
    else:
        closing = _completed(message, exchange, stub, response, payload)
    await exchange.close()
    return closing


def _completed(
    message: Any, exchange: Exchange, stub: Stub, response: Response, payload: bytes
) -> Any:
    if message.type == _Message.INIT and response.status >= ERROR:
        return exchange.message(_Message.ERROR, response.message.encode())
    closing = exchange.message(_Message.COMPLETED, payload)
    if stub.event is not None:
        closing.chaincode_event.CopyFrom(stub.event)
    size = closing.ByteSize()
    if size > exchange.max_payload:
        text = f"response and event of {size} bytes are too large for the stream to the peer"
        return exchange.message(_Message.ERROR, text.encode())
    return closing


def _crash(exchange: Exchange, error: BaseException) -> Any:
    kind = type(error).__name__
    _log.error(
        "chaincode-function-failed",
        channel=exchange.channel_id,
        transaction=exchange.transaction_id,
        error=kind,
        where=[
            f"{frame.name} ({frame.filename}:{frame.lineno})"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    )
    words = f": {error}" if isinstance(error, PeerError) else ""
    return exchange.message(_Message.ERROR, f"the chaincode failed by {kind}{words}".encode())
