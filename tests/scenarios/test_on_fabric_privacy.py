"""What a member learns that is not meant for it: from the blocks, from peers, from its own disk."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

import pytest
import pytest_asyncio

from chaincode.domain.commands.reading import ReadSealedGrade
from demo.story import registration
from fabric_client import EvaluateError, SigningIdentity
from fabric_client.blocks import ValidationCode
from fabric_client.events import BlockAndPrivateData
from network.operator import Operator
from tests.support.consortium import CHANNEL, PROBE
from tests.support.on_fabric.calls import asked, said_by_peers
from tests.support.on_fabric.chain import Chain, read_chains, settled
from tests.support.on_fabric.members import CREDIT, MEMBERS, Members, msp_id
from tests.support.on_fabric.scan import Sought, Texts, files_below, forms, pieces_of
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.values import Mark, marks_of, secrets_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

PARTIES = ("alpha", "beta")
# core/chaincode/handler.go and core/ledger/kvledger/txmgmt/txmgr, in Fabric's own words.
NO_ACCESS = (
    "tx creator does not have read access permission on privatedata "
    "in chaincodeName:probe collectionName: values-betaMSP"
)
NOT_HERE = "private data matching public hash version is not available"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chain(on_fabric: OnFabric) -> Chain:
    return (await read_chains(on_fabric.members))["ministry"]


@pytest.fixture
def every_byte(chain: Chain) -> bytes:
    return b"".join(chain.raw)


async def test_no_block_holds_anything_personal(on_fabric: OnFabric, every_byte: bytes) -> None:
    people = (
        registration.STUDENT,
        registration.TEACHER,
        registration.HOME_TEACHER,
        registration.REVIEWER,
    )
    # Shorter texts would be found by chance in the base64 of keys and certificates.
    texts = {person.name for person in people} | {"Haddad"}
    texts |= {person.login for person in people} | {person.documents for person in people}
    texts |= {"registrar-1", "supervisor-1", on_fabric.played.cast.student.login}
    texts |= {file.name for file in on_fabric.world.work.values()}
    texts |= {"Essay and program are sound", "The credit is what it says"}
    assert [text for text in texts if text.encode() in every_byte] == []
    # The same search finds what is meant to be there.
    assert b"Data Structures" in every_byte


async def test_no_block_holds_anything_private(on_fabric: OnFabric, every_byte: bytes) -> None:
    secrets = await secrets_of(on_fabric)
    assert all(secrets.values())
    assert Sought(secrets).found_in(every_byte) == []
    for name in ("mark", "salt", "enrolment_key", "result_salt", "content_key", "file_name"):
        assert f'"{name}"'.encode() not in every_byte
    commitment = next(
        write.value
        for entry in (await read_chains(on_fabric.members))["beta"].credit()
        if entry.function == "AddGrade"
        for write in entry.transaction.action.read_write_set.namespace(CREDIT).writes
    )
    assert commitment in every_byte


async def test_no_block_holds_a_piece_of_the_work(on_fabric: OnFabric, chain: Chain) -> None:
    since = b"".join(chain.raw[on_fabric.first_block :])
    for file in on_fabric.world.work.values():
        pieces = Texts(pieces_of(file.content))
        assert pieces.found_in(file.content[:2000])
        assert not await asyncio.to_thread(pieces.found_in, since)
        assert not any(form in since for form in forms(bytes.fromhex(file.sha256)))


async def private_blocks(stage: OnFabric, at: str, who: SigningIdentity) -> list[str]:
    """The collections of the story's blocks of which a peer gives the values to `who`."""
    network = await stage.members.network(at, who)
    stream = network.block_and_private_data_events(
        start_block=stage.first_block, stop_block=stage.last_block - 1
    )
    return [name async for block in stream for name in _given(block)]


def _given(item: BlockAndPrivateData) -> list[str]:
    return [
        private.collection
        for entries in item.private_data.values()
        for private in entries
        if private.writes and private.namespace == CREDIT
    ]


async def test_a_peer_gives_a_members_private_values_to_that_member_alone(
    on_fabric: OnFabric,
) -> None:
    members = on_fabric.members
    for at in MEMBERS:
        for name in MEMBERS:
            who = members.gateway(name)
            # Three marks and the result, a corrected mark and the result with it.
            wanted = [f"values-{msp_id(at)}"] * 6 if at == name and at in PARTIES else []
            assert await private_blocks(on_fabric, at, who) == wanted, (at, name)


async def test_the_sealed_values_lie_on_no_third_members_disk(on_fabric: OnFabric) -> None:
    values = await marks_of(on_fabric, "beta")
    holding = {
        name: await asyncio.to_thread(_holds, on_fabric.members, name, values) for name in MEMBERS
    }
    assert holding == {"alpha": True, "beta": True, "gamma": False, "ministry": False}


def _holds(members: Members, name: str, values: list[Mark]) -> bool:
    """Whether any piece of any value stands in any file of a peer, its transient store included."""
    pieces = Texts(
        piece for value in values for piece in pieces_of(value.sealed, size=16, every=16)
    )
    folder: Path = members[name].peer_folder
    content = [path.read_bytes() for path in files_below(folder)]
    assert sum(map(len, content)) > 100_000
    return any(pieces.found_in(found) for found in content)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def probed(on_fabric: OnFabric) -> AsyncIterator[str]:
    """A private value in each party's collection, put there by a chaincode that gives anything."""
    key = f"private/{token_hex(8)}"
    contract = (await on_fabric.members.network("beta")).get_contract(PROBE)
    steps = [["put_private", f"values-{msp_id(name)}", key, "$mark"] for name in PARTIES]
    submitted = await contract.submit(
        "script",
        json.dumps(steps),
        transient={"mark": b"82.50"},
        endorsing_organizations=[msp_id(name) for name in PARTIES],
    )
    block = await anext(
        (await on_fabric.members.network("beta")).block_events(start_block=submitted.block_number)
    )
    assert {entry.code for entry in block.entries} == {ValidationCode.VALID}
    await settled(on_fabric.members)
    yield key


async def evaluated(members: Members, who: str, at: str, key: str) -> str:
    """What a peer's chaincode gets when a member asks for beta's value: the value, or why not."""
    contract = (await members.network(at, members.gateway(who))).get_contract(PROBE)
    step = ["get_private", "values-betaMSP", key]
    try:
        answer = await contract.evaluate(
            "script", json.dumps([step]), endorsing_organizations=[msp_id(at)]
        )
    except EvaluateError as error:
        return "; ".join(item.message for item in error.details)
    return str(json.loads(answer)[0])


async def test_no_chaincode_reads_a_members_collection_for_another(
    on_fabric: OnFabric, probed: str
) -> None:
    members = on_fabric.members
    assert await evaluated(members, "beta", "beta", probed) == "82.50"
    for who in ("alpha", "gamma", "ministry"):
        for at in MEMBERS:
            assert (await evaluated(members, who, at, probed)).endswith(NO_ACCESS)
    for at in ("alpha", "gamma", "ministry"):
        assert NOT_HERE in await evaluated(members, "beta", at, probed)


async def test_the_credit_chaincode_has_the_same_collections(on_fabric: OnFabric) -> None:
    member = on_fabric.members["gamma"]
    operator = Operator(member, on_fabric.running.binaries)
    query = ("lifecycle", "chaincode", "querycommitted", "-C", CHANNEL, "-O", "json", "-n")
    credit, probe = [
        json.loads(await operator.peer(*query, name))["collections"] for name in (CREDIT, PROBE)
    ]
    assert credit == probe
    found = [item["Payload"]["StaticCollectionConfig"] for item in credit["config"]]
    assert {item["name"] for item in found} == {f"values-{msp_id(name)}" for name in MEMBERS}
    assert all(item["member_only_read"] is True for item in found)


async def test_the_contract_gives_a_sealed_mark_to_the_two_universities_gateways_alone(
    on_fabric: OnFabric,
) -> None:
    members = on_fabric.members
    query = ReadSealedGrade(enrolment=on_fabric.slot("enrolment"), number=1)
    for name in PARTIES:
        assert await asked(members, query, at=name, who=members.gateway(name))
    for name in ("gamma", "ministry"):
        for at in MEMBERS:
            said = await said_by_peers(members, members.gateway(name), query, at=(at,))
            assert said == {at: "not-party"}
    operator = members.operator("beta")
    assert await said_by_peers(members, operator, query, at=("beta",)) == {"beta": "not-permitted"}
