from dataclasses import dataclass

from fabric_protos.msp import msp_config_pb2

from fabric_client.wire import MalformedMessageError, parse

_FABRIC_MSP = 0  # msp.ProviderType.FABRIC


@dataclass(frozen=True, slots=True)
class NodeUnits:
    """The organizational units that tell a member's kinds of certificate apart."""

    client: str
    peer: str
    admin: str
    orderer: str


@dataclass(frozen=True, slots=True)
class MspConfig:
    """What a channel holds of a membership service provider; certificates and lists are PEM."""

    msp_id: str
    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    admins: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]
    tls_roots: tuple[bytes, ...]
    tls_intermediates: tuple[bytes, ...]
    node_units: NodeUnits | None


def parse_msp_config(data: bytes) -> MspConfig:
    """Read a `msp.MSPConfig` of Fabric's own kind.

    Raises:
        MalformedMessageError: it cannot be read or is of another kind.
    """
    outer = parse(msp_config_pb2.MSPConfig, data, "MSP configuration")
    if outer.type != _FABRIC_MSP:
        raise MalformedMessageError(f"the MSP is of kind {outer.type}, not X.509")
    message = parse(msp_config_pb2.FabricMSPConfig, outer.config, "MSP configuration")
    units = message.fabric_node_ous
    return MspConfig(
        msp_id=message.name,
        roots=tuple(message.root_certs),
        intermediates=tuple(message.intermediate_certs),
        admins=tuple(message.admins),
        revocation_lists=tuple(message.revocation_list),
        tls_roots=tuple(message.tls_root_certs),
        tls_intermediates=tuple(message.tls_intermediate_certs),
        node_units=NodeUnits(
            client=units.client_ou_identifier.organizational_unit_identifier,
            peer=units.peer_ou_identifier.organizational_unit_identifier,
            admin=units.admin_ou_identifier.organizational_unit_identifier,
            orderer=units.orderer_ou_identifier.organizational_unit_identifier,
        )
        if units.enable
        else None,
    )
