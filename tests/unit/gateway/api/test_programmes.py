"""Programmes and terms over REST: published by registrars, read by everybody."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.api.examples import EXAMPLES
from tests.support.gateways import Alpha, gateway_of_alpha, sign_up

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROGRAMME = EXAMPLES["publish_programme"]
TERM = EXAMPLES["publish_term"]
NOBODYS = "betaMSP~" + "0" * 32


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha")) as found:
        yield found


async def publish(alpha: Alpha, path: str, body: Any) -> dict[str, Any]:
    answer = await alpha.registrar.post(path, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refusal(answer: httpx.Response) -> tuple[int, str, str | None]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    code = problem["type"].removeprefix("urn:crosscredit:problem:")
    return answer.status_code, code, problem.get("field")


async def test_a_programme_is_published_and_read_in_decimals(alpha: Alpha) -> None:
    operation = await publish(alpha, "/v1/programmes", PROGRAMME)
    (transaction,) = operation["transactions"]
    assert (transaction["function"], transaction["code"]) == ("PublishProgramme", "VALID")
    identifier = operation["result"]["programme"]
    assert identifier.endswith("~1")
    found = (await alpha.registrar.get(f"/v1/programmes/{identifier}")).json()
    assert (found["id"], found["granted_by"]) == (identifier, "alphaMSP")
    assert (found["total"], found["home_credits"], found["home_share"]) == (
        "140.00",
        "0.00",
        "50.00",
    )
    assert [one["at_least"] for one in found["groups"]] == ["60.00", "30.00", "0.00"]
    assert found["minimums"] == PROGRAMME["minimums"]
    assert found["limits"] == [one | {"traits": []} for one in PROGRAMME["limits"]]
    assert found["shares"] == PROGRAMME["shares"]


async def test_the_next_version_follows_the_one_before(alpha: Alpha) -> None:
    first = (await publish(alpha, "/v1/programmes", PROGRAMME))["result"]["programme"]
    body = PROGRAMME | {"previous": first, "total": "144.00"}
    second = (await publish(alpha, "/v1/programmes", body))["result"]["programme"]
    assert second == f"{first[:-1]}2"
    totals = [
        (await alpha.registrar.get(f"/v1/programmes/{one}")).json()["total"]
        for one in (first, second)
    ]
    assert totals == ["140.00", "144.00"]
    # Who follows the first version a second time comes too late.
    again = await alpha.registrar.post("/v1/programmes", body)
    assert refusal(again) == (409, "record-exists", None)
    gap = await alpha.registrar.post("/v1/programmes", body | {"previous": f"{first[:-1]}7"})
    assert refusal(gap) == (404, "record-not-found", None)
    others = await alpha.registrar.post("/v1/programmes", body | {"previous": f"{NOBODYS}~1"})
    assert refusal(others) == (403, "not-party", "/previous")


async def test_a_term_is_published_and_read(alpha: Alpha) -> None:
    identifier = (await publish(alpha, "/v1/terms", TERM))["result"]["term"]
    found = (await alpha.registrar.get(f"/v1/terms/{identifier}")).json()
    assert {name: found[name] for name in TERM} == TERM
    assert (found["university"], found["changes_through"]) == ("alphaMSP", "2026-11-05")
    listed = (await alpha.registrar.get("/v1/terms")).json()
    assert found in listed["terms"]
    assert listed["next"] is None


async def test_all_versions_are_listed(alpha: Alpha) -> None:
    first = (await publish(alpha, "/v1/programmes", PROGRAMME))["result"]["programme"]
    await publish(alpha, "/v1/programmes", PROGRAMME | {"previous": first})
    listed = (await alpha.registrar.get("/v1/programmes?member=alphaMSP")).json()
    assert {first, f"{first[:-1]}2"} <= {one["id"] for one in listed["programmes"]}
    behind = await alpha.registrar.get(f"/v1/programmes?after={'f' * 32}")
    assert behind.json() == {"programmes": [], "next": None}


async def test_students_and_teachers_read_and_do_not_publish(alpha: Alpha) -> None:
    programme = (await publish(alpha, "/v1/programmes", PROGRAMME))["result"]["programme"]
    term = (await publish(alpha, "/v1/terms", TERM))["result"]["term"]
    for role in ("student", "teacher"):
        person = await sign_up(alpha.registrar, f"a-{role}", role)
        for path, body in (("/v1/programmes", PROGRAMME), ("/v1/terms", TERM)):
            assert refusal(await person.post(path, body)) == (403, "not-permitted", None)
        for path in (f"/v1/programmes/{programme}", f"/v1/terms/{term}"):
            assert (await person.get(path)).status_code == 200


async def test_what_there_is_not(alpha: Alpha) -> None:
    for path in (f"/v1/programmes/{NOBODYS}~1", f"/v1/terms/{NOBODYS}"):
        assert refusal(await alpha.registrar.get(path)) == (404, "record-not-found", None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"total": 140}, "/total"),
        ({"total": "140"}, "/total"),
        ({"total": "0.00"}, "/total"),
        ({"total": "1000.01"}, "/total"),
        ({"groups": []}, "/groups"),
        ({"groups": [{"id": "a", "title": "A", "at_least": "140.01"}]}, "/groups"),
        ({"groups": [{"id": "A", "title": "A"}]}, "/groups/0/id"),
        ({"groups": [{"id": "a", "title": "A"}] * 2}, "/groups/1/id"),
        ({"minimums": [{"id": "m", "traits": [], "at_least": "1.00"}]}, "/minimums/0/traits"),
        (
            {"minimums": [{"id": "m", "traits": ["cheap"], "at_least": "1.00"}]},
            "/minimums/0/traits/0",
        ),
        (
            {"minimums": [{"id": "m", "traits": ["online"], "at_least": "141.00"}]},
            "/minimums/0/at_least",
        ),
        ({"limits": [{"id": "x", "within": "week", "at_most": "1.00"}]}, "/limits/0/within"),
        (
            {"limits": [{"id": "x", "within": "institution", "at_most": "69.99"}]},
            "/limits/0/at_most",
        ),
        (
            {"shares": [{"id": "x", "within": "term", "traits": ["online"], "at_most": "100.01"}]},
            "/shares/0/at_most",
        ),
        ({"home_share": "-1.00"}, "/home_share"),
        ({"granted_by": "betaMSP"}, "/granted_by"),
        ({"previous": "alphaMSP~1"}, "/previous"),
    ],
)
async def test_a_bad_programme_is_one_error_at_its_field(
    alpha: Alpha, change: dict[str, Any], field: str
) -> None:
    answer = await alpha.registrar.post("/v1/programmes", PROGRAMME | change)
    assert refusal(answer) == (422, "invalid-argument", field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_on": "2026-02-30"}, "/starts_on"),
        ({"starts_on": "2026-10-01T00:00:00Z"}, "/starts_on"),
        ({"starts_on": 20261001}, "/starts_on"),
        ({"ends_on": "2026-09-30"}, "/ends_on"),
        ({"ends_on": "2026-11-04"}, "/change_weeks"),
        ({"time_zone": "Europe/Atlantis"}, "/time_zone"),
        ({"time_zone": "CET"}, "/time_zone"),
        ({"academic_year": "2026/28"}, "/academic_year"),
        ({"academic_year": "2030"}, "/academic_year"),
        ({"change_weeks": 1}, "/change_weeks"),
        ({"answer_weeks": "2"}, "/answer_weeks"),
    ],
)
async def test_a_bad_term_is_one_error_at_its_field(
    alpha: Alpha, change: dict[str, Any], field: str
) -> None:
    answer = await alpha.registrar.post("/v1/terms", TERM | change)
    assert refusal(answer) == (422, "invalid-argument", field)
