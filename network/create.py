"""Making a member's files: settings, the gateway's key, the peer's builder."""

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from network.binaries import Binaries
from network.config import Chaincode
from network.files import private_folder, write_private, write_yaml
from network.identities import REGISTRAR
from network.layout import Layout, MemberLayout
from network.lifecycle.package import write_client
from network.operator import Operator
from network.render import gateway, orderer, peer

_BUILDER = Path(__file__).with_name("builder")
_EXECUTABLE = 0o700
_MASTER_KEY_BYTES = 32


def write_settings(
    layout: Layout, member: MemberLayout, binaries: Binaries, constitution: str
) -> None:
    """Write what a member's processes read; its identities must have been issued."""
    write_yaml(member.peer_folder / "core.yaml", peer.core(member, layout.consortium.name))
    _write_builder(member)
    write_client(member)
    if member.member.orderer:
        write_yaml(member.orderer_folder / "orderer.yaml", orderer.orderer(member))
    Operator(member, binaries).write_settings()
    write_private(member.master_key, secrets.token_bytes(_MASTER_KEY_BYTES))
    private_folder(member.gateway_folder / "data" / "work")
    served = _served(layout.consortium.chaincodes)
    if served is not None:
        settings = gateway.gateway(
            layout, member, served, registrar=REGISTRAR, constitution=constitution
        )
        write_private(member.gateway_config, settings.encode())


def _served(chaincodes: Sequence[Chaincode]) -> Chaincode | None:
    return chaincodes[0] if chaincodes else None


def _write_builder(member: MemberLayout) -> None:
    target = private_folder(peer.builder_folder(member) / "bin")
    for script in ("detect", "build", "release"):
        shutil.copyfile(_BUILDER / script, target / script)
        (target / script).chmod(_EXECUTABLE)
