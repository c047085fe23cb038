from pathlib import Path
from typing import Any

from network.config import load
from network.layout import Layout
from network.render.configtx import PROFILE, configtx

MAJORITY = "OutOf(3, 'alphaMSP.{0}', 'betaMSP.{0}', 'gammaMSP.{0}', 'ministryMSP.{0}')"


def profile() -> dict[str, Any]:
    layout = Layout.of(load(port_offset=1000), Path("/state"))
    channel = layout.consortium.channel("credits")
    found: dict[str, Any] = configtx(layout, channel)["Profiles"][PROFILE]
    return found


def test_every_member_has_its_own_policies_peer_and_orderer() -> None:
    organizations = profile()["Application"]["Organizations"]
    assert [o["ID"] for o in organizations] == ["alphaMSP", "betaMSP", "gammaMSP", "ministryMSP"]
    beta = organizations[1]
    assert beta["MSPDir"] == "/state/members/beta/msp"
    assert beta["Policies"]["Admins"] == {"Type": "Signature", "Rule": "OR('betaMSP.admin')"}
    assert beta["Policies"]["Endorsement"]["Rule"] == "OR('betaMSP.peer')"
    assert beta["AnchorPeers"] == [{"Host": "127.0.0.1", "Port": 18120}]
    assert beta["OrdererEndpoints"] == ["127.0.0.1:18110"]


def test_the_channels_policies_are_explicit_majorities() -> None:
    policies = profile()["Application"]["Policies"]
    assert policies["Endorsement"]["Rule"] == MAJORITY.format("peer")
    assert policies["LifecycleEndorsement"]["Rule"] == MAJORITY.format("peer")
    assert policies["Admins"]["Rule"] == MAJORITY.format("admin")
    assert profile()["Orderer"]["Policies"]["Admins"]["Rule"] == "MAJORITY Admins"


def test_only_operators_commit_a_definition() -> None:
    application = profile()["Application"]
    resource = "_lifecycle/CommitChaincodeDefinition"
    assert application["ACLs"] == {resource: "/Channel/Application/Operators"}
    assert application["Policies"]["Operators"]["Rule"] == "ANY Admins"


def test_ordering_is_smart_bft_of_all_four() -> None:
    orderer = profile()["Orderer"]
    assert profile()["Capabilities"] == {"V3_0": True}
    assert orderer["OrdererType"] == "BFT"
    assert orderer["SmartBFT"]["RequestBatchMaxInterval"] == "50ms"
    assert orderer["SmartBFT"]["LeaderHeartbeatTimeout"] == "4s"
    assert orderer["SmartBFT"]["RequestComplainTimeout"] == "3s"
    mapping = orderer["ConsenterMapping"]
    assert [(c["ID"], c["MSPID"], c["Port"]) for c in mapping] == [
        (1, "alphaMSP", 18010),
        (2, "betaMSP", 18110),
        (3, "gammaMSP", 18210),
        (4, "ministryMSP", 18310),
    ]
    assert mapping[3]["Identity"] == "/state/members/ministry/orderer/msp/signcerts/cert.pem"
