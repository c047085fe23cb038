from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from network.config import Chaincode, Consortium
from network.policies import out_of

_FOR_EACH = "{msp_id}"


@dataclass(frozen=True, slots=True)
class Collection:
    """A private collection of one member: its peer alone keeps and endorses it."""

    name: str
    msp_id: str

    def settings(self) -> dict[str, Any]:
        """Give the collection as the lifecycle reads it (`core/common/privdata`)."""
        return {
            "name": self.name,
            "policy": f"OR('{self.msp_id}.member')",
            "requiredPeerCount": 0,
            # An endorser of another organization hands the value on to its owner.
            "maxPeerCount": 1,
            "blockToLive": 0,
            "memberOnlyRead": True,
            "memberOnlyWrite": False,
            "endorsementPolicy": {"signaturePolicy": f"OR('{self.msp_id}.peer')"},
        }


@dataclass(frozen=True, slots=True)
class ChaincodeDefinition:
    """What the members of a channel agree on, and how each runs it.

    Attributes:
        name: the chaincode's name on the channel.
        channel: the channel.
        version: free text, part of what is agreed.
        sequence: 1 for the first definition, one more for every change.
        policy: the endorsement policy in Fabric's policy language.
        module: the Python module that each member's process runs (`python -m`).
        port: where it listens, counted from the member's first port.
        collections: the private collections.
        environment: variables for the process besides those that say where it listens.
    """

    name: str
    channel: str
    version: str
    sequence: int
    policy: str
    module: str
    port: int
    collections: tuple[Collection, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The package's label."""
        return f"{self.name}_{self.version}"

    @classmethod
    def of(cls, consortium: Consortium, chaincode: Chaincode) -> "ChaincodeDefinition":
        """Derive a definition from `consortium.toml`."""
        deciding = consortium.deciding(consortium.channel(chaincode.channel))
        collections = tuple(
            Collection(name.replace(_FOR_EACH, member.msp_id), member.msp_id)
            for name in chaincode.collections
            for member in deciding
        )
        return cls(
            name=chaincode.name,
            channel=chaincode.channel,
            version=chaincode.version,
            sequence=chaincode.sequence,
            policy=out_of(chaincode.endorsement, deciding, "peer"),
            module=chaincode.module,
            port=chaincode.port,
            collections=collections,
        )
