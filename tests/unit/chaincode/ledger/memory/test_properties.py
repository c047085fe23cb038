"""What holds whatever is played: members agree, and only those asked for can change a key."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chaincode.ledger.memory import policy
from chaincode.ledger.memory.authority import Authority
from chaincode.ledger.memory.settings import Settings
from chaincode.ledger.policy import all_peers_of
from tests.support.certificates import MSP_IDS
from tests.support.examples import examples
from tests.support.sandbox import CHANNEL, User, make_sandbox, together

KEYS = st.sampled_from(["a", "b"])
MEMBERS = st.lists(st.sampled_from(MSP_IDS), min_size=1, max_size=2, unique=True)
OPERATIONS = st.one_of(
    st.tuples(st.just("put"), KEYS, st.sampled_from(["1", "2"])),
    st.tuples(st.just("add"), KEYS, st.just("+")),
    st.tuples(st.just("get"), KEYS),
    st.tuples(st.just("range"), st.just(""), st.just("")),
)
CREATIONS = st.tuples(KEYS, MEMBERS).map(lambda made: [["put", made[0], "0"], ["policy", *made]])
SCRIPTS = st.one_of(st.lists(OPERATIONS, min_size=1, max_size=3), CREATIONS)
ENDORSERS = st.one_of(
    st.permutations(MSP_IDS).map(lambda names: list(names[:3])),
    st.just(list(MSP_IDS)),
    st.lists(st.sampled_from(MSP_IDS), min_size=1, max_size=2, unique=True),
)
BLOCKS = st.lists(
    st.lists(st.tuples(SCRIPTS, ENDORSERS), min_size=1, max_size=3), min_size=2, max_size=5
)


async def endorse_and_order(user: User, script: list[Any], endorsers: list[str]) -> None:
    consortium = user.sandbox.consortium
    signed = user.propose(script).signed(b"")
    prepared = await consortium.endorse(signed, at=endorsers[0], endorsers=endorsers)
    await consortium.submit(prepared.signed(b""))


def world(user: User, msp_id: str) -> dict[str, tuple[bytes, bytes | None]]:
    ledger = user.sandbox.consortium.peers[msp_id].ledger
    return {key: (found.value, found.policy) for key, found in ledger.world.items()}


def expected(
    state: dict[str, tuple[bytes, bytes | None]], script: list[Any]
) -> dict[str, tuple[bytes, bytes | None]]:
    """The state after a valid transaction, by a model of three lines."""
    new = dict(state)
    for name, *rest in script:
        if name == "put":
            new[rest[0]] = (rest[1].encode(), new.get(rest[0], (b"", None))[1])
        elif name == "add":
            before, own = state.get(rest[0], (b"", None))
            new[rest[0]] = (before + rest[1].encode(), own)
        elif name == "policy":
            new[rest[0]] = (new[rest[0]][0], all_peers_of(tuple(rest[1])))
    return new


def may(state: dict[str, tuple[bytes, bytes | None]], script: list[Any], by: list[str]) -> bool:
    """Whether these endorsers are those whom the written keys call for."""
    written = {step[1] for step in script if step[0] in ("put", "add", "policy")}
    own = [state[key][1] for key in written if key in state and state[key][1] is not None]
    everyone = {msp_id: all_peers_of((msp_id,)) for msp_id in by}
    named = all(_is_within(each, set(everyone)) for each in own if each is not None)
    general = len(own) < len(written) or not written
    return named and (not general or len(by) >= 3)


def _is_within(value: bytes, members: set[str]) -> bool:
    asked = policy.parse(value)
    return all(
        any(msp_id.encode() in principal.principal for msp_id in members)
        for principal in asked.identities
    )


@settings(max_examples=examples(40), deadline=None)
@given(blocks=BLOCKS)
async def test_members_agree_and_no_key_changes_without_those_it_names(
    authorities: Mapping[str, Authority], blocks: list[list[tuple[list[Any], list[str]]]]
) -> None:
    rules = together(Settings(CHANNEL, verify_signatures=False))
    sandbox = make_sandbox(authorities=authorities, settings=rules)
    user = sandbox.user()
    for block in blocks:
        for script, endorsers in block:
            await endorse_and_order(user, script, endorsers)
        before = world(user, "alphaMSP")
        await sandbox.consortium.cut_block()
        state = dict(before)
        judged = sandbox.consortium.committed(at="alphaMSP")[-1].transactions
        for (script, endorsers), transaction in zip(block, judged, strict=True):
            if transaction.is_valid:
                assert may(before, script, endorsers), json.dumps([script, endorsers])
                state = expected(state, script)
        for msp_id in MSP_IDS:
            assert world(user, msp_id) == state
            seen = sandbox.consortium.committed(at=msp_id)
            mine = sandbox.consortium.committed(at="alphaMSP")
            assert [[t.code for t in b.transactions] for b in seen] == [
                [t.code for t in b.transactions] for b in mine
            ]
