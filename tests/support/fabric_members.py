"""Every member's identities and connections on the real consortium, and scripts for the probe."""

import json
from contextlib import AsyncExitStack
from secrets import token_hex
from typing import Any

from fabric_client import (
    ClientTls,
    Connection,
    Contract,
    Gateway,
    Network,
    SigningIdentity,
    Transaction,
)
from fabric_client.retry import RetryPolicy

CHANNEL, PROBE = "credits", "probe"
MEMBERS = ("alpha", "beta", "gamma", "ministry")
# Peers learn of each other's chaincodes by gossip: on a busy machine this takes a while.
PATIENT = RetryPolicy(limit=90.0)


class Members:
    """Every member's identities and a connection to its peer."""

    def __init__(self, layout: Any, stack: AsyncExitStack) -> None:
        self.layout = layout
        self._stack = stack
        self._connections: dict[str, Connection] = {}

    def identity(self, name: str, folder: str = "gateway_msp") -> SigningIdentity:
        member = self.layout.member(name)
        msp = getattr(member, folder)
        return SigningIdentity.from_pem(
            member.member.msp_id, msp.certificate.read_bytes(), msp.key.read_bytes()
        )

    async def connection(self, name: str) -> Connection:
        if name not in self._connections:
            member = self.layout.member(name)
            self._connections[name] = await self._stack.enter_async_context(
                self.connect(name, f"{member.peer.host}:{member.peer.port}")
            )
        return self._connections[name]

    def connect(self, name: str, address: str) -> Connection:
        member = self.layout.member(name)
        tls = member.gateway_client_tls
        client = ClientTls(tls.certificate.read_bytes(), tls.key.read_bytes())
        return Connection(address, member.tls_root.read_bytes(), client=client)

    async def network(self, name: str) -> Network:
        identity = self.identity(name)
        connection = await self.connection(name)
        gateway = Gateway(connection, identity.identity, identity.signer, retry=PATIENT)
        return gateway.get_network(CHANNEL)


def script(*steps: list[Any]) -> str:
    return json.dumps(steps)


def fresh_key() -> str:
    return f"test/{token_hex(8)}"


async def endorsed(contract: Contract, steps: str) -> Transaction:
    """Endorse, again where not all peers have committed the last block yet."""
    return await PATIENT.run(contract.new_proposal("script", steps).endorse)
