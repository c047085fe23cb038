"""The orderer's orderer.yaml. Names and defaults: Fabric's `sampleconfig/orderer.yaml`."""

from typing import Any

from network.layout import MemberLayout
from network.render.peer import TIME_WINDOW

_MEBIBYTE = 1 << 20


def orderer(member: MemberLayout) -> dict[str, Any]:
    """Give the orderer's settings."""
    data = member.orderer_folder / "data"
    tls = {
        "Enabled": True,
        "Certificate": str(member.orderer_tls.certificate),
        "PrivateKey": str(member.orderer_tls.key),
        "ClientAuthRequired": True,
        "ClientRootCAs": [str(member.tls_root)],
    }
    return {
        "General": {
            "ListenAddress": member.orderer.host,
            "ListenPort": member.orderer.port,
            # The roots of the channels' members are added from the channels' configuration.
            "TLS": {**tls, "RootCAs": [str(member.tls_root)]},
            "Keepalive": {"ServerMinInterval": "60s"},
            "Backoff": {"BaseDelay": "200ms", "Multiplier": 1.6, "MaxDelay": "5s"},
            "MaxRecvMsgSize": 100 * _MEBIBYTE,
            "MaxSendMsgSize": 100 * _MEBIBYTE,
            "Cluster": {
                "SendBufferSize": 100,
                "ClientCertificate": str(member.orderer_tls.certificate),
                "ClientPrivateKey": str(member.orderer_tls.key),
                # "consensus" names no TLS certificate in its requests, so that orderers with
                # mutual TLS refuse them and whoever fell behind stays there (3.1.1,
                # orderer/consensus/smartbft/synchronizer_bft.go). "simple" checks the quorum's
                # signatures on every block as well.
                "ReplicationPolicy": "simple",
            },
            "LocalMSPDir": str(member.orderer_msp.folder),
            "LocalMSPID": member.member.msp_id,
            "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
            "Authentication": {"TimeWindow": TIME_WINDOW, "NoExpirationChecks": False},
            "Profile": {"Enabled": False},
        },
        "FileLedger": {"Location": str(data)},
        "Operations": {"ListenAddress": str(member.orderer_operations), "TLS": tls},
        "Admin": {"ListenAddress": str(member.orderer_admin), "TLS": tls},
        "ChannelParticipation": {"Enabled": True, "MaxRequestBodySize": _MEBIBYTE},
        "Consensus": {
            "WALDir": str(data / "consensus" / "wal"),
            "SnapDir": str(data / "consensus" / "snapshots"),
        },
        "Metrics": {"Provider": "disabled"},
    }
