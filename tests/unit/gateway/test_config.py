from pathlib import Path

import pytest

from gateway.config import ConfigurationError, load
from network import config as consortium
from network.layout import Layout
from network.render.gateway import gateway

DIGEST = "0" * 64


@pytest.fixture
def text(tmp_path: Path) -> str:
    found = consortium.load()
    layout = Layout.of(found, tmp_path)
    return gateway(
        layout,
        layout.member("alpha"),
        found.chaincodes[0],
        registrar="gateway-registrar",
        constitution=DIGEST,
    )


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text)
    return file


def test_what_the_network_writes_is_what_the_gateway_reads(tmp_path: Path, text: str) -> None:
    found = load(write(tmp_path, text))
    assert found.member.msp_id == "alphaMSP"
    assert found.ledger.constitution_digest == DIGEST
    assert [member.name for member in found.members] == ["alpha", "beta", "gamma", "ministry"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('name = "alpha"', 'name = "alpha"\nextra = 1', "extra"),
        (f'constitution_digest = "{DIGEST}"', 'constitution_digest = ""', "constitution_digest"),
        ('url = "https://', 'url = "http://', "url"),
        ("port = 17000", "port = 0", "port"),
        ("[ca]", "[authority]", "ca"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, text: str, old: str, new: str, field: str) -> None:
    assert old in text
    with pytest.raises(ConfigurationError, match=field):
        load(write(tmp_path, text.replace(old, new, 1)))


def test_no_toml_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="TOML"):
        load(write(tmp_path, "= ="))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "nothing.toml")
