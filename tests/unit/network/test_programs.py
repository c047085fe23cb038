from pathlib import Path

import pytest

from network.binaries import programs
from network.binaries.programs import PROGRAMS, examine, fits, missing_in, version_in
from network.errors import BinariesError


def fake(folder: Path, *, fabric: str = "v3.1.5", ca: str = "v1.5.21") -> Path:
    folder.mkdir(exist_ok=True)
    for name in PROGRAMS:
        version = ca if name == "fabric-ca-server" else fabric
        script = f"#!/bin/sh\nprintf '{name}:\\n Version: {version}\\n Go version: go1.26\\n'\n"
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("peer:\n Version: v3.1.1\n Commit SHA: development build\n Go version: go1.26\n", "3.1.1"),
        ("2026 INFO loading\nconfigtxgen:\n Version: 3.1.5\n", "3.1.5"),
        ("peer:\n Version: latest\n", "latest"),
        ("Go version: go1.26.8\n", None),
        ("", None),
    ],
)
def test_versions_are_read(printed: str, version: str | None) -> None:
    assert version_in(printed) == version


@pytest.mark.parametrize(
    ("version", "fitting"),
    [
        ("3.1.1", True),
        ("3.1.15", True),
        ("3.10.1", False),
        ("3.1", False),
        ("3.1.5-rc1", False),
        ("2.5.12", False),
        ("latest", False),
    ],
)
def test_only_releases_of_the_series_fit(version: str, fitting: bool) -> None:  # noqa: FBT001
    assert fits(version, "3.1") is fitting


async def test_a_whole_folder_is_taken(tmp_path: Path) -> None:
    found = await examine(fake(tmp_path / "bin"), "named folder")
    assert found.version == "3.1.5"
    assert found.path("peer") == tmp_path / "bin" / "peer"


async def test_another_version_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BinariesError, match=r"peer is version 2\.5\.9; 3\.1\.x is needed"):
        await examine(fake(tmp_path / "a", fabric="v2.5.9"), "PATH")
    with pytest.raises(BinariesError, match=r"fabric-ca-server is version 1\.4\.9; 1\.5\.x"):
        await examine(fake(tmp_path / "b", ca="1.4.9"), "PATH")


async def test_a_program_that_is_missing_or_does_not_run_is_named(tmp_path: Path) -> None:
    folder = fake(tmp_path / "bin")
    (folder / "orderer").write_bytes(b"\x7fELF nonsense")
    with pytest.raises(BinariesError, match="orderer does not run"):
        await examine(folder, "PATH")
    (folder / "osnadmin").chmod(0o644)
    (folder / "ledgerutil").write_bytes(b"")
    assert missing_in(folder) == ("osnadmin", "ledgerutil")
    with pytest.raises(BinariesError, match="lacks osnadmin, ledgerutil"):
        await examine(folder, "PATH")


async def test_a_program_that_says_nothing_in_time_is_told_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fake(tmp_path / "bin")
    (folder / "peer").write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(programs, "_ANSWER_SECONDS", 0.2)
    with pytest.raises(BinariesError, match=r"bin/\S+ did not say its version within 0\.2 s"):
        await examine(folder, "PATH")
