"""The story, the same text as on the sandbox, over HTTPS on the real consortium."""

import pytest

from demo.story import correcting, learning
from tests.support.on_fabric.stage import OnFabric
from tests.support.story import evidence_shown

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]


async def test_every_call_goes_to_a_gateway_over_https_and_no_sandbox_answers(
    on_fabric: OnFabric,
) -> None:
    assert {step.url.split("://")[0] for step in on_fabric.told} == {"https"}
    assert {step.member for step in on_fabric.told} == {"alpha", "beta", "gamma"}
    for gateway in on_fabric.world.gateways.values():
        ready = await gateway.client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["ledger"] == "fabric"
        assert "crosscredit-ledger" not in ready.headers


async def test_every_transaction_of_the_story_is_valid_in_a_block(on_fabric: OnFabric) -> None:
    transactions = [item for step in on_fabric.told for item in step.transactions]
    assert len(transactions) == len({item.transaction_id for item in transactions})
    for item in transactions:
        assert (item.code, item.block is not None) == ("VALID", True)


async def test_the_credit_stands_with_its_verdict(on_fabric: OnFabric) -> None:
    cast, credit = on_fabric.played.cast, on_fabric.played.credit
    seen = await cast.student.get("looks", f"/v1/credits/{credit}")
    assert (seen["status"], seen["award"]["credits"]) == ("awarded", "6.00")
    request = await cast.verifying_registrar.get(
        "looks", f"/v1/verifications/{on_fabric.played.request}"
    )
    assert request["verdict"]["decision"]["outcome"] == "valid"
    shown = evidence_shown(on_fabric.told)
    assert shown["report"]["mark"] == learning.FINAL_MARK
    assert {grade["part"]: grade["mark"] for grade in shown["grades"]} == learning.MARKS


async def test_the_recognition_stands_as_corrected(on_fabric: OnFabric) -> None:
    cast, path = on_fabric.played.cast, f"/v1/decisions/{on_fabric.played.decision}"
    decision = await cast.student.get("looks", path)
    assert (decision["status"], decision["holds"]) == ("standing", "recognised")
    [item] = decision["items"]
    assert (item["grade"], item["credits"]) == (correcting.CORRECTED_GRADE, "6.00")
    triggers = [revision["trigger"] for revision in decision["revisions"]]
    # Twice where the home's gateway looked while the correction waited for acceptance.
    assert triggers in (["agreement", "correction"], ["agreement", "correction", "correction"])
    replayed = await cast.home_registrar.get("replays", f"{path}/replay")
    assert [one["identical"] for one in replayed["revisions"]] == [True] * len(triggers)
