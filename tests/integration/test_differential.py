"""Sandbox and Fabric are one: random histories on both, and nothing may differ.

Compared are results and error texts of every proposal, the very bytes that endorsers sign (read
sets with versions, write sets, policies, private hashes, events), the validation code of every
transaction at every member, the events as the peer streams them, and the final state with key-level
policies, histories and private values as every member sees them.
"""

import os
import secrets
import sys
from datetime import UTC, datetime

import pytest

from chaincode.ledger.memory import policy
from chaincode.ledger.memory.definition import Chaincode
from network.up import Running
from tests.support.certificates import MSP_IDS
from tests.support.differential.comparison import compare, play
from tests.support.differential.fabric_side import Channel, Player
from tests.support.differential.probe_histories import ProbeHistory
from tests.support.differential.sandbox_side import twin_of
from tests.support.probe_chaincode import probe
from tests.support.sandbox import CHANNEL, PROBE, own_collection

HISTORIES = 500
REPEATED = 40
CLOSING = [b"script", b'[["event","closing",""]]']


@pytest.mark.fabric
@pytest.mark.timeout(600)
async def test_random_histories_end_alike(consortium: Running) -> None:
    seed = os.environ.get("CROSSCREDIT_SEED") or secrets.token_hex(4)
    sys.stdout.write(f"CROSSCREDIT_SEED={seed}\n")  # shown if the test fails
    chaincode = Chaincode(
        PROBE,
        policy.out_of(3, MSP_IDS),
        version="1",
        collections=tuple(own_collection(msp_id) for msp_id in MSP_IDS),
    )
    async with Channel(consortium.layout, CHANNEL, PROBE) as channel:
        await channel.await_everybody(CLOSING)
        forgers = twin_of(channel, chaincode, probe, lambda: datetime.now(UTC)).peers
        players = [Player(channel, f"{seed}-{number}") for number in range(HISTORIES)]
        histories = [ProbeHistory(player, forgers, player.trace.name) for player in players]
        await play([history.play for history in histories])
        await play([history.repeat for history in histories[:REPEATED]])
        found = await compare(channel, players, chaincode, probe, CLOSING)
    shown = "\n".join(str(difference) for difference in found.differences[:5])
    assert not found.differences, f"seed {seed}: {len(found.differences)} differences\n{shown}"
    everything = {
        "VALID",
        "ENDORSEMENT_POLICY_FAILURE",
        "MVCC_READ_CONFLICT",
        "PHANTOM_READ_CONFLICT",
        "BAD_RWSET",
        "INVALID_CHAINCODE",
        "DUPLICATE_TXID",
    }
    assert everything <= set(found.codes), f"seed {seed}: the histories showed {found.codes} only"
