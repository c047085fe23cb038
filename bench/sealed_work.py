"""Seal 200 MB, move it from one gateway's process to another's over signed TLS requests, open it.

Prints for each of the two processes how much memory that added to it at its peak, and for each step
its throughput as a ratio to SHA-256 of the same bytes on the same machine in the same run.
Linux: peaks are read from /proc. Usage: python bench/sealed_work.py [megabytes]
"""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chaincode.ledger.memory.authority import Authority
from gateway.custody.signers import ManagedSigner
from gateway.evidence.folder_store import FolderStore
from gateway.evidence.keys import SealingPrivateKey
from gateway.evidence.opening import SealedDocument
from gateway.evidence.sealing import open_body, seal, unwrap
from gateway.exchange.client import GatewayClient
from gateway.exchange.errors import MemberUnknown
from gateway.exchange.message import RequestView
from gateway.exchange.nonces import MemoryNonceStore
from gateway.exchange.peer import PeerGateway, Upload
from gateway.exchange.signing import RequestSigner
from gateway.exchange.trust import MemberTrust
from gateway.exchange.verifying import RequestVerifier

PIECE = 64 * 1024
LIMIT = 1 << 32
ALLOWED_MIB = 64


def clock() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


class PeakMemory:
    """The peak of this process's resident memory above what it had when this was made, MiB."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")
        self._before = self._read("VmRSS")

    def added(self) -> float:
        """Give the peak's excess in MiB."""
        return (self._read("VmHWM") - self._before) / 1024

    @staticmethod
    def _read(name: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


async def file_pieces(path: Path) -> AsyncIterator[bytes]:
    """An upload as a web server gives it."""
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


class OneMember:
    """The channel's configuration, as far as this needs it."""

    def __init__(self, trust: MemberTrust) -> None:
        self._trust = trust

    async def of_member(self, msp_id: str) -> MemberTrust:
        """Give the one member there is."""
        if msp_id != self._trust.msp_id:
            raise MemberUnknown(msp_id)
        return self._trust


async def receive_work(folder: Path) -> None:
    """The receiving gateway: verifies, stores, opens as the teacher does, prints its figures."""
    store = await FolderStore.open(folder / "beta")
    done: asyncio.Future[dict[str, float]] = asyncio.get_running_loop().create_future()
    root = x509.load_pem_x509_certificate((folder / "alpha.pem").read_bytes())
    origin = ""

    async def app(
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        async def body() -> AsyncIterator[bytes]:
            more = True
            while more:
                event = await receive()
                yield event["body"]
                more = event["more_body"]

        verifier = RequestVerifier(
            origin=origin,
            roots=OneMember(MemberTrust("alphaMSP", (root,))),
            nonces=MemoryNonceStore(clock),
            clock=clock,
        )
        verified = await verifier.verify(RequestView.from_asgi(scope, origin=origin))
        async with aclosing(verified.body(body(), limit=LIMIT)) as pieces:
            await store.put(pieces, limit=LIMIT, expected=verified.digest)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        moved = memory.added()
        document = SealedDocument.model_validate_json((folder / "document.json").read_bytes())
        private = SealingPrivateKey((folder / "teacher.seed").read_bytes())
        started = time.perf_counter()
        opening = unwrap(document, private)
        size = 0
        async with aclosing(
            open_body(store.get(document.body), opening=opening, body=document.body)
        ) as plain:
            async for piece in plain:
                size += len(piece)
        if size != opening.size:
            raise SystemExit("the work that was opened is not the work that was sealed")
        seconds = time.perf_counter() - started
        done.set_result({"moved": moved, "opened": memory.added(), "seconds": seconds})

    config = uvicorn.Config(
        app,
        port=0,
        ssl_certfile=str(folder / "tls.pem"),
        ssl_keyfile=str(folder / "tls.key"),
        log_config=None,
        lifespan="off",
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    origin = f"https://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    memory = PeakMemory()
    print(origin, flush=True)
    print(json.dumps(await done), flush=True)
    await server.shutdown()


def make_tls(folder: Path) -> None:
    """Make a TLS certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock() - timedelta(hours=1))
        .not_valid_after(clock() + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def prepare(folder: Path, megabytes: int) -> tuple[RequestSigner, float]:
    """Make work and keys; give the signer, and the seconds that SHA-256 of the work takes."""
    make_tls(folder)
    authority = Authority("alphaMSP", now=clock())
    gateway = authority.enrol(common_name="0f" * 16, attributes={"crosscredit.role": "gateway"})
    (folder / "alpha.pem").write_bytes(authority.certificate)
    with (folder / "work").open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(1_000_000))
    started, digest = time.perf_counter(), hashlib.sha256()
    with (folder / "work").open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    signer = RequestSigner(
        msp_id="alphaMSP",
        certificate=x509.load_pem_x509_certificate(gateway.certificate),
        signer=ManagedSigner(gateway.key),
        clock=clock,
    )
    return signer, time.perf_counter() - started


async def send_work(folder: Path, megabytes: int) -> bool:
    """The sending gateway; prints the table and says whether the bound was kept."""
    signer, plain_seconds = await asyncio.to_thread(prepare, folder, megabytes)
    store = await FolderStore.open(folder / "alpha")
    teacher = SealingPrivateKey.generate()
    (folder / "teacher.seed").write_bytes(teacher.export_seed())
    receiver = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--receive", str(folder), stdout=subprocess.PIPE
    )
    if receiver.stdout is None:
        raise SystemExit("the receiving process has no output")
    origin = (await receiver.stdout.readline()).decode().strip()
    memory = PeakMemory()

    started = time.perf_counter()
    work = await seal(
        file_pieces(folder / "work"),
        store=store,
        recipients=[teacher.public, SealingPrivateKey.generate().public],
        media_type="application/pdf",
        file_name="work.pdf",
        limit=LIMIT,
    )
    sealing, sealed_added = time.perf_counter() - started, memory.added()
    (folder / "document.json").write_text(work.document.model_dump_json())

    started = time.perf_counter()
    body = work.document.body
    upload = Upload(store.get(body), body, work.document.size, "application/octet-stream")
    peer = PeerGateway("betaMSP", origin, (folder / "tls.pem").read_text())
    async with GatewayClient(signer) as client:
        await client.send(peer, "PUT", f"/v1/exchange/bodies/{body}", upload)
    moving, sent_added = time.perf_counter() - started, memory.added()

    far = json.loads(await receiver.stdout.readline())
    await receiver.wait()
    print(f"{megabytes} MB, SHA-256 of it: {megabytes / plain_seconds:.0f} MB/s = 1.00")
    for name, seconds in (("seal", sealing), ("move", moving), ("open", far["seconds"])):
        print(f"{name}: {megabytes / seconds:.0f} MB/s, ratio {plain_seconds / seconds:.2f}")
    print(f"sending gateway: sealing added {sealed_added:.1f} MiB, and sending {sent_added:.1f}")
    print(f"receiving gateway: taking added {far['moved']:.1f} MiB, opening {far['opened']:.1f}")
    highest: float = max(sent_added, far["opened"])
    print(f"highest {highest:.1f} MiB of {ALLOWED_MIB} allowed")
    return highest <= ALLOWED_MIB


def main() -> int:
    """Run the receiving side or the whole."""
    if sys.argv[1:2] == ["--receive"]:
        asyncio.run(receive_work(Path(sys.argv[2])))
        return 0
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(send_work(Path(folder), megabytes)) else 1


if __name__ == "__main__":
    sys.exit(main())
