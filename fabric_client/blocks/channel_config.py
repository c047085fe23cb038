"""A channel's configuration, as far as clients and verifiers need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.peer import configuration_pb2 as peer_configuration_pb2

from fabric_client.blocks.block import Block
from fabric_client.blocks.header_type import HeaderType
from fabric_client.blocks.msp_config import MspConfig, parse_msp_config
from fabric_client.wire import MalformedMessageError, parse


@dataclass(frozen=True, slots=True)
class Consenter:
    """One orderer of a BFT channel; certificates are PEM."""

    id: int
    host: str
    port: int
    msp_id: str
    certificate_pem: bytes
    client_tls_certificate_pem: bytes
    server_tls_certificate_pem: bytes


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as one of the channel's two groups names it.

    `msp` is None where it cannot be read, such as one of another kind than X.509: an organization
    writes its own alone, and must not take the others' from who reads the configuration.
    """

    name: str
    msp: MspConfig | None
    orderer_endpoints: tuple[str, ...] = ()
    anchor_peers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """Members and ordering of a channel; `sequence` counts its configurations."""

    channel_id: str
    sequence: int
    application: Mapping[str, Organization]
    orderers: Mapping[str, Organization]
    consensus: str
    consenters: tuple[Consenter, ...]

    def msps(self) -> dict[str, MspConfig]:
        """Give every membership service provider that could be read, by its id.

        Raises:
            MalformedMessageError: the two groups disagree about one.
        """
        found: dict[str, MspConfig] = {}
        for organization in (*self.application.values(), *self.orderers.values()):
            msp = organization.msp
            if msp is None:
                continue
            if found.setdefault(msp.msp_id, msp) != msp:
                raise MalformedMessageError(f"the groups disagree about {msp.msp_id}")
        return found


def parse_config_block(block: Block) -> ChannelConfig:
    """Read the configuration that a block holds.

    Raises:
        MalformedMessageError: the block holds none, or it cannot be read.
    """
    if not block.is_config:
        raise MalformedMessageError(f"block {block.number} holds no configuration")
    envelope = parse(common_pb2.Envelope, block.entries[0].envelope, "envelope")
    payload = parse(common_pb2.Payload, envelope.payload, "payload")
    header = parse(common_pb2.ChannelHeader, payload.header.channel_header, "channel header")
    if header.type != HeaderType.CONFIG:
        raise MalformedMessageError(f"block {block.number} holds no configuration")
    content = parse(configtx_pb2.ConfigEnvelope, payload.data, "configuration")
    return parse_config(header.channel_id, content.config)


def parse_config(channel_id: str, config: configtx_pb2.Config) -> ChannelConfig:
    """Read a `common.Config`.

    Raises:
        MalformedMessageError: a part of it cannot be read.
    """
    groups = config.channel_group.groups
    ordering = groups["Orderer"] if "Orderer" in groups else configtx_pb2.ConfigGroup()
    application = groups["Application"] if "Application" in groups else configtx_pb2.ConfigGroup()
    consensus = _value(ordering, "ConsensusType", orderer_configuration_pb2.ConsensusType)
    mapping = _value(ordering, "Orderers", configuration_pb2.Orderers)
    return ChannelConfig(
        channel_id=channel_id,
        sequence=config.sequence,
        application={name: _organization(name, g) for name, g in application.groups.items()},
        orderers={name: _organization(name, g) for name, g in ordering.groups.items()},
        consensus=consensus.type,
        consenters=tuple(_consenter(item) for item in mapping.consenter_mapping),
    )


def _value(group: Any, name: str, kind: type[Any]) -> Any:
    data = group.values[name].value if name in group.values else b""
    return parse(kind, data, name)


def _organization(name: str, group: Any) -> Organization:
    if "MSP" not in group.values:
        raise MalformedMessageError(f"organization {name} has no MSP")
    endpoints = _value(group, "Endpoints", configuration_pb2.OrdererAddresses)
    anchors = _value(group, "AnchorPeers", peer_configuration_pb2.AnchorPeers)
    return Organization(
        name=name,
        msp=_msp(group.values["MSP"].value),
        orderer_endpoints=tuple(endpoints.addresses),
        anchor_peers=tuple(f"{item.host}:{item.port}" for item in anchors.anchor_peers),
    )


def _msp(data: bytes) -> MspConfig | None:
    try:
        return parse_msp_config(data)
    except MalformedMessageError:
        return None


def _consenter(message: Any) -> Consenter:
    return Consenter(
        id=message.id,
        host=message.host,
        port=message.port,
        msp_id=message.msp_id,
        certificate_pem=message.identity,
        client_tls_certificate_pem=message.client_tls_cert,
        server_tls_certificate_pem=message.server_tls_cert,
    )
