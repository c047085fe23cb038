"""Where everything of a consortium stands on disk, and where it listens.

Each member's secrets are below its own folder; nothing of one member stands in another's.
"""

from dataclasses import dataclass
from pathlib import Path

from network.config import Consortium, Member, Ports
from network.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """One TLS identity: a certificate, its key, and the issuing authority's root (all PEM)."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The certificate chain, leaf first."""
        return self.folder / "cert.pem"

    @property
    def key(self) -> Path:
        """The private key, PKCS 8, mode 0600."""
        return self.folder / "key.pem"


@dataclass(frozen=True, slots=True)
class MspFolder:
    """A signing identity as Fabric's programs read it (a local MSP)."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The enrolment certificate."""
        return self.folder / "signcerts" / "cert.pem"

    @property
    def key(self) -> Path:
        """The private key, PKCS 8, mode 0600."""
        return self.folder / "keystore" / "key.pem"


@dataclass(frozen=True, slots=True)
class ChaincodeLayout:
    """One member's share of one chaincode."""

    member: "MemberLayout"
    name: str
    endpoint: Endpoint

    @property
    def component(self) -> str:
        """The process's name within the member."""
        return f"chaincode-{self.name}"

    @property
    def folder(self) -> Path:
        """Everything of this chaincode at this member."""
        return self.member.folder / "chaincode" / self.name

    @property
    def tls(self) -> TlsFiles:
        """What the chaincode process shows to its peer."""
        return TlsFiles(self.folder / "tls")

    @property
    def package(self) -> Path:
        """The package that is installed on the peer."""
        return self.folder / "package.tar.gz"


@dataclass(frozen=True, slots=True)
class MemberLayout:
    """One member's folder and endpoints."""

    member: Member
    folder: Path
    host: str
    ports: Ports
    port_offset: int

    def at(self, place: int) -> Endpoint:
        """Return the endpoint at that place of the member's ports."""
        return Endpoint(self.host, self.member.first_port + place + self.port_offset)

    @property
    def gateway(self) -> Endpoint:
        """The gateway's REST interface."""
        return self.at(self.ports.gateway)

    @property
    def ca(self) -> Endpoint:
        """The fabric-ca server."""
        return self.at(self.ports.ca)

    @property
    def ca_operations(self) -> Endpoint:
        """The fabric-ca server's health and version, to the operator's TLS certificate only."""
        return self.at(self.ports.ca_operations)

    @property
    def orderer(self) -> Endpoint:
        """Where the orderer serves peers and other orderers."""
        return self.at(self.ports.orderer)

    @property
    def orderer_admin(self) -> Endpoint:
        """Where osnadmin reaches the orderer."""
        return self.at(self.ports.orderer_admin)

    @property
    def orderer_operations(self) -> Endpoint:
        """The orderer's health and version."""
        return self.at(self.ports.orderer_operations)

    @property
    def peer(self) -> Endpoint:
        """Where the peer serves its clients and other peers."""
        return self.at(self.ports.peer)

    @property
    def peer_chaincode(self) -> Endpoint:
        """Where the peer would let chaincode dial in; unused, but it must listen somewhere."""
        return self.at(self.ports.peer_chaincode)

    @property
    def peer_operations(self) -> Endpoint:
        """The peer's health and version."""
        return self.at(self.ports.peer_operations)

    @property
    def ca_home(self) -> Path:
        """The fabric-ca server's home: keys, database, configuration."""
        return self.folder / "ca"

    @property
    def ca_tls(self) -> TlsFiles:
        """What the fabric-ca server shows to its clients."""
        return TlsFiles(self.ca_home / "tls")

    @property
    def ca_root(self) -> Path:
        """The root of the enrolment authority."""
        return self.folder / "msp" / "cacerts" / "ca.pem"

    @property
    def tls_root(self) -> Path:
        """The root of the TLS authority: every TLS certificate of the member chains to it."""
        return self.folder / "msp" / "tlscacerts" / "tlsca.pem"

    @property
    def msp(self) -> Path:
        """The public MSP that channels hold."""
        return self.folder / "msp"

    @property
    def operator(self) -> MspFolder:
        """The member's operator (OU admin)."""
        return MspFolder(self.folder / "operator" / "msp")

    @property
    def operator_tls(self) -> TlsFiles:
        """What the operator's programs show to servers that ask for a certificate."""
        return TlsFiles(self.folder / "operator" / "tls")

    @property
    def peer_folder(self) -> Path:
        """The peer's configuration, identity and data."""
        return self.folder / "peer"

    @property
    def peer_msp(self) -> MspFolder:
        """The peer's identity (OU peer)."""
        return MspFolder(self.peer_folder / "msp")

    @property
    def peer_tls(self) -> TlsFiles:
        """The peer's TLS identity, as server and as client."""
        return TlsFiles(self.peer_folder / "tls")

    @property
    def orderer_folder(self) -> Path:
        """The orderer's configuration, identity and data."""
        return self.folder / "orderer"

    @property
    def orderer_msp(self) -> MspFolder:
        """The orderer's identity (OU orderer)."""
        return MspFolder(self.orderer_folder / "msp")

    @property
    def orderer_tls(self) -> TlsFiles:
        """The orderer's TLS identity, as server and as client."""
        return TlsFiles(self.orderer_folder / "tls")

    @property
    def gateway_folder(self) -> Path:
        """The gateway's configuration, identities, database and work store."""
        return self.folder / "gateway"

    @property
    def gateway_config(self) -> Path:
        """The gateway's configuration."""
        return self.gateway_folder / "config.toml"

    @property
    def activation_codes(self) -> Path:
        """The one-time codes of the first people, by login, as founding left them, mode 0600.

        A code that was used stands there still and is good for nothing.
        """
        return self.gateway_folder / "activation-codes.json"

    @property
    def gateway_msp(self) -> MspFolder:
        """The gateway's own ledger identity (OU client, crosscredit.role gateway)."""
        return MspFolder(self.gateway_folder / "msp")

    @property
    def gateway_tls(self) -> TlsFiles:
        """What the gateway shows to its callers."""
        return TlsFiles(self.gateway_folder / "tls")

    @property
    def gateway_client_tls(self) -> TlsFiles:
        """What the gateway shows to its peer and to other gateways."""
        return TlsFiles(self.gateway_folder / "tls-client")

    @property
    def registrar_secret(self) -> Path:
        """The secret of the gateway's registrar at the enrolment authority, mode 0600."""
        return self.gateway_folder / "registrar.secret"

    @property
    def master_key(self) -> Path:
        """32 random bytes under which the gateway encrypts keys at rest, mode 0600."""
        return self.gateway_folder / "master.key"

    def chaincode(self, name: str, place: int) -> ChaincodeLayout:
        """Return this member's share of the chaincode that listens at that place."""
        return ChaincodeLayout(self, name, self.at(place))

    def pid_file(self, component: str) -> Path:
        """Return where the running process of a component is noted."""
        return self.folder / "run" / f"{component}.json"

    def log(self, component: str) -> Path:
        """Return the log of a component."""
        return self.folder / "logs" / f"{component}.log"


@dataclass(frozen=True, slots=True)
class Layout:
    """One consortium's state directory."""

    consortium: Consortium
    state: Path

    @classmethod
    def of(cls, consortium: Consortium, state: Path) -> "Layout":
        """Take a state directory, relative to the current directory or absolute."""
        return cls(consortium, state.absolute())

    def member(self, name: str) -> MemberLayout:
        """Return one member's layout.

        Raises:
            KeyError: there is no such member.
        """
        return MemberLayout(
            member=self.consortium.member(name),
            folder=self.state / "members" / name,
            host=self.consortium.host,
            ports=self.consortium.ports,
            port_offset=self.consortium.port_offset,
        )

    @property
    def members(self) -> tuple[MemberLayout, ...]:
        """All members, in the order of `consortium.toml`."""
        return tuple(self.member(member.name) for member in self.consortium.members)

    def channel_folder(self, channel: str) -> Path:
        """Return where a channel's genesis block and its source stand."""
        return self.state / "channels" / channel

    def genesis(self, channel: str) -> Path:
        """Return a channel's first block."""
        return self.channel_folder(channel) / "genesis.block"

    @property
    def ready_marker(self) -> Path:
        """Written when a start succeeded; without it the state is made anew."""
        return self.state / "ready.json"

    @property
    def lock(self) -> Path:
        """Held while the state is being started or stopped."""
        return self.state / "lock"


def default_state(consortium: Consortium) -> Path:
    """Return where a kept consortium's state stands: below the current directory."""
    return Path.cwd() / ".crosscredit" / consortium.name
