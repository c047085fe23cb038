"""Many records by their keys, in as many queries as it takes."""

from pathlib import Path

from chaincode.domain.constitution import Constitution
from chaincode.domain.keys import CONSTITUTION_KEY
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series
from tests.support.gateways import make_world


async def test_more_keys_than_one_query_takes(tmp_path: Path) -> None:
    async with make_world(tmp_path) as world:
        records = world.gateways["alpha"].core.records
        for kind, count in ((Series, 401), (RuleVersion, 41)):
            tail = "/1" if kind is RuleVersion else ""
            keys = [f"{kind.kind.value}/alphaMSP/{n:032x}{tail}" for n in range(count)]
            assert await records.find_all(kind, keys) == (None,) * count
        constitution = await records.load(Constitution, CONSTITUTION_KEY)
        assert (
            await records.find_all(Constitution, [CONSTITUTION_KEY] * 201) == (constitution,) * 201
        )
        assert await records.find_all(Series, []) == ()
