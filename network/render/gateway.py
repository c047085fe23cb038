"""The gateway's config.toml: everything that one member's gateway may know, and nothing secret.

Secrets are named by file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from network.config import Chaincode
from network.layout import Layout, MemberLayout, TlsFiles
from network.render import ca


def gateway(
    layout: Layout,
    member: MemberLayout,
    chaincode: Chaincode,
    *,
    registrar: str,
    constitution: str,
) -> str:
    """Give the settings of a member's gateway as TOML.

    Args:
        layout: the consortium.
        member: the gateway's own member.
        chaincode: the chaincode that the gateway serves.
        registrar: the enrolment id with which the gateway registers people.
        constitution: the digest of the constitution that the gateway expects on the ledger.
    """
    return toml(
        {
            "member": {
                "name": member.member.name,
                "title": member.member.title,
                "msp_id": member.member.msp_id,
                "kind": member.member.kind.value,
            },
            "listen": {
                "host": member.gateway.host,
                "port": member.gateway.port,
                "url": member.gateway.url,
                **_pair(member.gateway_tls),
                "client_roots": str(member.tls_root),
            },
            "ledger": {
                "channel": chaincode.channel,
                "chaincode": chaincode.name,
                "constitution_digest": constitution,
                "peer": {
                    "endpoint": str(member.peer),
                    "tls_root": str(member.tls_root),
                    "client": _pair(member.gateway_client_tls),
                },
                "identity": {
                    "certificate": str(member.gateway_msp.certificate),
                    "key": str(member.gateway_msp.key),
                },
            },
            "ca": {
                "url": member.ca.url,
                "name": ca.ENROLMENT,
                "tls_root": str(member.tls_root),
                "registrar": registrar,
                "registrar_secret": str(member.registrar_secret),
            },
            "storage": {
                "database": str(member.gateway_folder / "data" / "gateway.sqlite"),
                "work": str(member.gateway_folder / "data" / "work"),
                "master_key": str(member.master_key),
            },
            "members": [_known(other) for other in layout.members],
        }
    )


def _pair(tls: TlsFiles) -> dict[str, str]:
    return {"certificate": str(tls.certificate), "key": str(tls.key)}


def _known(other: MemberLayout) -> dict[str, str]:
    """What every gateway knows of a member, its own included."""
    entry = {
        "name": other.member.name,
        "title": other.member.title,
        "msp_id": other.member.msp_id,
        "kind": other.member.kind.value,
        "gateway": other.gateway.url,
        "peer": str(other.peer),
        "tls_root": str(other.tls_root),
        "ca_root": str(other.ca_root),
    }
    if other.member.orderer:
        entry["orderer"] = str(other.orderer)
    return entry


def toml(document: Mapping[str, Any]) -> str:
    """Write tables of strings and integers, and lists of tables, as TOML 1.0."""
    lines: list[str] = []
    _table(lines, "", document)
    return "\n".join(lines).lstrip("\n") + "\n"


def _table(lines: list[str], path: str, table: Mapping[str, Any]) -> None:
    for key, value in table.items():
        if isinstance(value, str):
            lines.append(f"{key} = {_string(value)}")
        elif isinstance(value, int):
            lines.append(f"{key} = {value}")
    for key, value in table.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]"]
            _table(lines, name, value)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for entry in value:
                lines += ["", f"[[{name}]]"]
                _table(lines, name, entry)


def _string(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if any(character < " " or character == "\x7f" for character in escaped):
        raise ValueError(f"a control character in a setting: {value!r}")
    return f'"{escaped}"'
