from typing import Any

import grpc
import pytest
from fabric_protos.common import common_pb2, ledger_pb2

from fabric_client import Connection, EvaluateError, Gateway, SigningIdentity
from fabric_client.assembly import ProposalContent
from fabric_client.retry import NEVER
from fabric_client.system import NotOnLedgerError, SystemChaincodes


@pytest.fixture
def system(connection: Connection, alice: SigningIdentity) -> SystemChaincodes:
    gateway = Gateway(connection, alice.identity, alice.signer, retry=NEVER)
    return SystemChaincodes(gateway.get_network("credits"), organizations=["alphaMSP"])


def question(peer: Any) -> tuple[str, tuple[bytes, ...], list[str]]:
    request = peer.asked("evaluate")[-1]
    content = ProposalContent.parse(request.proposed_transaction.proposal_bytes)
    return content.chaincode_name, content.arguments, list(request.target_organizations)


async def test_chain_info(system: SystemChaincodes, peer: Any) -> None:
    peer.result = ledger_pb2.BlockchainInfo(
        height=9, currentBlockHash=b"c", previousBlockHash=b"p"
    ).SerializeToString()
    info = await system.chain_info()
    assert (info.height, info.current_hash, info.previous_hash) == (9, b"c", b"p")
    assert question(peer) == ("qscc", (b"GetChainInfo", b"credits"), ["alphaMSP"])


async def test_blocks(system: SystemChaincodes, peer: Any) -> None:
    peer.result = common_pb2.Block(header=common_pb2.BlockHeader(number=3)).SerializeToString()
    assert (await system.block_by_number(3)).number == 3
    assert question(peer) == ("qscc", (b"GetBlockByNumber", b"credits", b"3"), ["alphaMSP"])
    assert (await system.block_by_transaction_id("ab")).number == 3
    assert question(peer) == ("qscc", (b"GetBlockByTxID", b"credits", b"ab"), ["alphaMSP"])
    assert (await system.config_block()).number == 3
    assert question(peer) == ("cscc", (b"GetConfigBlock", b"credits"), ["alphaMSP"])


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("chaincode response 500, … no such transaction ID [ab] in index", NotOnLedgerError),
        ("chaincode response 500, … no such block number [3] in index", NotOnLedgerError),
        ("access denied", EvaluateError),
    ],
)
async def test_what_is_not_there_is_told_from_what_fails(
    system: SystemChaincodes, peer: Any, trailer: Any, message: str, kind: type[Exception]
) -> None:
    async def refuse(_: Any, context: Any) -> None:
        detail = ("peer:7051", "alphaMSP", message)
        await context.abort(grpc.StatusCode.UNKNOWN, "evaluate failed", trailer(2, detail))

    peer.on["evaluate"] = refuse
    with pytest.raises(kind) as caught:
        await system.transaction_by_id("ab")
    assert type(caught.value) is kind
