"""The credit bank's worked example, from courses to the degree, over REST on the sandbox."""

from decimal import Decimal

import pytest

from demo.story.cast import Cast
from demo.world import World
from tests.support import credit_bank_scenario as scenario

pytestmark = pytest.mark.thorough


async def test_150_credits_of_which_4_of_one_year_do_not_count(world: World, cast: Cast) -> None:
    now = (await scenario.earned_and_recognised(world, cast))["now"]
    assert (now["presented"], now["counted"], now["fulfilled"]) == ("150.00", "146.00", True)
    assert {one["missing"] for one in now["requirements"]} == {"0.00"}
    assert all(one["groups_known"] and one["term_known"] for one in now["credits"])
    dropped = [one for one in now["credits"] if one["dropped"] != "0.00"]
    assert sum(Decimal(one["dropped"]) for one in dropped) == Decimal("4.00")
    reasons = {(one["reason"], one["limit"]) for item in dropped for one in item["drops"]}
    assert reasons == {("limit", "per-year")}
    [year] = [one for one in now["limits"] if one["id"] == "per-year" and one["of"] == "2024"]
    assert year["presented"] == "46.00"
