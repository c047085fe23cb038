"""Many records by their keys, in as many queries as it takes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chaincode.domain import canonical
from chaincode.domain.constitution import Constitution
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import CONSTITUTION_KEY
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series
from chaincode.ledger.memory.state import BEFORE_ALL, Versioned
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


async def test_hostile_records_are_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_world(tmp_path) as world:
        records = world.gateways["alpha"].core.records
        large = b'{"a":"' + b"x" * 250_000 + b'"}'
        keys = [f"course/alphaMSP/{place:032x}/1" for place in range(40)]
        for peer in world.consortium.peers.values():
            for key in keys:
                peer.ledger.world.put(key, Versioned(large, BEFORE_ALL))
        answers: list[int] = []
        ask = records.ask

        async def counted(*given: Any) -> Mapping[str, JsonValue]:
            answer = await ask(*given)
            answers.append(len(canonical.encode(answer)))
            return answer

        monkeypatch.setattr(records, "ask", counted)
        absent = f"course/alphaMSP/{'f' * 32}/1"
        *many, constitution, nothing = await records.find_documents(
            [*keys, CONSTITUTION_KEY, absent]
        )
        assert many == [{"a": "x" * 250_000}] * 40
        assert isinstance(constitution, dict)
        assert constitution["key"] == CONSTITUTION_KEY
        assert nothing is None
        assert len(answers) == 3
        assert max(answers) < 5 << 20
