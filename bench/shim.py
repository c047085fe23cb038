"""CPU that the shim takes for an invocation, with and without batches.

Run `python bench/shim.py`. The chaincode is a process of its own, served over mutual TLS to a fake
peer in this one; what is measured is the chaincode's own CPU time. Compare the ratios: they come
from one run, the milliseconds are this machine's.
"""

import asyncio
import multiprocessing
import tempfile
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from chaincode.shim import ChaincodeServer, Response, ServerTLS, Stub, success
from tests.support.shim.peer import NO_OFFER, OFFER, FakePeer
from tests.support.shim.stage import Certificates, invent_certificates


async def work(stub: Stub) -> Response:
    """Read and write as many keys as the arguments say."""
    reads, writes = (int(argument) for argument in stub.arguments)
    await stub.get_multiple_states([f"in{n}" for n in range(reads)])
    for n in range(writes):
        await stub.put_state(f"out{n}", b"a value of a record")
    return success()


def serve(folder: Path, ready: Connection) -> None:
    """Serve until terminated; say the port first."""

    async def run() -> None:
        names = ("certificate", "key", "roots")
        tls = ServerTLS.from_files(*(folder / name for name in names))
        server = ChaincodeServer("bench:0", "127.0.0.1:0", work, tls)
        await server.start()
        ready.send(server.port)
        await server.serve_forever()

    asyncio.run(run())


@dataclass(frozen=True)
class Case:
    """What is measured: a kind of invocation, so many of them, so many at once."""

    name: str
    reads: int
    writes: int
    invocations: int
    at_once: int


CASES = (
    Case("1 read, 1 write, one at a time", 1, 1, 500, 1),
    Case("1 read, 1 write, 256 at once", 1, 1, 2048, 256),
    Case("20 reads, 20 writes, 64 at once", 20, 20, 256, 64),
    Case("500 writes, one at a time", 0, 500, 10, 1),
)


async def cpu(peer: FakePeer, chaincode: psutil.Process, case: Case) -> float:
    """Measure the chaincode's CPU milliseconds for one invocation."""
    arguments = [str(number).encode() for number in (case.reads, case.writes)]
    waiting = iter(range(case.invocations))

    async def invoke() -> None:
        for _ in waiting:
            await peer.call(*arguments)

    before = chaincode.cpu_times()
    await asyncio.gather(*(invoke() for _ in range(case.at_once)))
    after = chaincode.cpu_times()
    seconds = after.user + after.system - before.user - before.system
    return seconds / case.invocations * 1000


async def measure(port: int, certificates: Certificates, chaincode: psutil.Process) -> None:
    """Print a line for each case."""
    peers: list[Any] = []
    for offer in (OFFER, NO_OFFER):
        peer = FakePeer(certificates.channel(port), certificates.identity, offer)
        await peer.connect()
        await cpu(peer, chaincode, Case("warm up", 1, 1, 50, 8))
        peers.append(peer)
    print(f"{'CPU of the chaincode for an invocation':40}{'batches':>12}{'none':>12}{'ratio':>8}")
    for case in CASES:
        batched, single = [await cpu(peer, chaincode, case) for peer in peers]
        print(f"{case.name:40}{batched:9.2f} ms{single:9.2f} ms{single / batched:8.1f}")
    for peer in peers:
        await peer.disconnect()


def main() -> None:
    """Start the chaincode, measure it, end it."""
    certificates = invent_certificates()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "certificate").write_bytes(certificates.server.certificate_pem)
        (folder / "key").write_bytes(certificates.server.key_pem)
        (folder / "roots").write_bytes(certificates.root.certificate_pem)
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=serve, args=(folder, sender), daemon=True)
        process.start()
        try:
            port = receiver.recv()
            asyncio.run(measure(port, certificates, psutil.Process(process.pid)))
        finally:
            process.terminate()
            process.join()


if __name__ == "__main__":
    main()
