"""What a consortium is made of: members, the chaincode's definition, its private collections."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chaincode.ledger.memory.authority import SigningIdentity
from chaincode.ledger.memory.state import BEFORE_ALL, Version
from chaincode.ledger.stub import Stub


class Response(Protocol):
    """What a contract answers: 200 and a payload, or 400 and above with a message."""

    @property
    def status(self) -> int:
        """200 where it succeeded; from 400 on no peer endorses."""

    @property
    def message(self) -> str:
        """Why it did not succeed."""

    @property
    def payload(self) -> bytes:
        """Its result."""


Handler = Callable[[Stub], Awaitable[Response]]


@dataclass(frozen=True)
class Collection:
    """A private collection: policies are serialized SignaturePolicyEnvelopes.

    Attributes:
        member_policy: whose peers hold the values, and whose clients are members.
        endorsement_policy: who must endorse writes; None leaves it to the chaincode's policy.
        disseminate: whether endorsers send values to the other members' peers (maxPeerCount > 0).
    """

    name: str
    member_policy: bytes
    member_only_read: bool = True
    member_only_write: bool = False
    endorsement_policy: bytes | None = None
    disseminate: bool = True


@dataclass(frozen=True)
class Chaincode:
    """A committed chaincode definition.

    Attributes:
        policy: who must endorse, a serialized SignaturePolicyEnvelope.
        defined_at: where the definition was committed; every simulation reads it.
    """

    name: str
    policy: bytes
    version: str = "1.0"
    collections: tuple[Collection, ...] = ()
    defined_at: Version = BEFORE_ALL
    _by_name: Mapping[str, Collection] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the collections."""
        named = {collection.name: collection for collection in self.collections}
        object.__setattr__(self, "_by_name", named)

    def collection(self, name: str) -> Collection | None:
        """The collection of that name."""
        return self._by_name.get(name)


@dataclass(frozen=True)
class Member:
    """One organization: its roots, its peer, and the contract that its peer runs.

    Attributes:
        roots: the MSP's root certificates, PEM.
        peer: the identity that signs endorsements; its certificate carries OU=peer.
        handler: the member's own copy of the contract, which may differ from the others'.
        address: how its peer is called in error details.
    """

    msp_id: str
    roots: tuple[bytes, ...]
    peer: SigningIdentity
    handler: Handler
    address: str = ""
