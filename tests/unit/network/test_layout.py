from itertools import combinations
from pathlib import Path

import pytest

from network.config import load
from network.layout import Layout, default_state
from network.lifecycle import ChaincodeDefinition
from network.targets import targets


def layout(offset: int = 0) -> Layout:
    return Layout.of(load(port_offset=offset), Path("/state"))


def test_endpoints_are_first_port_plus_place_plus_offset() -> None:
    beta = layout(2000).member("beta")
    assert str(beta.gateway) == "127.0.0.1:19100"
    assert beta.ca.url == "https://127.0.0.1:19101"
    assert beta.chaincode("credit", 30).endpoint.port == 19130


def test_no_two_endpoints_are_the_same_and_offsets_of_a_thousand_keep_apart() -> None:
    consortium = load()
    definitions = [ChaincodeDefinition.of(consortium, c) for c in consortium.chaincodes]
    ports: list[int] = []
    for offset in (0, 1000):
        for target in targets(layout(offset), definitions):
            ports += [endpoint.port for endpoint in (*target.endpoints, *target.silent)]
    assert len(ports) == len(set(ports)) == 2 * 4 * 10


def test_every_member_has_a_folder_of_its_own() -> None:
    for one, other in combinations(layout().members, 2):
        assert one.folder not in [other.folder, *other.folder.parents]
    alpha = layout().member("alpha")
    for path in (
        alpha.operator.key,
        alpha.peer_msp.key,
        alpha.orderer_tls.key,
        alpha.gateway_tls.key,
        alpha.master_key,
        alpha.registrar_secret,
        alpha.chaincode("credit", 30).tls.key,
        alpha.pid_file("peer"),
        alpha.log("peer"),
    ):
        assert alpha.folder in path.parents


def test_an_unknown_member_is_refused() -> None:
    with pytest.raises(KeyError):
        layout().member("delta")


def test_the_state_stands_below_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_state(load()) == tmp_path / ".crosscredit" / "crosscredit"
