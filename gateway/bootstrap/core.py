"""The gateway's core, wired from its adapters: what every subject's use cases stand on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from argon2 import PasswordHasher

from gateway.custody.managed_keys import ManagedKeys
from gateway.custody.owner import OwnerGate
from gateway.custody.passphrases import Passphrases
from gateway.custody.secret_box import SecretBox
from gateway.evidence.store import WorkStore
from gateway.exchange.client import GatewayClient
from gateway.exchange.peer import PeerGateway
from gateway.exchange.trust import Roots
from gateway.services.account_effects import (
    ACTIVATED,
    CLOSED,
    REGISTERED,
    AccountActivated,
    AccountClosed,
    AccountRegistered,
)
from gateway.services.accounts import Accounts
from gateway.services.activation_codes import ActivationCodes
from gateway.services.applications import Applications
from gateway.services.authentication import Authentication
from gateway.services.closing import Closing
from gateway.services.execution import Execution, Limits
from gateway.services.health import Health
from gateway.services.intent import EffectHandler
from gateway.services.keyring import Keyring
from gateway.services.members import KnownMember, Members
from gateway.services.message_handlers import MessageHandler
from gateway.services.operations import Operations, Pace
from gateway.services.outbox import DeliveryPace
from gateway.services.ports import Certification, Clock, Database, Ledger, Speaker
from gateway.services.records import Records


class OwnDatabase(Database, Protocol):
    """A database that the gateway opens and closes."""

    async def open(self) -> None:
        """Bring it to this version."""

    async def close(self) -> None:
        """Let go of it."""

    async def has_room(self) -> bool:
        """Whether its disk takes more."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is this member's own."""

    msp_id: str
    title: str
    origin: str
    """https://host:port of this gateway."""
    constitution_digest: str
    members: Mapping[str, KnownMember]
    """By MSP id."""
    work_limit_bytes: int = 1 << 30
    pace: Pace = field(default_factory=Pace)
    delivery_pace: DeliveryPace = field(default_factory=DeliveryPace)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Adapters:
    """The outside world of one gateway, already made."""

    database: OwnDatabase
    ledger: Ledger
    certification: Certification
    box: SecretBox
    store: WorkStore
    gateway: Speaker
    """The gateway's own identity (`crosscredit.role` gateway)."""
    client: GatewayClient
    peers: Mapping[str, PeerGateway]
    """By MSP id."""
    roots: Roots
    clock: Clock
    hasher: PasswordHasher | None = None
    """Weaker than RFC 9106 in tests alone."""
    close: tuple[Callable[[], Awaitable[None]], ...] = ()
    """What else is closed at the end, in this order."""


@dataclass(frozen=True, slots=True)
class Core:
    """What every subject's use cases stand on."""

    settings: Settings
    database: OwnDatabase
    ledger: Ledger
    certification: Certification
    box: SecretBox
    store: WorkStore
    client: GatewayClient
    peers: Mapping[str, PeerGateway]
    roots: Roots
    clock: Callable[[], datetime]
    keyring: Keyring
    records: Records
    operations: Operations
    passphrases: Passphrases
    gate: OwnerGate
    keys: ManagedKeys
    effects: dict[str, EffectHandler]
    """Filled by every subject before the gateway starts."""
    handlers: dict[str, MessageHandler] = field(default_factory=dict)
    """By the kind of message; filled likewise."""


def make_core(adapters: Adapters, settings: Settings) -> Core:
    """Wire the core."""
    gate = OwnerGate(adapters.clock)
    keys = ManagedKeys(adapters.box, gate)
    records = Records(adapters.ledger, adapters.gateway)
    keyring = Keyring(
        database=adapters.database,
        keys=keys,
        gate=gate,
        certification=adapters.certification,
        gateway=adapters.gateway,
        clock=adapters.clock,
    )
    effects: dict[str, EffectHandler] = {
        REGISTERED: AccountRegistered(),
        ACTIVATED: AccountActivated(),
        CLOSED: AccountClosed(),
    }
    execution = Execution(
        database=adapters.database,
        ledger=adapters.ledger,
        keyring=keyring,
        gate=gate,
        records=records,
        box=adapters.box,
        effects=effects,
        clock=adapters.clock,
        limits=settings.limits,
    )
    operations = Operations(
        database=adapters.database,
        execution=execution,
        box=adapters.box,
        clock=adapters.clock,
        pace=settings.pace,
    )
    return Core(
        settings=settings,
        database=adapters.database,
        ledger=adapters.ledger,
        certification=adapters.certification,
        box=adapters.box,
        store=adapters.store,
        client=adapters.client,
        peers=adapters.peers,
        roots=adapters.roots,
        clock=adapters.clock,
        keyring=keyring,
        records=records,
        operations=operations,
        passphrases=Passphrases(hasher=adapters.hasher),
        gate=gate,
        keys=keys,
        effects=effects,
    )


def core_services(core: Core) -> dict[type, object]:
    """The services of the core's own endpoints, by type."""
    settings = core.settings
    authentication = Authentication(
        database=core.database,
        passphrases=core.passphrases,
        gate=core.gate,
        msp_id=settings.msp_id,
        clock=core.clock,
    )
    applications = Applications(
        database=core.database,
        operations=core.operations,
        keyring=core.keyring,
        box=core.box,
        clock=core.clock,
    )
    accounts = Accounts(
        database=core.database,
        operations=core.operations,
        records=core.records,
        passphrases=core.passphrases,
        clock=core.clock,
    )
    closing = Closing(database=core.database, operations=core.operations, records=core.records)
    health = Health(
        database=core.database,
        has_room=core.database.has_room,
        ledger=core.ledger,
        records=core.records,
        constitution_digest=settings.constitution_digest,
    )
    codes = ActivationCodes(database=core.database, clock=core.clock)
    services = (
        authentication,
        applications,
        codes,
        accounts,
        closing,
        health,
        core.operations,
        core.records,
    )
    found: dict[type, object] = {type(service): service for service in services}
    return found | {Members: Members(core.records, settings.members)}
