import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from network.binaries import toolchain as tools
from network.binaries.cache import MODULES
from network.binaries.toolchain import toolchain
from network.errors import BinariesError, CommandFailedError
from network.progress import Silence


def program(folder: Path, name: str, printed: str = "") -> None:
    (folder / name).write_text(f"#!/bin/sh\necho '{printed}'\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "bin"


@pytest.fixture
def installs(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    real, asked = tools.run, []

    async def run(command: list[Any], **options: Any) -> str:
        if command[0] != sys.executable:
            return await real(command, **options)
        asked.append(Path(command[-1]).name)
        assert "--require-hashes" in command
        target = Path(command[command.index("--target") + 1])
        (target / "go" / "bin").mkdir(parents=True)
        program(target / "go" / "bin", "go")
        return ""

    assert path.is_dir()
    monkeypatch.setattr(tools, "run", run)
    return asked


async def test_the_machines_own_tools_are_taken_where_they_fit(
    path: Path, installs: list[str]
) -> None:
    program(path, "go", "go version go1.26.8 linux/amd64")
    program(path, "clang")
    found = await toolchain(Silence())
    assert (found.go, found.environment) == (path / "go", {"CC": "clang"})
    assert installs == []


@pytest.mark.parametrize("printed", ["go version go1.24.9 linux/amd64", "no version", None])
async def test_go_is_fetched_once_where_it_is_too_old_or_missing(
    path: Path, installs: list[str], printed: str | None
) -> None:
    if printed:
        program(path, "go", printed)
    program(path, "gcc")
    first = await toolchain(Silence())
    assert first.go.parts[-3:] == ("go", "bin", "go")
    assert await toolchain(Silence()) == first
    assert installs == ["go.txt"]


async def test_a_compiler_is_fetched_where_there_is_none(path: Path, installs: list[str]) -> None:
    program(path, "go", "go version go1.25.0 linux/amd64")
    found = await toolchain(Silence())
    assert found.environment["CC"] == f'"{sys.executable}" -m ziglang cc'
    assert found.environment["PYTHONPATH"].startswith(str(path.parent / "cache"))
    assert installs == ["cc.txt"]


@pytest.mark.usefixtures("path")
async def test_what_cannot_be_fetched_is_said_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run(_command: list[Any], **_: Any) -> str:
        raise CommandFailedError("pip", 1, "no network")

    monkeypatch.setattr(tools, "run", run)
    with pytest.raises(BinariesError, match=r"Go 1\.25 or newer is missing.*no network") as caught:
        await toolchain(Silence())
    assert "CROSSCREDIT_FABRIC_BIN" in str(caught.value)


def test_every_module_is_pinned_with_checksums() -> None:
    for module in MODULES:
        assert (module / "go.sum").stat().st_size > 0
        assert "tool " in (module / "go.mod").read_text(encoding="utf-8")
