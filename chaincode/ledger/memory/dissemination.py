"""Private values on their way from endorsers to the other members of a collection.

After Fabric's gossip/privdata/distributor.go.
"""

from collections.abc import Mapping

from chaincode.ledger.memory.peer import Peer


def disseminate(peers: Mapping[str, Peer], transaction_id: str) -> None:
    """Give what endorsers hold of a transaction to those who are to hold it."""
    for sender in peers.values():
        for name, plain in tuple(sender.transient.get(transaction_id, ())):
            collection = sender.chaincode.collection(name)
            if collection is None or not collection.disseminate:
                continue
            for receiver in peers.values():
                if receiver is not sender and receiver.available and receiver.holds(name):
                    receiver.keep_private(transaction_id, {name: plain})
