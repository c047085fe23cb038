import asyncio
import re
import socket
from pathlib import Path
from typing import Any

from chaincode import shim
from tests.support.shim.peer import FakePeer
from tests.support.shim.stage import Certificates


def blocks() -> dict[str, Any]:
    """Run the README's blocks, in order, in one namespace."""
    text = (Path(shim.__file__).parent / "README.md").read_text()
    namespace: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, namespace)  # noqa: S102 - the documentation under test
    return namespace


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_example_serves_a_peer(certificates: Certificates, tmp_path: Path) -> None:
    (tmp_path / "server.pem").write_bytes(certificates.server.certificate_pem)
    (tmp_path / "server.key").write_bytes(certificates.server.key_pem)
    (tmp_path / "peers.pem").write_bytes(certificates.root.certificate_pem)
    port = free_port()
    serving = asyncio.create_task(blocks()["serve"]("visits:01", f"127.0.0.1:{port}", tmp_path))
    channel = certificates.channel(port)
    await channel.channel_ready()
    peer = FakePeer(channel, certificates.identity)
    await peer.connect()
    assert peer.chaincode_id == "visits:01"
    peer.state.values["", "visits/anna"] = b"41"
    transaction, ending = await peer.invoke(b"visit", b"anna")
    assert transaction.writes == {("", "visits/anna", "value"): ("put", b"42")}
    assert ending.chaincode_event.event_name == "visited"
    assert (await peer.call(b"leave")).status == 500
    await peer.disconnect()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
