"""The definition's own keys, which every simulation reads (namespace `_lifecycle`).

They make a transaction that was endorsed under one definition fail under the next. After Fabric's
core/chaincode/lifecycle (endorsement_info.go, deployedcc_infoprovider.go, serializer.go).
"""

from collections.abc import Mapping

from chaincode.ledger.memory.definition import Chaincode
from chaincode.ledger.memory.state import Version

_FIELDS = ("Sequence", "EndorsementInfo", "ValidationInfo", "Collections")


def invocation_reads(chaincode: Chaincode) -> Mapping[str, Version]:
    """What calling the chaincode reads."""
    return {f"namespaces/fields/{chaincode.name}/Sequence": chaincode.defined_at}


def collection_reads(chaincode: Chaincode) -> Mapping[str, Version]:
    """What touching a private collection reads: the whole definition."""
    keys = [f"namespaces/metadata/{chaincode.name}"]
    keys += [f"namespaces/fields/{chaincode.name}/{name}" for name in _FIELDS]
    return dict.fromkeys(keys, chaincode.defined_at)
