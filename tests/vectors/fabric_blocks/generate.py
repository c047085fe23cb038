"""Make `chain.gz` anew: the first blocks of a real consortium, as its peers give them.

`python -m tests.vectors.fabric_blocks.generate`. Every run makes other keys and times, so the file
differs each time; what the test reads out of it does not.
"""

import asyncio
import gzip
import json
from pathlib import Path

from fabric_client import ClientTls, Connection, Gateway, SigningIdentity
from fabric_client.retry import RetryPolicy
from fabric_client.system import SystemChaincodes
from network.layout import MemberLayout
from tests.support.consortium import CHANNEL, PROBE, shared_consortium

CHAIN = Path(__file__).with_name("chain.gz")
_PATIENT = RetryPolicy(limit=120.0)
_PRIVATE = [["put_private", f"values-{name}MSP", "mark", "$mark"] for name in ("alpha", "beta")]
_SHARED = [["put", "grade", "93"], ["policy", "grade", ["alphaMSP", "betaMSP"]]]


async def _fetch(member: MemberLayout) -> list[bytes]:
    tls, msp = member.gateway_client_tls, member.gateway_msp
    alpha = SigningIdentity.from_pem("alphaMSP", msp.certificate.read_bytes(), msp.key.read_bytes())
    client = ClientTls(tls.certificate.read_bytes(), tls.key.read_bytes())
    address, roots = f"{member.peer.host}:{member.peer.port}", member.tls_root.read_bytes()
    async with Connection(address, roots, client=client) as connection:
        gateway = Gateway(connection, alpha.identity, alpha.signer, retry=_PATIENT)
        network = gateway.get_network(CHANNEL)
        probe, ledger = network.get_contract(PROBE), network.get_contract("qscc")
        await probe.submit("script", json.dumps([*_SHARED, ["event", "graded", "grade"]]))
        await probe.submit(
            "script",
            json.dumps(_PRIVATE),
            transient={"mark": b"93"},
            endorsing_organizations=["alphaMSP", "betaMSP"],
        )
        height = (await SystemChaincodes(network).chain_info()).height
        return [
            await ledger.evaluate("GetBlockByNumber", CHANNEL, str(number))
            for number in range(height)
        ]


async def main() -> None:
    """Start a consortium, write two transactions, keep its blocks."""
    async with shared_consortium() as running:
        blocks = await _fetch(running.layout.member("alpha"))
    framed = b"".join(len(block).to_bytes(4, "big") + block for block in blocks)
    await asyncio.to_thread(CHAIN.write_bytes, gzip.compress(framed, mtime=0))


if __name__ == "__main__":
    asyncio.run(main())
