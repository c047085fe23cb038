"""A channel's first configuration as configtxgen reads it (`genesisconfig/config.go`)."""

from typing import Any

from network.config import Channel, Consortium, Ordering, Quorum
from network.layout import Layout, MemberLayout
from network.policies import out_of

PROFILE = "channel"


def configtx(layout: Layout, channel: Channel) -> dict[str, Any]:
    """Give the document whose profile `channel` is the channel's configuration."""
    members = [layout.member(m.name) for m in layout.consortium.on_channel(channel)]
    orderers = [member for member in members if member.member.orderer]
    organizations = [_organization(member) for member in members]
    running = [_organization(member) for member in orderers]
    profile = {
        "Policies": _meta(channel.policies.administration),
        "Capabilities": {"V3_0": True},
        "Orderer": _orderer(channel.ordering, orderers, running, channel.policies.administration),
        "Application": {
            "Organizations": organizations,
            "Capabilities": {"V2_5": True},
            "Policies": _application_policies(layout.consortium, channel),
            "ACLs": {
                # Whoever commits a definition binds the channel: an operator's act.
                "_lifecycle/CommitChaincodeDefinition": "/Channel/Application/Operators",
            },
        },
    }
    return {"Profiles": {PROFILE: profile}}


def _organization(member: MemberLayout) -> dict[str, Any]:
    msp_id = member.member.msp_id
    entry: dict[str, Any] = {
        "Name": msp_id,
        "ID": msp_id,
        "MSPDir": str(member.msp),
        "Policies": {
            "Readers": _signature(f"OR('{msp_id}.member')"),
            "Writers": _signature(f"OR('{msp_id}.member')"),
            "Admins": _signature(f"OR('{msp_id}.admin')"),
            "Endorsement": _signature(f"OR('{msp_id}.peer')"),
        },
        "AnchorPeers": [{"Host": member.peer.host, "Port": member.peer.port}],
    }
    if member.member.orderer:
        entry["OrdererEndpoints"] = [str(member.orderer)]
    return entry


def _application_policies(consortium: Consortium, channel: Channel) -> dict[str, Any]:
    deciding = consortium.deciding(channel)
    policies = channel.policies
    return {
        **_meta(policies.administration),
        "Admins": _signature(out_of(policies.administration, deciding, "admin")),
        "Operators": _implicit("ANY Admins"),
        "LifecycleEndorsement": _signature(out_of(policies.lifecycle, deciding, "peer")),
        "Endorsement": _signature(out_of(policies.endorsement, deciding, "peer")),
    }


def _orderer(
    ordering: Ordering,
    members: list[MemberLayout],
    organizations: list[dict[str, Any]],
    administration: Quorum,
) -> dict[str, Any]:
    return {
        "OrdererType": "BFT",
        "Organizations": organizations,
        "Capabilities": {"V2_0": True},
        "Policies": {**_meta(administration), "BlockValidation": _implicit("ANY Writers")},
        # Not used by SmartBFT, which cuts blocks by RequestBatchMaxInterval, but must be there.
        "BatchTimeout": ordering.batch_interval,
        "BatchSize": {
            "MaxMessageCount": ordering.batch_messages,
            "AbsoluteMaxBytes": ordering.message_bytes,
            "PreferredMaxBytes": ordering.batch_bytes,
        },
        "SmartBFT": {
            "RequestBatchMaxCount": ordering.batch_messages,
            "RequestBatchMaxBytes": ordering.message_bytes,
            "RequestBatchMaxInterval": ordering.batch_interval,
            "IncomingMessageBufferSize": 200,
            "RequestPoolSize": 5000,
            "RequestForwardTimeout": ordering.request_forward,
            "RequestComplainTimeout": ordering.request_complain,
            "RequestAutoRemoveTimeout": "3m",
            "ViewChangeResendInterval": ordering.view_change_resend,
            "ViewChangeTimeout": ordering.view_change,
            "LeaderHeartbeatTimeout": ordering.leader_heartbeat,
            "LeaderHeartbeatCount": 10,
            "CollectTimeout": "1s",
        },
        "ConsenterMapping": [
            {
                "ID": number,
                "Host": member.orderer.host,
                "Port": member.orderer.port,
                "MSPID": member.member.msp_id,
                "Identity": str(member.orderer_msp.certificate),
                "ClientTLSCert": str(member.orderer_tls.certificate),
                "ServerTLSCert": str(member.orderer_tls.certificate),
            }
            for number, member in enumerate(members, start=1)
        ],
    }


def _meta(administration: Quorum) -> dict[str, Any]:
    return {
        "Readers": _implicit("ANY Readers"),
        "Writers": _implicit("ANY Writers"),
        "Admins": _implicit(f"{administration.value.upper()} Admins"),
    }


def _implicit(rule: str) -> dict[str, str]:
    return {"Type": "ImplicitMeta", "Rule": rule}


def _signature(rule: str) -> dict[str, str]:
    return {"Type": "Signature", "Rule": rule}
