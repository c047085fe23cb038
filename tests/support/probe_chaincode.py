"""A chaincode that does what it is told: every operation of a stub, by script.

Arguments: `script` and a JSON list of operations, each a list of a name and its parameters. The
answer is the JSON list of their results. It runs on the sandbox (`probe`) and, as a process, on a
real peer (`python -m tests.support.probe_chaincode`, configured as the credit chaincode is).
A value `$name` stands for the transient field of that name.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from chaincode.ledger.policy import all_peers_of
from chaincode.ledger.stub import Stub
from chaincode.shim import ChaincodeServer, Response, ServerTLS, success

Operation = Callable[..., Awaitable[Any]]
_OPERATIONS: dict[str, Operation] = {}


class ProbeCrash(Exception):
    """The script asked for a crash."""


class _Stop(Exception):
    """The script asked for a response that is no success."""

    def __init__(self, status: int, message: str) -> None:
        self.response = Response(status, message)


def _operation(function: Operation) -> Operation:
    _OPERATIONS[function.__name__] = function
    return function


async def probe(stub: Stub) -> Response:
    """Run the script of one invocation."""
    script = json.loads(stub.arguments[1])
    try:
        results = [await _run(stub, step) for step in script]
    except _Stop as stop:
        return stop.response
    return success(json.dumps(results, separators=(",", ":")).encode())


async def _run(stub: Stub, step: list[Any]) -> Any:
    name, *parameters = step
    return await _OPERATIONS[name](stub, *parameters)


def _bytes(stub: Stub, value: str) -> bytes:
    return stub.transient[value[1:]] if value.startswith("$") else value.encode()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


@_operation
async def get(stub: Stub, key: str) -> Any:
    return _text(await stub.get_state(key))


@_operation
async def put(stub: Stub, key: str, value: str) -> Any:
    await stub.put_state(key, _bytes(stub, value))


@_operation
async def add(stub: Stub, key: str, text: str) -> Any:
    """Read a value and write it with something appended: a read and a write of one key."""
    value = (await stub.get_state(key) or b"") + text.encode()
    await stub.put_state(key, value)
    return _text(value)


@_operation
async def delete(stub: Stub, key: str) -> Any:
    await stub.delete_state(key)


@_operation
async def policy(stub: Stub, key: str, members: list[str]) -> Any:
    """Every named member's peer must endorse what changes the key from now on."""
    await stub.set_state_validation_parameter(key, all_peers_of(tuple(members)))


@_operation
async def get_policy(stub: Stub, key: str) -> Any:
    found = await stub.get_state_validation_parameter(key)
    return None if found is None else found.hex()


@_operation
async def range(stub: Stub, start: str, end: str, limit: int = 0) -> Any:  # noqa: A001
    found = []
    async for entry in stub.get_state_by_range(start, end):
        found.append([entry.key, _text(entry.value)])
        if limit and len(found) == limit:
            break
    return found


@_operation
async def fill(stub: Stub, prefix: str, count: int) -> Any:
    """Write many keys, for ranges that a peer reads in batches and folds into a Merkle tree."""
    number = 0
    while number < count:
        await stub.put_state(f"{prefix}{number:04}", str(number).encode())
        number += 1


@_operation
async def history(stub: Stub, key: str) -> Any:
    return [
        [
            entry.transaction_id,
            entry.value.decode(),
            entry.timestamp and entry.timestamp.isoformat(),
            entry.is_delete,
        ]
        async for entry in stub.get_history_for_key(key)
    ]


@_operation
async def put_private(stub: Stub, collection: str, key: str, value: str) -> Any:
    await stub.put_private_data(collection, key, _bytes(stub, value))


@_operation
async def get_private(stub: Stub, collection: str, key: str) -> Any:
    return _text(await stub.get_private_data(collection, key))


@_operation
async def delete_private(stub: Stub, collection: str, key: str) -> Any:
    await stub.delete_private_data(collection, key)


@_operation
async def hash_private(stub: Stub, collection: str, key: str) -> Any:
    found = await stub.get_private_data_hash(collection, key)
    return None if found is None else found.hex()


@_operation
async def event(stub: Stub, name: str, payload: str) -> Any:
    stub.set_event(name, payload.encode())


@_operation
async def context(stub: Stub) -> Any:
    """What the invocation says of itself."""
    return {
        "transaction": stub.transaction_id,
        "channel": stub.channel_id,
        "time": stub.timestamp.isoformat(),
        "creator": [stub.creator.msp_id, stub.creator.certificate.decode()],
        "transient": {name: value.decode() for name, value in sorted(stub.transient.items())},
        "arguments": len(stub.arguments),
    }


@_operation
async def fail(_stub: Stub, status: int, message: str) -> Any:
    raise _Stop(status, message)


@_operation
async def crash(_stub: Stub) -> Any:
    raise ProbeCrash


@_operation
async def attempt(stub: Stub, step: list[Any]) -> Any:
    """Run another operation and report its error instead of failing by it."""
    try:
        return ["done", await _run(stub, step)]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the result
        return [type(error).__name__, str(error)]


async def serve() -> None:
    """Serve the probe to a peer until SIGTERM or SIGINT."""
    tls = ServerTLS.from_files(
        Path(os.environ["CHAINCODE_TLS_CERT_FILE"]),
        Path(os.environ["CHAINCODE_TLS_KEY_FILE"]),
        Path(os.environ["CHAINCODE_TLS_CLIENT_CA_FILE"]),
    )
    address = os.environ["CHAINCODE_SERVER_ADDRESS"]
    server = ChaincodeServer(os.environ["CHAINCODE_ID"], address, probe, tls)
    serving = asyncio.create_task(server.serve_forever())
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        sys.stderr.write("probe ended\n")


if __name__ == "__main__":
    asyncio.run(serve())
