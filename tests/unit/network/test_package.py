import hashlib
import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from network.config import load
from network.create import _write_builder
from network.files import write_private
from network.layout import ChaincodeLayout, Layout
from network.lifecycle.package import package_id, write_client, write_package
from network.render.peer import BUILDER_VARIABLE, builder_client, builder_folder

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def chaincode(tmp_path: Path) -> ChaincodeLayout:
    member = Layout.of(load(), tmp_path / "with space").member("beta")
    write_private(member.tls_root, CERTIFICATE.encode())
    write_private(member.peer_tls.certificate, CERTIFICATE.encode())
    write_private(member.peer_tls.key, KEY.encode())
    _write_builder(member)
    write_client(member)
    return member.chaincode("credit", 30)


def contents(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        found = {}
        for entry in files:
            extracted = files.extractfile(entry)
            assert extracted is not None
            found[entry.name] = extracted.read()
        return found


def test_a_package_is_the_same_whenever_it_is_made(chaincode: ChaincodeLayout) -> None:
    identifier = write_package(chaincode, "credit_1")
    first = chaincode.package.read_bytes()
    assert identifier == f"credit_1:{hashlib.sha256(first).hexdigest()}"
    assert write_package(chaincode, "credit_1") == identifier
    assert package_id(chaincode.package, "credit_1") == identifier


def test_a_package_holds_no_key(chaincode: ChaincodeLayout) -> None:
    write_package(chaincode, "credit_1")
    files = contents(chaincode.package.read_bytes())
    assert json.loads(files["metadata.json"])["label"] == "credit_1"
    assert b"PRIVATE" not in contents(files["code.tar.gz"])["connection.json"]


def test_the_builder_makes_the_connection_whole(chaincode: ChaincodeLayout, tmp_path: Path) -> None:
    write_package(chaincode, "credit_1")
    files = contents(chaincode.package.read_bytes())
    source, metadata, built, released = (tmp_path / n for n in ("src", "meta", "out", "rel"))
    for folder in (source, metadata, built, released):
        folder.mkdir()
    for name, content in contents(files["code.tar.gz"]).items():
        (source / name).write_bytes(content)
    (metadata / "metadata.json").write_bytes(files["metadata.json"])
    scripts = builder_folder(chaincode.member) / "bin"
    environment = {**os.environ, BUILDER_VARIABLE: str(builder_client(chaincode.member))}
    for command in (
        [scripts / "detect", source, metadata],
        [scripts / "build", source, metadata, built],
        [scripts / "release", built, released],
    ):
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own scripts
    target = released / "chaincode" / "server" / "connection.json"
    assert json.loads(target.read_text()) == {
        "address": "127.0.0.1:17130",
        "dial_timeout": "10s",
        "tls_required": True,
        "client_auth_required": True,
        "root_cert": CERTIFICATE,
        "client_cert": CERTIFICATE,
        "client_key": KEY,
    }
    assert target.stat().st_mode & 0o077 == 0


def test_the_builder_leaves_other_packages_alone(
    chaincode: ChaincodeLayout, tmp_path: Path
) -> None:
    (tmp_path / "metadata.json").write_text('{"type": "golang", "label": "x"}')
    detect = builder_folder(chaincode.member) / "bin" / "detect"
    command = [detect, tmp_path, tmp_path]
    assert subprocess.run(command, check=False).returncode != 0  # noqa: S603 - our own script
