"""The peer's core.yaml. Names and defaults: Fabric's `sampleconfig/core.yaml`."""

from pathlib import Path
from typing import Any

from network.layout import MemberLayout

# Where the peer's builder finds the key with which the peer dials its chaincode.
BUILDER_VARIABLE = "CROSSCREDIT_CHAINCODE_CLIENT"
# A proposal's timestamp may differ this much from the peer's clock: the design's margin.
TIME_WINDOW = "5m"
_MEBIBYTE = 1 << 20
# A peer hands a proposal's arguments to the chaincode twice, as they are and in the signed bytes,
# and ends that stream, with all that is being endorsed, where both together are over 100 MiB
# (3.1.1, `chaincode/handler.go`, `pkg/comm/config.go`). Orderers take no envelope over 10 MiB.
LARGEST_MESSAGE = 40 * _MEBIBYTE


def core(member: MemberLayout, network_id: str) -> dict[str, Any]:
    """Give the peer's settings."""
    data = member.peer_folder / "data"
    return {
        "peer": {
            "id": f"peer.{member.member.name}",
            "networkId": network_id,
            "listenAddress": str(member.peer),
            "address": str(member.peer),
            "chaincodeListenAddress": str(member.peer_chaincode),
            "chaincodeAddress": str(member.peer_chaincode),
            "localMspId": member.member.msp_id,
            "localMspType": "bccsp",
            "mspConfigPath": str(member.peer_msp.folder),
            "fileSystemPath": str(data),
            "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
            "authentication": {"timewindow": TIME_WINDOW},
            "tls": _tls(member),
            "maxRecvMsgSize": LARGEST_MESSAGE,
            "gateway": {
                "enabled": True,
                "endorsementTimeout": "30s",
                "broadcastTimeout": "30s",
                "dialTimeout": "5s",
            },
            "keepalive": {"minInterval": "60s"},
            "gossip": _gossip(member),
            "deliveryclient": {
                "blockGossipEnabled": False,
                "reconnectTotalTimeThreshold": "3600s",
                "connTimeout": "3s",
                "reConnectBackoffThreshold": "5s",
                # A peer has its blocks from one orderer at a time. While that one stands still,
                # its member's writes commit without its seeing it, for as long as this says.
                "blockCensorshipTimeoutKey": "5s",
                "minimalReconnectInterval": "100ms",
                "policy": "cluster",
            },
            "discovery": {"enabled": True, "orgMembersAllowedAccess": False},
            "handlers": _handlers(),
            "limits": {
                "concurrency": {
                    "endorserService": 2500,
                    "deliverService": 2500,
                    # Every waiting commit status and every event stream holds a place.
                    "gatewayService": 2500,
                }
            },
            "profile": {"enabled": False},
        },
        # No endpoint: the peer never speaks to Docker.
        "vm": {"endpoint": ""},
        "chaincode": _chaincode(member),
        "ledger": {
            "state": {"stateDatabase": "goleveldb", "totalQueryLimit": 100000},
            "history": {"enableHistoryDatabase": True},
            "snapshots": {"rootDir": str(data / "snapshots")},
        },
        "operations": _operations(member),
        "metrics": {"provider": "disabled"},
    }


def _tls(member: MemberLayout) -> dict[str, Any]:
    tls = member.peer_tls
    pair = {"cert": {"file": str(tls.certificate)}, "key": {"file": str(tls.key)}}
    return {
        "enabled": True,
        "clientAuthRequired": True,
        **pair,
        "rootcert": {"file": str(member.tls_root)},
        # The roots of the channels' other members are added from the channels' configuration.
        "clientRootCAs": {"files": [str(member.tls_root)]},
        "clientCert": {"file": str(tls.certificate)},
        "clientKey": {"file": str(tls.key)},
    }


def _gossip(member: MemberLayout) -> dict[str, Any]:
    return {
        "bootstrap": str(member.peer),
        "endpoint": str(member.peer),
        "externalEndpoint": str(member.peer),
        "useLeaderElection": False,
        "orgLeader": True,
        # Peers that join a channel together refuse each other at first ("could not acquire policy
        # manager"): by default they would try again after 25 s, and endorse nothing until then.
        "reconnectInterval": "1s",
        "publishStateInfoInterval": "1s",
        "requestStateInfoInterval": "1s",
        "state": {"enabled": False},
        "pvtData": {
            # One member could else hold up another's commits, and a rejoining peer would wait a
            # minute for every block with lifecycle data that nobody else keeps.
            "pullRetryThreshold": "1s",
            "skipPullingInvalidTransactionsDuringCommit": True,
            "transientstoreMaxBlockRetention": 20000,
            "pushAckTimeout": "3s",
            "btlPullMargin": 10,
            "reconcileBatchSize": 10,
            "reconcileSleepInterval": "1m",
            "reconciliationEnabled": True,
            "implicitCollectionDisseminationPolicy": {"requiredPeerCount": 0, "maxPeerCount": 1},
        },
    }


def _handlers() -> dict[str, Any]:
    return {
        "authFilters": [
            {"name": "DefaultAuth"},
            {"name": "ExpirationCheck"},
            {"name": "TimeWindowCheck"},
        ],
        "decorators": [{"name": "DefaultDecorator"}],
        "endorsers": {"escc": {"name": "DefaultEndorsement"}},
        "validators": {"vscc": {"name": "DefaultValidation"}},
    }


def _chaincode(member: MemberLayout) -> dict[str, Any]:
    return {
        "externalBuilders": [
            {
                "name": "crosscredit-service",
                "path": str(builder_folder(member)),
                "propagateEnvironment": [BUILDER_VARIABLE],
            }
        ],
        "installTimeout": "60s",
        "startuptimeout": "60s",
        "executetimeout": "30s",
        "mode": "net",
        "keepalive": 0,
        "system": dict.fromkeys(("_lifecycle", "cscc", "lscc", "qscc"), "enable"),
        "logging": {"level": "info", "shim": "warning"},
        "runtimeParams": {
            "useWriteBatch": True,
            "maxSizeWriteBatch": 1000,
            "useGetMultipleKeys": True,
            "maxSizeGetMultipleKeys": 1000,
        },
    }


def _operations(member: MemberLayout) -> dict[str, Any]:
    return {
        "listenAddress": str(member.peer_operations),
        "tls": {
            "enabled": True,
            "cert": {"file": str(member.peer_tls.certificate)},
            "key": {"file": str(member.peer_tls.key)},
            "clientAuthRequired": True,
            "clientRootCAs": {"files": [str(member.tls_root)]},
        },
    }


def builder_folder(member: MemberLayout) -> Path:
    """Return where the peer's external builder stands."""
    return member.peer_folder / "builder"


def builder_client(member: MemberLayout) -> Path:
    """Return the file with the peer's client certificate and key, as lines of JSON, mode 0600."""
    return member.peer_folder / "chaincode-client.json"
