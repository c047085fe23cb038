"""A member's package of a chaincode: where it listens and what vouches for it, nothing secret."""

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

from network.files import write_private
from network.layout import ChaincodeLayout, MemberLayout
from network.render.peer import builder_client

_TYPE = "crosscredit-service"
# The line that the peer's own builder replaces by the peer's client certificate and key.
_CLIENT_LINE = "@CLIENT@"


def write_package(chaincode: ChaincodeLayout, label: str) -> str:
    """Write the package, byte for byte the same for the same content.

    Returns:
        The package id: label and SHA-256, as Fabric computes it (`persistence.PackageID`).
    """
    connection = {
        "address": str(chaincode.endpoint),
        "dial_timeout": "10s",
        "tls_required": True,
        "client_auth_required": True,
        "root_cert": chaincode.member.tls_root.read_text(encoding="ascii"),
    }
    lines = json.dumps(connection, indent=2).removesuffix("\n}") + f",\n{_CLIENT_LINE}\n}}\n"
    metadata = json.dumps({"path": "", "type": _TYPE, "label": label}, separators=(", ", ": "))
    code = _archive({"connection.json": lines.encode()})
    package = _archive({"metadata.json": metadata.encode(), "code.tar.gz": code})
    write_private(chaincode.package, package)
    return f"{label}:{hashlib.sha256(package).hexdigest()}"


def write_client(member: MemberLayout) -> None:
    """Write the lines that the peer's builder puts into a package: the peer's client key."""
    fields = {
        "client_cert": member.peer_tls.certificate.read_text(encoding="ascii"),
        "client_key": member.peer_tls.key.read_text(encoding="ascii"),
    }
    body = json.dumps(fields, indent=2).removeprefix("{\n").removesuffix("\n}")
    write_private(builder_client(member), f"{body}\n".encode())


def package_id(package: Path, label: str) -> str:
    """Compute the id of a package that was written before."""
    return f"{label}:{hashlib.sha256(package.read_bytes()).hexdigest()}"


def _archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o600
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
