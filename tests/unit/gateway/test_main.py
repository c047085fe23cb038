"""Starts that must not be: said in one line, with exit code 2."""

import sys
from pathlib import Path

import pytest
from filelock import FileLock

from gateway.main import main
from network import config as consortium
from network.layout import Layout
from network.render.gateway import gateway


@pytest.fixture
def config(tmp_path: Path) -> Path:
    found = consortium.load()
    layout = Layout.of(found, tmp_path)
    file = tmp_path / "config.toml"
    file.write_text(
        gateway(
            layout,
            layout.member("alpha"),
            found.chaincodes[0],
            registrar="gateway-registrar",
            constitution="0" * 64,
        )
    )
    return file


def start(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", ["gateway", "--config", str(config)])
    monkeypatch.setattr("gateway.main.log_as_json", lambda: None)
    assert main() == 2
    return capsys.readouterr().out


def test_without_a_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "cannot be read" in start(tmp_path / "nothing.toml", monkeypatch, capsys)


def test_without_a_place_for_the_database(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "members").write_text("a file stands where the folder should be")
    assert "no place" in start(config, monkeypatch, capsys)


def test_beside_another_gateway(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = config.parent / "members" / "alpha" / "gateway" / "data"
    folder.mkdir(parents=True)
    with FileLock(folder / "gateway.lock"):
        assert "another gateway" in start(config, monkeypatch, capsys)


def test_without_its_files(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "members" / "alpha" / "gateway" / "data").mkdir(parents=True)
    said = start(config, monkeypatch, capsys)
    assert "cannot start" in said
    assert str(config.parent) in said
