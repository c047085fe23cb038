from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from network.binaries import find, locate
from network.binaries.cache import write_manifest
from network.binaries.programs import PROGRAMS, Binaries
from network.errors import BinariesError
from network.progress import Silence


class Noting(Silence):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def fake(folder: Path, fabric: str = "v3.1.5") -> Path:
    folder.mkdir()
    for name in PROGRAMS:
        version = "1.5.7" if name == "fabric-ca-server" else fabric
        (folder / name).write_text(f"#!/bin/sh\necho ' Version: {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncMock:
    monkeypatch.delenv("CROSSCREDIT_FABRIC_BIN", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    built = AsyncMock(return_value=Binaries(tmp_path, "built", "3.1.1"))
    monkeypatch.setattr(locate, "build", built)
    return built


async def test_the_named_folder_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: AsyncMock
) -> None:
    monkeypatch.setenv("PATH", str(fake(tmp_path / "path")))
    monkeypatch.setenv("CROSSCREDIT_FABRIC_BIN", str(fake(tmp_path / "variable")))
    assert (await find(Silence(), fake(tmp_path / "option"))).folder == tmp_path / "option"
    assert (await find(Silence())).folder == tmp_path / "variable"
    build.assert_not_awaited()


async def test_a_named_folder_that_does_not_fit_is_an_error_and_nothing_else_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: AsyncMock
) -> None:
    monkeypatch.setenv("PATH", str(fake(tmp_path / "path")))
    monkeypatch.setenv("CROSSCREDIT_FABRIC_BIN", str(fake(tmp_path / "old", "v2.5.9")))
    with pytest.raises(BinariesError, match=r"2\.5\.9.*\n.*CROSSCREDIT_FABRIC_BIN"):
        await find(Silence())
    build.assert_not_awaited()


async def test_path_is_taken_where_it_fits_and_said_where_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: AsyncMock
) -> None:
    monkeypatch.setenv("PATH", str(fake(tmp_path / "path")))
    assert (await find(Silence())).source == "PATH"
    monkeypatch.setenv("PATH", str(fake(tmp_path / "old", "v2.5.9")))
    progress = Noting()
    assert (await find(progress)).source == "built"
    build.assert_awaited_once()
    assert "2.5.9" in progress.notes[0]


async def test_the_cache_comes_before_a_build(build: AsyncMock) -> None:
    folder = locate.cache_folder()
    folder.parent.mkdir(parents=True)
    fake(folder)
    assert (await find(Silence())).source == "built"
    write_manifest(folder)
    assert (await find(Silence())).source == "cache"
    build.assert_awaited_once()
