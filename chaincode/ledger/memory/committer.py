"""One member's peer as a committer: finds each transaction valid or not, and keeps what is valid.

After Fabric's core/committer/txvalidator/v20/validator.go and the ledger's commit.
"""

from collections.abc import Sequence

from fabric_protos.peer import transaction_pb2

from chaincode.ledger.memory.commit import BlockWrites, record_history, store_private
from chaincode.ledger.memory.envelope import Invalid, Read
from chaincode.ledger.memory.identity import Identity
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.state import TransactionRecord
from chaincode.ledger.memory.validation import BlockPolicies

_VALID = transaction_pb2.VALID


async def commit(
    peer: Peer, number: int, block: Sequence[Read], signers: Sequence[tuple[Identity, ...]]
) -> tuple[int, ...]:
    """Commit a block; `signers` are each transaction's verified endorsers.

    Returns:
        A validation code for each transaction, as Fabric numbers them.

    Raises:
        ChannelHalted: real peers would stop at this block; nothing of it is committed.
    """
    async with peer.lock.committing():
        codes = _judge(peer, block, signers)
        writes = BlockWrites(peer.ledger, peer.chaincode, number)
        for index, read in enumerate(block):
            if codes[index] != _VALID:
                continue
            try:
                writes.check_reads(read)
                writes.apply(index, read)
            except Invalid as finding:
                codes[index] = finding.code
        _store(peer, number, block, codes, writes)
        return tuple(codes)


def _judge(peer: Peer, block: Sequence[Read], signers: Sequence[tuple[Identity, ...]]) -> list[int]:
    policies = BlockPolicies(peer.ledger, peer.chaincode, block)
    codes = []
    for index, read in enumerate(block):
        code = read.code
        if code == _VALID and read.transaction_id in peer.ledger.transactions:
            code = transaction_pb2.DUPLICATE_TXID
        if code == _VALID:
            try:
                policies.judge(index, read, signers[index])
            except Invalid as finding:
                code = finding.code
        codes.append(code)
    seen: set[str] = set()
    for index, read in enumerate(block):
        if codes[index] == _VALID:
            if read.transaction_id in seen:
                codes[index] = transaction_pb2.DUPLICATE_TXID
            seen.add(read.transaction_id)
    return codes


def _store(
    peer: Peer, number: int, block: Sequence[Read], codes: Sequence[int], writes: BlockWrites
) -> None:
    ledger = peer.ledger
    writes.write()
    kept_private = False
    for index, read in enumerate(block):
        if codes[index] == _VALID and read.transaction is not None:
            record_history(ledger, read.transaction, read, peer.chaincode.name)
            kept_private |= store_private(peer, index, number, read)
        if read.transaction_id:
            record = TransactionRecord(read.transaction_id, number, index, codes[index])
            ledger.transactions.setdefault(read.transaction_id, record)
    if kept_private:
        for read in block:
            peer.transient.pop(read.transaction_id, None)
    ledger.codes[number] = tuple(codes)
    ledger.height = number + 1
