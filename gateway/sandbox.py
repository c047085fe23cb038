"""Several members' gateways in one process, on the sandbox: for tests and portal developers.

It is no ledger: nothing is durable, replicated, or protected from who runs the process.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx
from argon2 import PasswordHasher
from cryptography import x509

from chaincode.domain.constitution import Alliance, MemberKind
from chaincode.ledger.memory.authority import Authority, SigningIdentity
from chaincode.ledger.memory.consortium import system_clock
from gateway.bootstrap.build import Gateway, build
from gateway.bootstrap.core import Adapters, Settings
from gateway.certification.sandbox import ROLE_ATTRIBUTE, SandboxCertification
from gateway.custody.master_keys import MasterKeys
from gateway.custody.secret_box import SecretBox
from gateway.evidence.folder_store import FolderStore
from gateway.exchange.client import GatewayClient
from gateway.exchange.peer import PeerGateway
from gateway.exchange.signing import RequestSigner
from gateway.ledger.roots import SandboxRoots
from gateway.ledger.sandbox import SandboxLedger
from gateway.sandbox_consortium import make_consortium
from gateway.services.constitution import constitution_of
from gateway.services.execution import Limits
from gateway.services.founding import Founding, Invitation
from gateway.services.members import KnownMember
from gateway.services.operations import Pace
from gateway.services.outbox import DeliveryPace
from gateway.services.ports import Clock, Identity, Speaker
from gateway.storage.database import Database

TransportWrapper = Callable[[str, str, httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]
"""sender and recipient (MSP ids), the transport between them; gives what stands in for it."""

DEFAULT_MEMBERS: Final[Mapping[str, MemberKind]] = {
    "alpha": MemberKind.UNIVERSITY,
    "beta": MemberKind.UNIVERSITY,
    "gamma": MemberKind.UNIVERSITY,
    "ministry": MemberKind.AUTHORITY,
}
DEFAULT_ALLIANCES: Final = (
    Alliance(id="north", members=("alphaMSP", "betaMSP", "gammaMSP"), threshold=2),
)
"""As in consortium.toml; one whose members are not all there is left out."""
_MASTER_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SandboxSigner:
    """Signs with a key in memory."""

    identity: SigningIdentity

    async def sign(self, message: bytes) -> bytes:
        """ECDSA P-256, SHA-256, DER, low-S."""
        return self.identity.sign(message)


@dataclass
class SandboxWorld:
    """All members of a sandbox consortium, founded and served in this process.

    Use as an async context manager; `client(member)` gives an HTTP client of that member's
    gateway, `invitations[member]` the codes of its first people.

    Attributes:
        state: a folder of its own for databases and work.
        members: kinds by name; the MSP id is the name with "MSP" behind it.
        clock: the time of everybody.
        hasher: cheaper passphrase hashing for tests; None for the real one.
        transport_wrapper: stands between two gateways, to alter or replay what they send.
    """

    state: Path
    members: Mapping[str, MemberKind] = field(default_factory=lambda: dict(DEFAULT_MEMBERS))
    clock: Clock = system_clock
    hasher: PasswordHasher | None = None
    transport_wrapper: TransportWrapper | None = None
    pace: Pace = field(default_factory=Pace)
    delivery_pace: DeliveryPace = field(default_factory=DeliveryPace)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Make authorities and the consortium; `async with` does the rest."""
        now = self.clock()
        self.authorities = {_msp(name): Authority(_msp(name), now=now) for name in self.members}
        kinds = {_msp(name): kind for name, kind in self.members.items()}
        self.constitution = constitution_of(
            kinds, [item for item in DEFAULT_ALLIANCES if kinds.keys() >= set(item.members)]
        )
        self.consortium = make_consortium(self.authorities, self.constitution, clock=self.clock)
        self.operators = {
            msp_id: authority.enrol(common_name="operator", unit="admin")
            for msp_id, authority in self.authorities.items()
        }
        self.gateways: dict[str, Gateway] = {}
        self.invitations: dict[str, tuple[Invitation, ...]] = {}
        self._identities = {
            msp_id: authority.enrol(
                common_name=f"gateway.{msp_id}", attributes={ROLE_ATTRIBUTE: "gateway"}
            )
            for msp_id, authority in self.authorities.items()
        }
        self._master_keys = {
            name: MasterKeys(secrets.token_bytes(_MASTER_KEY_BYTES)) for name in self.members
        }
        self._lifespans: dict[str, AsyncExitStack] = {}

    async def __aenter__(self) -> Self:
        """Start every gateway and found every member."""
        try:
            for name in self.members:
                await self.start(name)
            for name in self.members:
                self.invitations[name] = await self.founding(name).found(self.constitution)
        except BaseException:
            await self._stop_all()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop everything."""
        await self._stop_all()

    async def start(self, name: str) -> Gateway:
        """Start a member's gateway, on the files that an earlier one left."""
        gateway = build(await self._adapters(name), self._settings(name))
        lifespan = AsyncExitStack()
        await lifespan.enter_async_context(gateway.app.router.lifespan_context(gateway.app))
        self._lifespans[name] = lifespan
        self.gateways[name] = gateway
        return gateway

    async def stop(self, name: str) -> None:
        """Stop a member's gateway; the ledger and its files stay."""
        await self._lifespans.pop(name).aclose()
        del self.gateways[name]

    @asynccontextmanager
    async def client(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        """An HTTP client of one member's gateway."""
        transport = httpx.ASGITransport(self.gateways[name].app)
        async with httpx.AsyncClient(transport=transport, base_url=_origin(name)) as client:
            yield client

    def founding(self, name: str) -> Founding:
        """What the member's operator runs once."""
        core = self.gateways[name].core
        operator = self.operators[_msp(name)]
        return Founding(
            database=core.database,
            ledger=core.ledger,
            records=core.records,
            keyring=core.keyring,
            keys=core.keys,
            box=core.box,
            operator=_speaker(operator),
            clock=self.clock,
        )

    async def _stop_all(self) -> None:
        for name in list(self._lifespans):
            await self.stop(name)

    async def _adapters(self, name: str) -> Adapters:
        msp_id, folder = _msp(name), self.state / name
        (folder / "work").mkdir(parents=True, exist_ok=True)
        identity = self._identities[msp_id]
        return Adapters(
            database=Database(folder / "gateway.sqlite"),
            ledger=SandboxLedger(self.consortium, msp_id, clock=self.clock),
            certification=SandboxCertification(self.authorities[msp_id]),
            box=SecretBox(self._master_keys[name]),
            store=await FolderStore.open(folder / "work"),
            gateway=_speaker(identity),
            client=GatewayClient(
                RequestSigner(
                    msp_id=msp_id,
                    certificate=x509.load_pem_x509_certificate(identity.certificate),
                    signer=SandboxSigner(identity),
                    clock=self.clock,
                ),
                transport=lambda peer: self._transport(msp_id, peer),
            ),
            peers={_msp(n): PeerGateway(_msp(n), _origin(n), "") for n in self.members},
            roots=SandboxRoots(self.authorities),
            clock=self.clock,
            hasher=self.hasher,
        )

    def _settings(self, name: str) -> Settings:
        return Settings(
            msp_id=_msp(name),
            title=name.capitalize(),
            origin=_origin(name),
            constitution_digest=self.constitution.digest(),
            members={
                _msp(n): KnownMember(n, n.capitalize(), _msp(n), _origin(n)) for n in self.members
            },
            pace=self.pace,
            delivery_pace=self.delivery_pace,
            limits=self.limits,
        )

    def _transport(self, sender: str, peer: PeerGateway) -> httpx.AsyncBaseTransport:
        transport: httpx.AsyncBaseTransport = _ToGateway(self, peer.msp_id)
        if self.transport_wrapper is not None:
            transport = self.transport_wrapper(sender, peer.msp_id, transport)
        return transport


class _ToGateway(httpx.AsyncBaseTransport):
    """Finds the gateway when a request is made: it may have been started anew since."""

    def __init__(self, world: SandboxWorld, msp_id: str) -> None:
        self._world = world
        self._name = msp_id.removesuffix("MSP")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        gateway = self._world.gateways.get(self._name)
        if gateway is None:
            raise httpx.ConnectError(f"{self._name}'s gateway does not run", request=request)
        return await httpx.ASGITransport(gateway.app).handle_async_request(request)


def _speaker(identity: SigningIdentity) -> Speaker:
    return Speaker(Identity(identity.msp_id, identity.certificate), SandboxSigner(identity))


def _msp(name: str) -> str:
    return f"{name}MSP"


def _origin(name: str) -> str:
    return f"https://{name}.sandbox"
