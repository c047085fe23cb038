"""Rules and certificates over REST, on the sandbox with all its members."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.api.limits import RULE_LIMIT
from gateway.sandbox import DEFAULT_MEMBERS
from tests.support.gateways import Caller, activate, log_in, make_world, registrar, sign_up
from tests.support.records import text_of
from tests.support.rules import Document, framework_document, rule_document

pytestmark = pytest.mark.asyncio(loop_scope="module")
TODAY = datetime.now(UTC).date().isoformat()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mapping[str, Caller]]:
    """Who speaks for each member, by the member's name; each test has rules of its own."""
    async with opened(tmp_path_factory.mktemp("people")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def untouched(tmp_path: Path) -> AsyncIterator[Mapping[str, Caller]]:
    """As `people`, where nobody has proposed anything and no framework binds others."""
    async with opened(tmp_path) as found:
        yield found


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Mapping[str, Caller]]:
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(make_world(folder, members=DEFAULT_MEMBERS))
        found = {}
        for member in world.members:
            http = await stack.enter_async_context(world.client(member))
            if member == "ministry":
                (invitation,) = world.invitations[member]
                await activate(http, invitation.login, invitation.code)
                found[member] = await log_in(http, invitation.login)
            else:
                found[member] = await registrar(world, http, member)
        yield found


def in_a_day() -> str:
    return text_of(datetime.now(UTC) + timedelta(days=1))


async def propose(
    by: Caller, document: Document, *, previous: str | None = None, **options: Any
) -> httpx.Response:
    query = {"answer_by": in_a_day()} | ({"previous": previous} if previous else {})
    return await by.post("/v1/rules", document, params=query, **options)


def rule_of(response: httpx.Response) -> str:
    assert response.status_code == httpx.codes.OK, response.text
    rule: str = response.json()["result"]["rule"]
    return rule


async def read(by: Caller, rule: str) -> Document:
    response = await by.get(f"/v1/rules/{rule}")
    assert response.status_code == httpx.codes.OK, response.text
    found: Document = response.json()
    return found


async def vote(by: Caller, rule: str, **change: Any) -> httpx.Response:
    digest = (await read(by, rule))["digest"]
    body = {"rule_digest": digest, "approve": True} | change
    return await by.post(f"/v1/rules/{rule}:vote", body)


async def end(by: Caller, rule: str, verb: str = "close", **change: Any) -> httpx.Response:
    body = {"expected_version": (await read(by, rule))["ballot"]["version"]} | change
    return await by.post(f"/v1/rules/{rule}:{verb}", body)


def code_of(response: httpx.Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


async def test_a_rule_from_its_proposal_into_force(untouched: Mapping[str, Caller]) -> None:
    document = rule_document(first=TODAY)
    rule = rule_of(await propose(untouched["alpha"], document))
    before = await read(untouched["gamma"], rule)
    assert before["content"]["mappings"][0]["home"][0]["credits"] == "6.00"
    assert before["ballot"]["status"] == "open"
    assert [one["member"] for one in before["ballot"]["votes"]] == ["alphaMSP"]
    assert (before["in_force"], before["in_force_today"]) == ([], False)
    early = await end(untouched["alpha"], rule)
    assert (early.status_code, code_of(early)) == (409, "ballot-open")
    assert early.json()["facts"]["missing"] == ["betaMSP", "gammaMSP"]
    against = await vote(untouched["beta"], rule, approve=False, reason="credits")
    assert against.status_code == httpx.codes.OK, against.text
    again = await vote(untouched["beta"], rule)
    assert (again.status_code, code_of(again)) == (409, "record-exists")
    assert again.json()["facts"]["approve"] is False
    assert (await vote(untouched["gamma"], rule)).status_code == httpx.codes.OK
    closed = await end(untouched["gamma"], rule)
    assert closed.status_code == httpx.codes.OK, closed.text
    after = await read(untouched["beta"], rule)
    assert (after["ballot"]["status"], after["in_force_today"]) == ("adopted", True)
    assert after["in_force"] == [{"first": TODAY, "last": None}]
    listed = (await untouched["ministry"].get("/v1/rules?member=alphaMSP")).json()
    assert [one["adopted"][0]["id"] for one in listed["rules"]] == [rule]
    assert listed["next"] is None
    assert (await untouched["beta"].get("/v1/rules")).json()["rules"] == []


async def test_a_version_supersedes_from_its_own_first_day(people: Mapping[str, Caller]) -> None:
    alpha = people["alpha"]
    first = rule_of(await propose(alpha, rule_document("internal", first=TODAY)))
    assert (await end(alpha, first)).status_code == httpx.codes.OK
    later = rule_document("internal", first="2999-01-01", minimum="70.00")
    unnumbered = await propose(people["beta"], later, previous=first)
    assert (unnumbered.status_code, code_of(unnumbered)) == (403, "not-party")
    second = rule_of(await propose(alpha, later, previous=first))
    assert second == first.removesuffix("~1") + "~2"
    stale = await propose(alpha, later, previous=first)
    assert (stale.status_code, code_of(stale)) == (409, "wrong-state")
    assert stale.json()["facts"] == {"latest": 2, "next": 3}
    assert (await end(alpha, second)).status_code == httpx.codes.OK
    assert (await read(alpha, first))["in_force"] == [{"first": TODAY, "last": "2998-12-31"}]
    assert (await read(alpha, second))["in_force"] == [{"first": "2999-01-01", "last": None}]


async def test_a_framework_and_what_it_breaks(untouched: Mapping[str, Caller]) -> None:
    alpha, ministry = untouched["alpha"], untouched["ministry"]
    rule = rule_of(await propose(alpha, rule_document("internal", first=TODAY)))
    assert (await end(alpha, rule)).status_code == httpx.codes.OK
    framework = rule_of(await propose(ministry, framework_document(first=TODAY)))
    expected = [
        {
            "id": rule,
            "violations": [
                {"path": "mappings.0.demands", "demand": "minimum-grade", "framework": framework}
            ],
        }
    ]
    for by, query in ((alpha, ""), (ministry, "?member=alphaMSP")):
        answer = await by.get(f"/v1/rules/{framework}/broken{query}")
        assert answer.json() == {"broken": expected, "next": None}
    for member in ("alpha", "gamma"):
        assert (await vote(untouched[member], framework)).status_code == httpx.codes.OK
    assert (await end(ministry, framework)).status_code == httpx.codes.OK
    weak = rule_of(await propose(alpha, rule_document("internal", first=TODAY)))
    refused = await end(alpha, weak)
    assert (refused.status_code, code_of(refused)) == (409, "framework-broken")
    assert refused.json()["facts"]["violations"][0]["path"] == "mappings.0.demands"
    assert refused.json()["facts"]["count"] == 1
    assert (await end(alpha, weak, "withdraw")).status_code == httpx.codes.OK
    assert (await read(alpha, weak))["ballot"]["status"] == "withdrawn"


async def test_who_may_what(people: Mapping[str, Caller]) -> None:
    alpha = people["alpha"]
    teacher = await sign_up(alpha, "anna.berg", "teacher")
    student = await sign_up(alpha, "mei.lin", "student")
    document = rule_document("bilateral", first=TODAY)
    rule = rule_of(await propose(alpha, document))
    for nobody in (teacher, student):
        for attempt in (
            propose(nobody, document),
            vote(nobody, rule),
            end(nobody, rule),
            end(nobody, rule, "withdraw"),
        ):
            response = await attempt
            assert (response.status_code, code_of(response)) == (403, "not-permitted")
    outside = await vote(people["gamma"], rule)
    assert (outside.status_code, code_of(outside)) == (403, "not-elector")
    theirs = await end(people["beta"], rule, "withdraw")
    assert (theirs.status_code, code_of(theirs)) == (403, "not-party")
    for reader in (teacher, student):
        assert (await reader.get(f"/v1/rules/{rule}")).status_code == httpx.codes.OK
    for right in (vote(people["beta"], rule), end(people["beta"], rule)):
        response = await right
        assert response.status_code == httpx.codes.OK, response.text
    assert (await read(student, rule))["ballot"]["status"] == "adopted"


async def test_the_same_request_is_the_same_proposal(people: Mapping[str, Caller]) -> None:
    alpha, document = people["alpha"], rule_document("internal", first=TODAY)
    query, once = {"answer_by": in_a_day()}, {"Idempotency-Key": "rule-1"}
    before = (await alpha.get("/v1/rules")).json()["rules"]
    first = await alpha.post("/v1/rules", document, params=query, headers=once)
    again = await alpha.post("/v1/rules", document, params=query, headers=once)
    assert first.json()["id"] == again.json()["id"]
    other = await alpha.post("/v1/rules", document | {"title": "x"}, params=query, headers=once)
    assert (other.status_code, code_of(other)) == (422, "idempotency-key-reused")
    assert len((await alpha.get("/v1/rules")).json()["rules"]) == len(before) + 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mappings": []}, "/mappings"),
        ({"unexpected": 1}, "/unexpected"),
        ({"scope": {"kind": "everybody"}}, "/scope/kind"),
        ({"valid": {"first": "2026-10-01", "last": "2026-09-30", "time_zone": "UTC"}}, "/valid"),
        ({"demands": [{"kind": "minimum-grade", "grade": 60, "better": "higher"}]}, None),
        ({"demands": [{"kind": "minimum-grade", "grade": 6.5, "better": "higher"}]}, None),
        ({"demands": [[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]}, None),
    ],
)
async def test_a_fault_in_a_document_is_named(
    people: Mapping[str, Caller], change: Document, field: str
) -> None:
    document = rule_document("internal", first=TODAY) | change
    response = await propose(people["alpha"], document)
    assert (response.status_code, code_of(response)) == (422, "invalid-argument")
    found = response.json()["field"]
    assert found == field if field else found.startswith("/demands/0")


async def test_a_rule_may_be_large_where_nothing_else_may(tmp_path: Path) -> None:
    async with make_world(tmp_path) as world, world.client("alpha") as http:
        alpha = await registrar(world, http)
        document = rule_document("internal", first=TODAY, mappings=500)
        for mapping in document["mappings"]:
            mapping["host"][0] |= {"digest": "0" * 64, "category": "compulsory"}
            mapping["home"][0] |= {"category": "compulsory"}
            mapping["demands"] = DEMANDS
        assert len(json.dumps(document)) > 200 * 1024
        written = json.dumps(document, indent=2)
        assert len(written) < RULE_LIMIT
        response = await alpha.http.post(
            "/v1/rules",
            content=written,
            params={"answer_by": in_a_day()},
            headers={
                "Authorization": f"Bearer {alpha.token}",
                "Content-Type": "application/json",
            },
        )
        rule = rule_of(response)
        assert (await end(alpha, rule)).status_code == httpx.codes.OK
        assert len((await read(alpha, rule))["content"]["mappings"]) == len(document["mappings"])
        for path, size in (("/v1/rules", RULE_LIMIT), (f"/v1/rules/{rule}:vote", 128 * 1024)):
            response = await alpha.post(path, {"title": "x" * size})
            assert (response.status_code, code_of(response)) == (413, "too-large")
        for change, field in (
            ({"title": "x" * 300_000}, "/title"),
            ({"mappings": document["mappings"][:1] * 10_000}, "/mappings"),
        ):
            response = await propose(alpha, document | change)
            assert (response.status_code, code_of(response)) == (422, "invalid-argument")
            assert response.json()["field"] == field


async def test_certificates_are_given_read_and_taken_back(people: Mapping[str, Caller]) -> None:
    beta = people["beta"]
    teacher = await sign_up(beta, "anna.berg", "teacher")
    proposed = await teacher.post("/v1/courses", COURSE)
    course = proposed.json()["result"]["course"]
    approved = await beta.post(
        f"/v1/courses/{course}:check", {"approve": True, "expected_version": 1}
    )
    assert approved.status_code == httpx.codes.OK, approved.text
    digest = (await beta.get(f"/v1/courses/{course}")).json()["digest"]
    body = {"course": course, "course_digest": digest}
    own = await beta.post("/v1/certifications", body)
    assert (own.status_code, code_of(own)) == (403, "not-party")
    for member in ("gamma", "ministry"):
        given = await people[member].post("/v1/certifications", body)
        assert given.status_code == httpx.codes.OK, given.text
        assert given.json()["result"]["certification"] == f"{course}~{member}MSP"
    certificate = f"{course}~gammaMSP"
    withdrawal = {"expected_version": 1, "reason": "examination"}
    for member in ("alpha", "ministry"):
        refused = await people[member].post(
            f"/v1/certifications/{certificate}:withdraw", withdrawal
        )
        assert (refused.status_code, code_of(refused)) == (403, "not-party")
    gone = await people["gamma"].post(f"/v1/certifications/{certificate}:withdraw", withdrawal)
    assert gone.status_code == httpx.codes.OK, gone.text
    shown = (await people["alpha"].get(f"/v1/certifications/{certificate}")).json()
    assert (shown["status"], shown["withdrawal"]["reason"]) == ("withdrawn", "examination")
    listed = (await people["alpha"].get(f"/v1/certifications?course={course}")).json()
    assert [(one["certifier"], one["status"]) for one in listed["certifications"]] == [
        ("gammaMSP", "withdrawn"),
        ("ministryMSP", "in-force"),
    ]
    missing = await people["alpha"].get(f"/v1/certifications/{course}~alphaMSP")
    assert (missing.status_code, code_of(missing)) == (404, "record-not-found")


COURSE: Document = {
    "title": "Data Structures",
    "field": "0613",
    "credits": "6.00",
    "class_hours": 54,
    "parts": [{"id": "essay", "title": "Essay", "weight": "100.00", "mode": "online"}],
    "scale": {"lowest": "0.00", "highest": "100.00", "pass_mark": "60.00", "better": "higher"},
    "window": {"opens": "2020-09-01T00:00:00Z", "closes": "2999-02-28T23:59:59Z"},
}

DEMANDS: list[Document] = [
    {"kind": "category", "elective_by_compulsory": True},
    {"kind": "validity", "years": 7},
]
