import tomllib
from pathlib import Path

import pytest
import yaml

from chaincode.shim.limits import MAX_MESSAGE_BYTES
from network.config import load
from network.files import write_yaml
from network.layout import Layout
from network.render import ca, msp, orderer, peer
from network.render.gateway import gateway, toml

LAYOUT = Layout.of(load(), Path("/state"))
ALPHA = LAYOUT.member("alpha")
ROOT = "/state/members/alpha/msp/tlscacerts/tlsca.pem"


def test_the_peer_keeps_the_designs_settings() -> None:
    core = peer.core(ALPHA, "crosscredit")
    settings = core["peer"]
    assert settings["authentication"]["timewindow"] == "5m"
    assert settings["gossip"]["pvtData"]["pullRetryThreshold"] == "1s"
    assert settings["gossip"]["pvtData"]["skipPullingInvalidTransactionsDuringCommit"] is True
    assert settings["chaincodeListenAddress"] == "127.0.0.1:17021"
    assert settings["localMspId"] == "alphaMSP"
    assert core["vm"]["endpoint"] == ""
    assert core["chaincode"]["externalBuilders"][0]["path"] == "/state/members/alpha/peer/builder"


def test_no_proposal_that_a_peer_takes_is_too_large_for_its_chaincode() -> None:
    settings = peer.core(ALPHA, "crosscredit")["peer"]
    largest = load().channels[0].ordering.message_bytes
    assert largest < settings["maxRecvMsgSize"] < MAX_MESSAGE_BYTES // 2


def test_every_server_demands_a_certificate_of_its_clients() -> None:
    core = peer.core(ALPHA, "crosscredit")
    assert core["peer"]["tls"]["clientAuthRequired"] is True
    assert core["peer"]["tls"]["clientRootCAs"]["files"] == [ROOT]
    assert core["operations"]["tls"]["clientAuthRequired"] is True
    settings = orderer.orderer(ALPHA)
    for server in (settings["General"]["TLS"], settings["Admin"]["TLS"]):
        assert (server["Enabled"], server["ClientAuthRequired"]) == (True, True)
        assert server["ClientRootCAs"] == [ROOT]
    assert settings["Operations"]["TLS"]["ClientAuthRequired"] is True
    operations = ca.server(ALPHA, "secret")["operations"]["tls"]
    assert (operations["enabled"], operations["clientCertRequired"]) == (True, True)
    assert operations["clientCACertFiles"] == [ROOT]


def test_orderer_and_peers_judge_time_alike() -> None:
    settings = orderer.orderer(ALPHA)["General"]
    assert settings["Authentication"]["TimeWindow"] == "5m"
    assert (settings["ListenAddress"], settings["ListenPort"]) == ("127.0.0.1", 17010)


def test_one_server_has_two_authorities_and_serves_nothing_before_it_has_tls() -> None:
    before = ca.enrolment_authority(ALPHA, "secret")
    assert "tls" not in before
    assert before["ca"]["name"] == "ca"
    assert before["cafiles"] == ["tlsca/fabric-ca-server-config.yaml"]
    assert ca.tls_authority(ALPHA, "secret")["ca"]["name"] == "tlsca"
    assert ca.server(ALPHA, "secret")["tls"]["enabled"] is True


def test_roles_come_from_organizational_units() -> None:
    units = msp.node_ous()["NodeOUs"]
    assert units["Enable"] is True
    assert {u["OrganizationalUnitIdentifier"] for u in units.values() if u is not True} == {
        "client",
        "peer",
        "admin",
        "orderer",
    }


def test_settings_are_written_without_anchors_and_private(tmp_path: Path) -> None:
    shared = {"enabled": True}
    write_yaml(tmp_path / "deep" / "core.yaml", {"one": shared, "other": shared})
    text = (tmp_path / "deep" / "core.yaml").read_text()
    assert "&" not in text
    assert yaml.safe_load(text) == {"one": shared, "other": shared}
    assert (tmp_path / "deep" / "core.yaml").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "deep").stat().st_mode & 0o777 == 0o700


def test_the_gateway_is_told_files_of_secrets_and_no_secret() -> None:
    credit = LAYOUT.consortium.chaincodes[0]
    written = gateway(LAYOUT, ALPHA, credit, registrar="registrar", constitution="ab" * 32)
    settings = tomllib.loads(written)
    assert settings["member"]["msp_id"] == "alphaMSP"
    assert settings["listen"]["url"] == "https://127.0.0.1:17000"
    assert settings["ledger"]["constitution_digest"] == "ab" * 32
    assert settings["ledger"]["peer"]["endpoint"] == "127.0.0.1:17020"
    assert settings["ca"]["registrar_secret"] == "/state/members/alpha/gateway/registrar.secret"
    assert [m["msp_id"] for m in settings["members"]] == [
        "alphaMSP",
        "betaMSP",
        "gammaMSP",
        "ministryMSP",
    ]
    assert settings["members"][1]["gateway"] == "https://127.0.0.1:17100"


@pytest.mark.parametrize("value", ["", 'a "quote"', "back\\slash", "ümlaut €", "a.b = [c]"])
def test_toml_strings_come_back_as_they_were(value: str) -> None:
    document = {"a": value, "n": 3, "t": {"b": value}, "l": [{"c": value}, {"c": "other"}]}
    assert tomllib.loads(toml(document)) == document


def test_toml_refuses_control_characters() -> None:
    with pytest.raises(ValueError, match="control character"):
        toml({"a": "line\nbreak"})
