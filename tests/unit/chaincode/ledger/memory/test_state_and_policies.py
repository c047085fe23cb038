"""Keys, key-level policies and read conflicts: what decides whether a transaction is valid."""

import pytest

from chaincode.ledger.memory.errors import ChannelHalted, CommitFailed, EndorseFailed
from chaincode.ledger.policy import all_peers_of
from tests.support.sandbox import Sandbox, User

ALPHA_AND_BETA = ["alphaMSP", "betaMSP"]


async def test_a_write_is_read_back_by_every_member(sandbox: Sandbox, alice: User) -> None:
    status = await alice.submit(["put", "k", "v"])
    assert (status.code_name, status.block_number) == ("VALID", 1)
    for msp_id in sandbox.consortium.peers:
        assert await alice.evaluate(["get", "k"], at=msp_id) == ["v"]


async def test_an_invocation_does_not_see_its_own_writes(alice: User) -> None:
    await alice.submit(["put", "k", "old"])
    prepared = await alice.endorse(["put", "k", "new"], ["get", "k"], ["delete", "k"], ["get", "k"])
    assert prepared.result == b'[null,"old",null,"old"]'


async def test_the_last_write_of_a_key_counts(alice: User) -> None:
    await alice.submit(["put", "k", "1"], ["put", "k", "2"])
    assert await alice.evaluate(["get", "k"]) == ["2"]
    await alice.submit(["put", "k", "3"], ["delete", "k"])
    assert await alice.evaluate(["get", "k"]) == [None]


async def test_of_two_writers_that_read_the_same_version_the_second_loses(alice: User) -> None:
    await alice.submit(["put", "k", "-"])
    first, second = await alice.endorse(["add", "k", "a"]), await alice.endorse(["add", "k", "b"])
    assert (await alice.status(await alice.order(first))).code_name == "VALID"
    status = await alice.status(await alice.order(second))
    assert (status.code, status.code_name) == (11, "MVCC_READ_CONFLICT")
    assert await alice.evaluate(["get", "k"]) == ["-a"]


async def test_the_same_within_one_block(batched: Sandbox) -> None:
    alice = batched.user()
    first, second = await alice.endorse(["add", "k", "a"]), await alice.endorse(["add", "k", "b"])
    ids = [await alice.order(first), await alice.order(second)]
    await batched.consortium.cut_block()
    assert [(await alice.status(each)).code_name for each in ids] == ["VALID", "MVCC_READ_CONFLICT"]


async def test_require_valid_raises_with_the_code(sandbox: Sandbox, alice: User) -> None:
    first, second = await alice.endorse(["add", "k", "a"]), await alice.endorse(["add", "k", "b"])
    await alice.order(first)
    lost = await alice.order(second)
    with pytest.raises(CommitFailed) as caught:
        await sandbox.consortium.require_valid(lost, at="alphaMSP")
    assert (caught.value.code, caught.value.code_name) == (11, "MVCC_READ_CONFLICT")


async def test_a_key_with_a_policy_needs_that_policy_alone(alice: User) -> None:
    await alice.submit(["put", "k", "v"], ["policy", "k", ALPHA_AND_BETA])
    assert await alice.evaluate(["get_policy", "k"]) == [
        all_peers_of(("alphaMSP", "betaMSP")).hex()
    ]
    planned = await alice.endorse(["put", "k", "w"])
    assert planned.endorsed_by == ("alphaMSP", "betaMSP")
    assert (await alice.status(await alice.order(planned))).code_name == "VALID"


async def test_a_majority_without_those_named_by_the_policy_is_not_enough(alice: User) -> None:
    await alice.submit(["put", "k", "v"], ["policy", "k", ALPHA_AND_BETA])
    others = ["alphaMSP", "gammaMSP", "ministryMSP"]
    for operation in (["put", "k", "w"], ["delete", "k"], ["policy", "k", ["alphaMSP"]]):
        status = await alice.submit(operation, endorsers=others)
        assert (status.code, status.code_name) == (10, "ENDORSEMENT_POLICY_FAILURE")
    assert await alice.evaluate(["get", "k"]) == ["v"]


async def test_a_transaction_that_also_writes_other_keys_needs_both(alice: User) -> None:
    await alice.submit(["put", "k", "v"], ["policy", "k", ALPHA_AND_BETA])
    both = ["put", "k", "w"], ["put", "other", "w"]
    assert (await alice.submit(*both, endorsers=ALPHA_AND_BETA)).code == 10
    planned = await alice.endorse(*both)
    assert planned.endorsed_by == ("alphaMSP", "betaMSP", "gammaMSP")


async def test_reading_only_still_needs_the_chaincode_policy(alice: User) -> None:
    assert (await alice.submit(["get", "k"], endorsers=ALPHA_AND_BETA)).code == 10
    assert (await alice.submit(["get", "k"])).code == 0


async def test_a_policy_on_a_key_that_does_not_exist_is_ignored(alice: User) -> None:
    assert (await alice.submit(["policy", "k", ALPHA_AND_BETA])).code == 0
    assert await alice.evaluate(["get", "k"], ["get_policy", "k"]) == [None, None]
    await alice.submit(["put", "k", "v"])
    assert await alice.evaluate(["get_policy", "k"]) == [None]


async def test_deleting_a_key_removes_its_policy(alice: User) -> None:
    await alice.submit(["put", "k", "v"], ["policy", "k", ALPHA_AND_BETA])
    await alice.submit(["delete", "k"])
    await alice.submit(["put", "k", "v"])
    assert await alice.evaluate(["get_policy", "k"]) == [None]


async def test_a_new_value_keeps_the_policy_and_a_new_policy_the_value(alice: User) -> None:
    await alice.submit(["put", "k", "v"], ["policy", "k", ALPHA_AND_BETA])
    await alice.submit(["put", "k", "w"])
    await alice.submit(["policy", "k", ["alphaMSP"]])
    policy = all_peers_of(("alphaMSP",)).hex()
    assert await alice.evaluate(["get", "k"], ["get_policy", "k"]) == ["w", policy]


async def test_a_policy_change_is_a_new_version(alice: User) -> None:
    await alice.submit(["put", "k", "v"])
    reader = await alice.endorse(["add", "k", "+"])
    await alice.submit(["policy", "k", ALPHA_AND_BETA])
    status = await alice.status(await alice.order(reader))
    assert status.code_name == "MVCC_READ_CONFLICT"


async def test_within_a_block_nothing_can_depend_on_a_policy_set_before(batched: Sandbox) -> None:
    alice = batched.user()
    create = await alice.endorse(["put", "k", "v"], ["policy", "k", ALPHA_AND_BETA])
    change = await alice.endorse(["put", "k", "w"])
    ids = [await alice.order(create), await alice.order(change)]
    await batched.consortium.cut_block()
    codes = [(await alice.status(each)).code for each in ids]
    assert codes == [0, 10]


async def test_an_invalid_setter_of_a_policy_does_not_count(batched: Sandbox) -> None:
    alice = batched.user()
    setter = await alice.endorse(
        ["put", "k", "v"], ["policy", "k", ALPHA_AND_BETA], endorsers=["alphaMSP"]
    )
    change = await alice.endorse(["put", "k", "w"])
    ids = [await alice.order(setter), await alice.order(change)]
    await batched.consortium.cut_block()
    assert [(await alice.status(each)).code for each in ids] == [10, 0]


async def test_phantoms_are_found(alice: User) -> None:
    await alice.submit(["put", "r/1", "a"], ["put", "r/3", "b"])
    scan = ["range", "r/", "r/9"]
    unchanged = await alice.endorse(scan, ["put", "x", "1"])
    phantom = await alice.endorse(scan, ["put", "x", "2"])
    assert (await alice.status(await alice.order(unchanged))).code == 0
    await alice.submit(["put", "r/2", "new"])
    status = await alice.status(await alice.order(phantom))
    assert (status.code, status.code_name) == (12, "PHANTOM_READ_CONFLICT")


@pytest.mark.parametrize("count", [50, 51, 130])
@pytest.mark.parametrize(
    "change", [["put", "r/0010", "x"], ["delete", "r/0020"], ["put", "r/z", "x"]]
)
async def test_phantoms_are_found_in_long_ranges(
    alice: User, count: int, change: list[str]
) -> None:
    await alice.submit(["fill", "r/", count])
    scan = await alice.endorse(["range", "r/", "r0"])
    again = await alice.endorse(["range", "r/", "r0"])
    assert (await alice.status(await alice.order(scan))).code == 0
    await alice.submit(change)
    assert (await alice.status(await alice.order(again))).code == 12


async def test_what_a_range_did_not_read_may_change(alice: User) -> None:
    await alice.submit(["fill", "r/", 130])
    partly = await alice.endorse(["range", "r/", "r0", 3])
    await alice.submit(["put", "r/0120", "beyond the batches that were read"])
    assert (await alice.status(await alice.order(partly))).code == 0


async def test_a_range_is_half_open_and_in_byte_order(alice: User) -> None:
    await alice.submit(*(["put", key, key] for key in ("a", "b", "é", "z", "\U0001f600", "\uffff")))
    everything = ["a", "b", "z", "é", "\uffff", "\U0001f600"]
    (found,) = await alice.evaluate(["range", "", ""])
    assert [key for key, _ in found] == everything
    (found,) = await alice.evaluate(["range", "b", "z"])
    assert [key for key, _ in found] == ["b"]


async def test_history_is_newest_first_and_knows_deletions(sandbox: Sandbox, alice: User) -> None:
    await alice.submit(["put", "k", "1"])
    sandbox.clock.advance(seconds=1)
    await alice.submit(["delete", "k"])
    await alice.submit(["policy", "k", ALPHA_AND_BETA])
    (found,) = await alice.evaluate(["history", "k"])
    assert [(value, time[17:19], deleted) for _, value, time, deleted in found] == [
        ("", "01", True),
        ("1", "00", False),
    ]


async def test_peers_stop_at_a_policy_for_a_key_deleted_in_the_same_block(batched: Sandbox) -> None:
    alice = batched.user()
    await alice.order(await alice.endorse(["put", "k", "v"]))
    await batched.consortium.cut_block()
    gone, policy = (
        await alice.endorse(["delete", "k"]),
        await alice.endorse(["policy", "k", ["alphaMSP"]]),
    )
    await alice.order(gone)
    await alice.order(policy)
    with pytest.raises(ChannelHalted):
        await batched.consortium.cut_block()
    await alice.order(await alice.endorse(["put", "other", "v"]))
    with pytest.raises(ChannelHalted):  # for good, as measured on Fabric 3.1.1
        await batched.consortium.cut_block()


async def test_an_evaluation_changes_nothing(sandbox: Sandbox, alice: User) -> None:
    await alice.evaluate(["put", "k", "v"])
    assert await alice.evaluate(["get", "k"]) == [None]
    assert sandbox.consortium.height == 1


async def test_without_enough_members_up_there_is_no_plan(sandbox: Sandbox, alice: User) -> None:
    for msp_id in ("betaMSP", "gammaMSP"):
        sandbox.consortium.peers[msp_id].available = False
    with pytest.raises(EndorseFailed) as caught:
        await alice.endorse(["put", "k", "v"])
    assert caught.value.code == "FAILED_PRECONDITION"
