"""What the members of a running consortium hold: identities, and connections to their peers."""

from contextlib import AsyncExitStack

from fabric_client import ClientTls, Connection, Gateway, Network, SigningIdentity
from fabric_client.retry import RetryPolicy
from network.layout import Layout, MemberLayout
from tests.support.consortium import CHANNEL

MEMBERS = ("alpha", "beta", "gamma", "ministry")
CREDIT = "credit"
# On a busy machine peers take a while to learn of each other's blocks.
PATIENT = RetryPolicy(limit=60.0)


def msp_id(name: str) -> str:
    """The MSP id of a member's short name."""
    return f"{name}MSP"


class Members:
    """Every member's own files, used as that member would; nothing is asked of a gateway."""

    def __init__(self, layout: Layout, stack: AsyncExitStack) -> None:
        """Take where everything stands, and what closes the connections."""
        self.layout = layout
        self._stack = stack
        self._connections: dict[str, Connection] = {}

    def __getitem__(self, name: str) -> MemberLayout:
        return self.layout.member(name)

    def operator(self, name: str) -> SigningIdentity:
        """The member's operator (OU admin)."""
        return self._identity(name, "operator")

    def gateway(self, name: str) -> SigningIdentity:
        """The identity of the member's gateway (`crosscredit.role` gateway)."""
        return self._identity(name, "gateway_msp")

    def peer(self, name: str) -> SigningIdentity:
        """The peer's own identity: who holds it endorses what they like."""
        return self._identity(name, "peer_msp")

    async def connection(self, name: str) -> Connection:
        """The connection to a member's peer."""
        if name not in self._connections:
            member = self[name]
            tls = member.operator_tls
            self._connections[name] = await self._stack.enter_async_context(
                Connection(
                    str(member.peer),
                    member.tls_root.read_bytes(),
                    client=ClientTls(tls.certificate.read_bytes(), tls.key.read_bytes()),
                )
            )
        return self._connections[name]

    async def network(self, at: str, who: SigningIdentity | None = None) -> Network:
        """The channel as `who` (that member's operator, if left out) sees it at a peer."""
        who = who or self.operator(at)
        gateway = Gateway(await self.connection(at), who.identity, who.signer, retry=PATIENT)
        return gateway.get_network(CHANNEL)

    def _identity(self, name: str, folder: str) -> SigningIdentity:
        msp = getattr(self[name], folder)
        return SigningIdentity.from_pem(
            msp_id(name), msp.certificate.read_bytes(), msp.key.read_bytes()
        )
