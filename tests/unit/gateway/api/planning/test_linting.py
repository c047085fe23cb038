"""Rules are linted over REST, on the sandbox with all its members."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from gateway.api.limits import JSON_LIMIT
from tests.support.planning_campus import (
    AT_80,
    TABLE,
    TODAY,
    Campus,
    adopt,
    code_of,
    key,
    lint,
    opened,
)
from tests.support.records import text_of
from tests.support.rules import framework_document

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_rule_is_linted_against_the_courses_of_the_ledger(campus: Campus) -> None:
    clean = await lint(campus, campus.document())
    assert clean["counts"] == {"error": 0, "warning": 0, "notice": 0}
    assert (clean["findings"], clean["against"], clean["changes"]) == ([], None, [])
    assert clean["past"] == {"considered": 0, "different": 0, "decisions": []}
    missing = campus.home[:-3] + ("a" if campus.home[-3] != "a" else "b") + campus.home[-2:]
    document = campus.document(demands=[])
    document["mappings"][0]["home"][0]["course"] = key(missing)
    document["conversions"] = {"table": TABLE | {"pairs": TABLE["pairs"][:1]}}
    found = await lint(campus, document)
    assert [(one["severity"], one["code"], one["path"]) for one in found["findings"]] == [
        ("error", "course-unknown", "mappings.0.home.0.course"),
        ("warning", "grades-without-entry", "conversions.table"),
    ]
    assert found["findings"][1]["sentence"] == (
        "Warning: the conversion table has no entry for the grades 60.00 to 79.00."
    )
    chinese = await lint(campus, document, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert chinese["findings"][1]["sentence"] == (
        "警告：换算table中没有成绩60.00至79.00的对应项。"  # noqa: RUF001 - Chinese punctuation
    )


async def test_a_rule_is_linted_against_what_it_supersedes(campus: Campus, rule: str) -> None:
    series = rule.rpartition("~")[0]
    stricter = campus.document(demands=[AT_80])
    found = await lint(campus, stricter, params={"series": series})
    assert found["against"] == rule
    assert found["changes"] == [
        {
            "kind": "changed",
            "path": ["demands", "minimum-grade", "grade"],
            "before": "70.00",
            "after": "80.00",
        }
    ]
    assert [one["code"] for one in found["findings"]] == ["entry-never-read"]


async def test_a_framework_that_binds(tmp_path: Path) -> None:
    async with opened(tmp_path) as campus:
        await adopt(campus, campus.document())
        await _bind(campus)


async def _bind(campus: Campus) -> None:
    ministry, alpha = campus.people["ministry"], campus.people["alpha"]
    answer_by = text_of(datetime.now(UTC) + timedelta(days=1))
    proposed = await ministry.post(
        "/v1/rules",
        framework_document(first=TODAY.isoformat(), minimum="75.00"),
        params={"answer_by": answer_by},
    )
    framework = proposed.json()["result"]["rule"]
    digest = (await alpha.get(f"/v1/rules/{framework}")).json()["digest"]
    for member in ("alpha", "beta", "gamma"):
        body = {"rule_digest": digest, "approve": True}
        voted = await campus.people[member].post(f"/v1/rules/{framework}:vote", body)
        assert voted.status_code == httpx.codes.OK, voted.text
    version = (await alpha.get(f"/v1/rules/{framework}")).json()["ballot"]["version"]
    await ministry.post(f"/v1/rules/{framework}:close", {"expected_version": version})
    broken = await lint(campus, campus.document())
    assert [(one["code"], one["path"]) for one in broken["findings"]] == [
        ("framework-broken", "mappings.0.demands")
    ]
    assert broken["findings"][0]["values"]["framework"] == digest
    assert "framework-broken" not in {
        one["code"] for one in (await lint(campus, campus.document(demands=[AT_80])))["findings"]
    }
    listed = (await alpha.get("/v1/equivalences", params={"course": campus.home})).json()
    assert listed["found"] == 0, "a rule that breaks a framework decides nothing"


async def test_who_may_lint_and_bad_documents(campus: Campus) -> None:
    for nobody in (campus.student, campus.teacher):
        response = await nobody.post("/v1/rules:lint", campus.document())
        assert (response.status_code, code_of(response)) == (403, "not-permitted")
    assert (
        await campus.people["ministry"].post("/v1/rules:lint", campus.document())
    ).status_code == httpx.codes.OK
    alpha = campus.people["alpha"]
    for change, field in (
        ({"mappings": []}, "/mappings"),
        ({"mappings": 10_000 * [campus.document()["mappings"][0]]}, None),
        ({"conversions": {"table": TABLE | {"pairs": []}}}, "/conversions/table/pairs"),
        ({"valid": {"first": "2026-10-01", "last": "2026-09-30", "time_zone": "UTC"}}, "/valid"),
        ({"demands": [[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]}, None),
    ):
        response = await alpha.post("/v1/rules:lint", campus.document(**change))
        assert response.status_code in {413, 422}, response.text
        if field:
            assert response.json()["field"] == field
    unknown = {"series": f"alphaMSP~{'0' * 32}"}
    response = await alpha.post("/v1/rules:lint", campus.document(), params=unknown)
    assert (response.status_code, code_of(response)) == (404, "record-not-found")


async def test_a_large_rule_is_linted_as_it_is_proposed(campus: Campus) -> None:
    document = campus.document()
    (mapping,) = document["mappings"]
    document["mappings"] = [
        mapping | {"id": f"m{place}", "demands": [{"kind": "validity", "years": 1 + place % 100}]}
        for place in range(500)
    ]
    assert len(json.dumps(document, indent=2)) > JSON_LIMIT
    found = await lint(campus, document)
    assert found["counts"]["warning"] > 0
    assert len(found["findings"]) == min(500, sum(found["counts"].values()))
