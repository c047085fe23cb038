"""`consortium.toml` as types; a wrong field is named."""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from network.errors import ConfigurationError

DEFAULT_FILE = Path(__file__).with_name("consortium.toml")
_HIGHEST_PORT = 65535

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
AllianceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
MspId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]{0,30}$")]
Duration = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(ms|s|m)$")]
# Everything listens on one machine: on an address of RFC 1122, 3.2.1.3 (g).
Loopback = Annotated[
    str, StringConstraints(pattern=r"^127\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$")
]
PortPlace = Annotated[int, Field(ge=0, le=99, strict=True)]
Count = Annotated[int, Field(ge=1, strict=True)]


class Kind(StrEnum):
    """What a member is; only universities and authorities count in a majority."""

    UNIVERSITY = "university"
    AUTHORITY = "authority"
    PLATFORM = "platform"
    EMPLOYER = "employer"
    CREDIT_BANK = "credit-bank"


DECIDING = frozenset({Kind.UNIVERSITY, Kind.AUTHORITY})


class Quorum(StrEnum):
    """How many of the deciding members must agree."""

    MAJORITY = "majority"
    ALL = "all"
    ANY = "any"

    def of(self, count: int) -> int:
        """Return how many of `count` members that is."""
        return {Quorum.MAJORITY: count // 2 + 1, Quorum.ALL: count, Quorum.ANY: 1}[self]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ports(_Strict):
    """Where a member's services listen, counted from its first port."""

    gateway: PortPlace
    ca: PortPlace
    ca_operations: PortPlace
    orderer: PortPlace
    orderer_admin: PortPlace
    orderer_operations: PortPlace
    peer: PortPlace
    peer_chaincode: PortPlace
    peer_operations: PortPlace


class Member(_Strict):
    """One organization of the consortium."""

    name: Name
    title: str = Field(min_length=1, max_length=100)
    msp_id: MspId
    kind: Kind
    first_port: int = Field(ge=1024, le=_HIGHEST_PORT, strict=True)
    orderer: bool

    @property
    def decides(self) -> bool:
        """Whether the member counts in a majority."""
        return self.kind in DECIDING


class Alliance(_Strict):
    """Members that agree on recognition rules among themselves."""

    name: AllianceName
    members: tuple[Name, ...] = Field(min_length=2)
    threshold: Count


class ChannelPolicies(_Strict):
    """Who must agree to what on a channel."""

    administration: Quorum
    lifecycle: Quorum
    endorsement: Quorum


class Ordering(_Strict):
    """How SmartBFT cuts blocks and how long it waits for its leader (Go durations, bytes)."""

    batch_interval: Duration
    batch_messages: Count
    batch_bytes: Count
    message_bytes: Count
    request_forward: Duration
    request_complain: Duration
    view_change_resend: Duration
    view_change: Duration
    leader_heartbeat: Duration


class Channel(_Strict):
    """One ledger and who keeps it."""

    name: Name
    members: tuple[Name, ...] = Field(min_length=1)
    policies: ChannelPolicies
    ordering: Ordering


class Chaincode(_Strict):
    """A program on a channel, run by each member's own process."""

    name: Name
    channel: Name
    version: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]{0,30}$")
    sequence: Count
    module: str = Field(pattern=r"^[a-z_][a-z0-9_.]*$")
    port: PortPlace
    endorsement: Quorum
    collections: tuple[str, ...] = ()


class Consortium(_Strict):
    """The members, channels and chaincodes that run together."""

    name: Name
    host: Loopback
    ports: Ports
    members: tuple[Member, ...] = Field(min_length=1)
    channels: tuple[Channel, ...] = Field(min_length=1)
    chaincodes: tuple[Chaincode, ...] = ()
    alliances: tuple[Alliance, ...] = ()
    port_offset: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _distinct("members", "name", [m.name for m in self.members])
        _distinct("members", "msp_id", [m.msp_id.lower() for m in self.members])
        _distinct("channels", "name", [c.name for c in self.channels])
        _distinct("chaincodes", "name", [c.name for c in self.chaincodes])
        known = {m.name for m in self.members}
        for number, channel in enumerate(self.channels):
            _distinct(f"channels.{number}", "members", list(channel.members))
            if unknown := set(channel.members) - known:
                raise ValueError(f"channels.{number}.members: no member is named {min(unknown)}")
            if not any(self.member(name).orderer for name in channel.members):
                raise ValueError(f"channels.{number}.members: none of them runs an orderer")
            if not any(self.member(name).decides for name in channel.members):
                raise ValueError(f"channels.{number}.members: no university or authority")
        for number, chaincode in enumerate(self.chaincodes):
            if chaincode.channel not in {c.name for c in self.channels}:
                raise ValueError(
                    f"chaincodes.{number}.channel: no channel is named {chaincode.channel}"
                )
        self._alliances_vote()
        self._ports_apart()
        return self

    def _alliances_vote(self) -> None:
        _distinct("alliances", "name", [alliance.name for alliance in self.alliances])
        voting = {member.name for member in self.members if member.decides}
        for number, alliance in enumerate(self.alliances):
            _distinct(f"alliances.{number}", "members", list(alliance.members))
            if others := set(alliance.members) - voting:
                raise ValueError(
                    f"alliances.{number}.members: {min(others)} is no university or authority here"
                )
            if not len(alliance.members) < 2 * alliance.threshold <= 2 * len(alliance.members):
                raise ValueError(
                    f"alliances.{number}.threshold: it is more than half of the members, "
                    "and at most all"
                )

    @property
    def highest_port(self) -> int:
        """The last port that any of its processes listens on."""
        last = max(member.first_port for member in self.members)
        return last + max(self._places().values()) + self.port_offset

    def _places(self) -> dict[str, int]:
        """By service, how far behind a member's first port it listens."""
        return dict(self.ports) | {f"chaincode {c.name}": c.port for c in self.chaincodes}

    def _ports_apart(self) -> None:
        taken: dict[int, str] = {}
        for number, member in enumerate(self.members):
            for service, place in self._places().items():
                port = member.first_port + place + self.port_offset
                if port > _HIGHEST_PORT:
                    raise ValueError(f"members.{number}.first_port: {port} is no port ({service})")
                if port in taken:
                    raise ValueError(
                        f"members.{number}.first_port: {member.name}'s {service} would listen on "
                        f"{port}, as {taken[port]} does"
                    )
                taken[port] = f"{member.name}'s {service}"

    def member(self, name: str) -> Member:
        """Return the member of that name.

        Raises:
            KeyError: there is none.
        """
        for member in self.members:
            if member.name == name:
                return member
        raise KeyError(name)

    def channel(self, name: str) -> Channel:
        """Return the channel of that name.

        Raises:
            KeyError: there is none.
        """
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise KeyError(name)

    def on_channel(self, channel: Channel) -> tuple[Member, ...]:
        """Return the members of a channel, in the file's order."""
        return tuple(m for m in self.members if m.name in channel.members)

    def deciding(self, channel: Channel) -> tuple[Member, ...]:
        """Return the universities and authorities of a channel."""
        return tuple(m for m in self.on_channel(channel) if m.decides)


def _distinct(table: str, field: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{table}.{field}: {value} stands there twice")


def parse(text: str, *, port_offset: int = 0, source: str = "consortium.toml") -> Consortium:
    """Read the text of a `consortium.toml`.

    Raises:
        ConfigurationError: it is no TOML, or a field or the offset is wrong, which is named.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{source} is not valid TOML: {error}") from error
    if "port_offset" in document:
        raise ConfigurationError(f"{source}: port_offset is an option of the command, not a field")
    try:
        without = Consortium.model_validate(document)
        room = _HIGHEST_PORT - without.highest_port
        if port_offset > room:
            raise ConfigurationError(
                f"--port-offset {port_offset} (or CROSSCREDIT_PORT_OFFSET) is too much: "
                f"{without.highest_port + port_offset} is no port. Choose at most {room}."
            )
        return Consortium.model_validate({**document, "port_offset": port_offset})
    except ValidationError as error:
        raise ConfigurationError(_explain(source, error)) from error


def load(path: Path = DEFAULT_FILE, *, port_offset: int = 0) -> Consortium:
    """Read a `consortium.toml`; `port_offset` is added to every port.

    Raises:
        ConfigurationError: the file cannot be read or a field is wrong; the field is named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    return parse(text, port_offset=port_offset, source=path.name)


def _explain(source: str, error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{source}: {field}: {message}" if field else f"{source}: {message}")
    return "\n".join(lines)
