"""What each process is started with."""

import os
import sys
from pathlib import Path

from network import targets
from network.binaries import Binaries
from network.binaries.cache import cache_home
from network.layout import MemberLayout
from network.lifecycle.definition import ChaincodeDefinition
from network.lifecycle.package import package_id
from network.processes.supervisor import ProcessPlan
from network.render.peer import BUILDER_VARIABLE, builder_client

_LOG_FORMAT = "%{time:2006-01-02T15:04:05.000Z07:00} %{level} [%{module}] %{message}"
# Under SmartBFT every Submit ends streams to the orderers that were not needed: no news.
_LOG_LEVELS = (
    "info:grpc=error:orderer.common.broadcast=error:comm.grpc.server=warn:orderer.consensus=warn"
)


def authority(member: MemberLayout, binaries: Binaries) -> ProcessPlan:
    """Plan a member's fabric-ca server."""
    command: list[str | Path] = [
        binaries.path("fabric-ca-server"),
        "start",
        "-H",
        str(member.ca_home),
    ]
    return ProcessPlan(targets.authority(member), command, {"FABRIC_CA_SERVER_LOGLEVEL": "info"})


def orderer(member: MemberLayout, binaries: Binaries) -> ProcessPlan:
    """Plan a member's orderer."""
    environment = _fabric(member.orderer_folder)
    return ProcessPlan(targets.orderer(member), [binaries.path("orderer")], environment)


def peer(member: MemberLayout, binaries: Binaries) -> ProcessPlan:
    """Plan a member's peer."""
    environment = _fabric(member.peer_folder)
    environment[BUILDER_VARIABLE] = str(builder_client(member))
    return ProcessPlan(targets.peer(member), [binaries.path("peer"), "node", "start"], environment)


def chaincode(
    member: MemberLayout, definition: ChaincodeDefinition, constitution: str
) -> ProcessPlan:
    """Plan a member's process of a chaincode; its package must have been written.

    Args:
        member: who runs it.
        definition: what runs.
        constitution: the digest that the process is told to expect, empty for none.
    """
    layout = member.chaincode(definition.name, definition.port)
    environment = {
        **_python(),
        **definition.environment,
        "CHAINCODE_ID": package_id(layout.package, definition.label),
        "CHAINCODE_SERVER_ADDRESS": str(layout.endpoint),
        "CHAINCODE_TLS_CERT_FILE": str(layout.tls.certificate),
        "CHAINCODE_TLS_KEY_FILE": str(layout.tls.key),
        "CHAINCODE_TLS_CLIENT_CA_FILE": str(member.tls_root),
        "CROSSCREDIT_CONSTITUTION_DIGEST": constitution,
        "CROSSCREDIT_MEMBER": member.member.msp_id,
    }
    command: list[str | Path] = [sys.executable, "-m", definition.module]
    return ProcessPlan(targets.chaincode(member, definition), command, environment)


def gateway(member: MemberLayout) -> ProcessPlan:
    """Plan a member's gateway."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "gateway.main",
        "--config",
        str(member.gateway_config),
    ]
    return ProcessPlan(targets.gateway(member), command, _python())


def _fabric(settings: Path) -> dict[str, str]:
    return {
        "FABRIC_CFG_PATH": str(settings),
        "FABRIC_LOGGING_SPEC": _LOG_LEVELS,
        "FABRIC_LOGGING_FORMAT": _LOG_FORMAT,
    }


def _python() -> dict[str, str]:
    # Where the user wants no bytecode beside the sources, it is kept in the cache: without any,
    # each process would compile all that it imports at every start.
    environment = {"PYTHONUNBUFFERED": "1"}
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        environment["PYTHONDONTWRITEBYTECODE"] = ""
        environment["PYTHONPYCACHEPREFIX"] = str(cache_home() / "bytecode")
    return environment
