from network.config import load
from network.lifecycle import ChaincodeDefinition


def test_a_definition_has_one_collection_a_deciding_member() -> None:
    consortium = load()
    definition = ChaincodeDefinition.of(consortium, consortium.chaincodes[0])
    assert (definition.name, definition.channel, definition.label) == (
        "credit",
        "credits",
        "credit_1",
    )
    assert definition.policy.startswith("OutOf(3, 'alphaMSP.peer', ")
    assert [collection.name for collection in definition.collections] == [
        "values-alphaMSP",
        "values-betaMSP",
        "values-gammaMSP",
        "values-ministryMSP",
    ]
    assert definition.collections[1].settings() == {
        "name": "values-betaMSP",
        "policy": "OR('betaMSP.member')",
        "requiredPeerCount": 0,
        "maxPeerCount": 1,
        "blockToLive": 0,
        "memberOnlyRead": True,
        "memberOnlyWrite": False,
        "endorsementPolicy": {"signaturePolicy": "OR('betaMSP.peer')"},
    }
