"""Linting, planning and equivalences over REST, on the sandbox with all its members."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.api.limits import JSON_LIMIT
from gateway.sandbox import DEFAULT_MEMBERS
from tests.support.gateways import Caller, activate, log_in, make_world, registrar, sign_up
from tests.support.records import text_of
from tests.support.rules import Document, framework_document

pytestmark = pytest.mark.asyncio(loop_scope="module")
TODAY = datetime.now(UTC).date()
TABLE: Document = {
    "kind": "by-table",
    "better": "higher",
    "step": "1.00",
    "home_better": "lower",
    "pairs": [
        {"lowest": "80.00", "highest": "100.00", "becomes": "1.00"},
        {"lowest": "60.00", "highest": "79.00", "becomes": "2.00"},
    ],
}
AT_80 = {"kind": "minimum-grade", "grade": "80.00", "better": "higher"}
COURSE: Document = {
    "title": "Data Structures",
    "field": "0613",
    "credits": "6.00",
    "class_hours": 54,
    "parts": [{"id": "essay", "title": "Essay", "weight": "100.00", "mode": "online"}],
    "scale": {
        "lowest": "0.00",
        "highest": "100.00",
        "pass_mark": "60.00",
        "better": "higher",
        "step": "1.00",
    },
    "window": {"opens": "2020-09-01T00:00:00Z", "closes": "2999-02-28T23:59:59Z"},
}


@dataclass
class Campus:
    """Who speaks for each member, some people of alpha, and a course at beta and at alpha."""

    people: Mapping[str, Caller]
    student: Caller
    teacher: Caller
    host: str
    home: str

    async def with_another_home(self) -> "Campus":
        """The same with another course at alpha, that no rule names yet."""
        home = await offer(self.teacher, self.people["alpha"], COURSE | {"title": "Algorithms"})
        return replace(self, home=home)

    def document(self, **fields: Any) -> Document:
        """A rule by which alpha replaces its course by beta's."""
        return {
            "format": "crosscredit/rule/v1",
            "title": "Data Structures for Algorithms",
            "kind": "recognition",
            "scope": {"kind": "bilateral", "members": ["alphaMSP", "betaMSP"]},
            "deciders": ["alphaMSP"],
            "valid": {"first": TODAY.isoformat(), "time_zone": "UTC"},
            "mappings": [
                {
                    "id": "structures",
                    "host": [{"course": key(self.host)}],
                    "home": [{"course": key(self.home), "credits": "6.00"}],
                    "conversion": "table",
                }
            ],
            "demands": [{"kind": "minimum-grade", "grade": "70.00", "better": "higher"}],
            "conversions": {"table": TABLE},
        } | fields


def key(identifier: str) -> str:
    return f"course/{identifier.replace('~', '/')}"


async def offer(teacher: Caller, registrar_: Caller, document: Document) -> str:
    proposed = await teacher.post("/v1/courses", document)
    course: str = proposed.json()["result"]["course"]
    body = {"approve": True, "expected_version": 1}
    approved = await registrar_.post(f"/v1/courses/{course}:check", body)
    assert approved.status_code == httpx.codes.OK, approved.text
    return course


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def campus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Campus]:
    async with opened(tmp_path_factory.mktemp("campus")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rule(campus: Campus) -> str:
    """In force, and asks for a grade of 70.00."""
    return await adopt(campus, campus.document())


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Campus]:
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(make_world(folder, members=DEFAULT_MEMBERS))
        people = {}
        for member in world.members:
            http = await stack.enter_async_context(world.client(member))
            if member == "ministry":
                (invitation,) = world.invitations[member]
                await activate(http, invitation.login, invitation.code)
                people[member] = await log_in(http, invitation.login)
            else:
                people[member] = await registrar(world, http, member)
        alpha, beta = people["alpha"], people["beta"]
        teacher = await sign_up(alpha, "anna.berg", "teacher")
        other = await sign_up(beta, "bo.chen", "teacher")
        student = await sign_up(alpha, "kim.doe")
        host = await offer(other, beta, COURSE)
        home = await offer(teacher, alpha, COURSE | {"title": "Algorithms"})
        yield Campus(people, student, teacher, host, home)


async def adopt(campus: Campus, document: Document, *, previous: str | None = None) -> str:
    answer_by = text_of(datetime.now(UTC) + timedelta(days=1))
    query = {"answer_by": answer_by} | ({"previous": previous} if previous else {})
    alpha, beta = campus.people["alpha"], campus.people["beta"]
    proposed = await alpha.post("/v1/rules", document, params=query)
    assert proposed.status_code == httpx.codes.OK, proposed.text
    rule: str = proposed.json()["result"]["rule"]
    shown = (await beta.get(f"/v1/rules/{rule}")).json()
    body = {"rule_digest": shown["digest"], "approve": True}
    assert (await beta.post(f"/v1/rules/{rule}:vote", body)).status_code == httpx.codes.OK
    ballot = (await alpha.get(f"/v1/rules/{rule}")).json()["ballot"]
    closed = await alpha.post(f"/v1/rules/{rule}:close", {"expected_version": ballot["version"]})
    assert closed.status_code == httpx.codes.OK, closed.text
    return rule


def code_of(response: httpx.Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


async def lint(campus: Campus, document: Document, **options: Any) -> Document:
    response = await campus.people["alpha"].post("/v1/rules:lint", document, **options)
    assert response.status_code == httpx.codes.OK, response.text
    found: Document = response.json()
    return found


async def evaluate(by: Caller, rule: str, body: Document, **options: Any) -> Document:
    response = await by.post(f"/v1/rules/{rule}:evaluate", body, **options)
    assert response.status_code == httpx.codes.OK, response.text
    found: Document = response.json()
    return found


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


async def test_what_would_count_of_a_plan(campus: Campus, rule: str) -> None:
    plan = {"plan": [{"course": campus.host, "mark": "85.00"}]}
    found = await evaluate(campus.student, rule, plan)
    assert (found["outcome"], found["rule"], found["decider"]) == ("recognised", rule, "alphaMSP")
    assert found["items"] == [
        {
            "mapping": "structures",
            "home": campus.home,
            "title": "Algorithms",
            "subject": None,
            "credits": "6.00",
            "grade": "1.00",
            "used": [{"course": campus.host, "amount": "6.00"}],
        }
    ]
    assert found["assumed"] == ["awarded", "awarded-on-the-day", "nothing-counted-before"]
    by_series = await evaluate(campus.student, rule.rpartition("~")[0], plan)
    assert by_series == found
    for other in (campus.teacher, campus.people["alpha"], campus.people["beta"]):
        assert (await evaluate(other, rule, plan))["outcome"] == "recognised"


def lines(node: Document) -> list[Document]:
    return [node, *(line for child in node["children"] for line in lines(child))]


async def test_what_is_not_known_is_shown_as_that_in_both_languages(
    campus: Campus, rule: str
) -> None:
    plan = {"plan": [{"course": campus.host}]}
    found = await evaluate(campus.student, rule, plan)
    assert (found["outcome"], found["items"]) == ("could-not-check", [])
    grade = next(one for one in lines(found["explanation"]) if one["code"] == "minimum-grade")
    assert (grade["finding"], grade["about"]) == ("unknown", campus.host)
    assert "Data Structures" in grade["sentence"]
    assert grade["sentence"].endswith("could not be checked.")
    assert grade["demanded"] == {"least": "70.00"}
    chinese = await campus.student.post(
        f"/v1/rules/{rule}:evaluate", plan, headers={"Accept-Language": "en;q=0.5, zh"}
    )
    assert chinese.headers["Content-Language"] == "zh"
    said = next(
        one for one in lines(chinese.json()["explanation"]) if one["code"] == "minimum-grade"
    )
    assert said["sentence"].endswith("无法核查。")
    below = await evaluate(
        campus.student, rule, {"plan": [{"course": campus.host, "mark": "69.00"}]}
    )
    assert below["outcome"] == "refused"


async def test_nothing_is_recorded(campus: Campus, rule: str) -> None:
    before = (await campus.student.get("/v1/me")).json()
    await evaluate(campus.student, rule, {"plan": [{"course": campus.host, "mark": "85.00"}]})
    await lint(campus, campus.document())
    assert (await campus.student.get("/v1/me")).json() == before
    assert (await campus.student.get("/v1/enrolments")).json()["enrolments"] == []


async def test_a_plan_in_a_term_and_wanted_courses(campus: Campus) -> None:
    cap = {
        "kind": "share-cap",
        "unit": "courses",
        "of": {"by": "course-kind", "course_kind": "online"},
        "within": "term",
        "at_most": "40.00",
    }
    rule = await adopt(campus, campus.document(demands=[cap]))
    plan: Document = {"plan": [{"course": campus.host, "mark": "85.00"}], "wanted": [campus.home]}
    unknown = await evaluate(campus.student, rule, plan)
    assert (unknown["outcome"], unknown["missing"]) == ("could-not-check", [campus.home])
    term = {"term": f"alphaMSP~{'7' * 32}", "courses": 3, "credits": "18.00"}
    fits = await evaluate(campus.student, rule, plan | {"term": term})
    assert (fits["outcome"], fits["missing"]) == ("recognised", [])
    small = await evaluate(campus.student, rule, plan | {"term": term | {"courses": 2}})
    assert (small["outcome"], small["missing"]) == ("refused", [campus.home])


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"plan": [{"course": "{host}", "mark": "100.01"}]}, "invalid-argument", "/plan/0/mark"),
        ({"plan": [{"course": "{host}", "mark": "85.50"}]}, "invalid-argument", "/plan/0/mark"),
        ({"plan": [{"course": "{host}", "mark": "59.00"}]}, "invalid-argument", "/plan/0/mark"),
        ({"plan": [{"course": "{host}", "mark": 85}]}, "invalid-argument", "/plan/0/mark"),
        (
            {"plan": [{"course": "{host}", "credits": "6.01"}]},
            "invalid-argument",
            "/plan/0/credits",
        ),
        ({"plan": [{"course": "{host}"}, {"course": "{host}"}]}, "invalid-argument", "/plan"),
        ({"plan": [{"course": "nonsense"}]}, "invalid-argument", "/plan/0/course"),
        (
            {"plan": [{"course": "betaMSP~" + 32 * "0" + "~1"}]},
            "record-not-found",
            "/plan/0/course",
        ),
        ({"plan": 65 * [{"course": "{host}"}]}, "invalid-argument", "/plan"),
        ({"on": "2026-02-30"}, "invalid-argument", "/on"),
        ({"unexpected": 1}, "invalid-argument", "/unexpected"),
        ({"programme": "alphaMSP~" + 32 * "0" + "~1"}, "record-not-found", None),
        ({"credits": ["betaMSP~" + 32 * "0"]}, "record-not-found", None),
    ],
)
async def test_bad_plans(
    campus: Campus, rule: str, body: Document, code: str, field: str | None
) -> None:
    text = json.dumps(body).replace("{host}", campus.host)
    response = await campus.student.post(f"/v1/rules/{rule}:evaluate", json.loads(text))
    assert code_of(response) == code, response.text
    assert response.json().get("field") == field


async def test_which_version_is_asked(campus: Campus) -> None:
    first = await adopt(campus, campus.document())
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    later = campus.document(
        valid={"first": tomorrow, "time_zone": "UTC"},
        demands=[{"kind": "minimum-grade", "grade": "90.00", "better": "higher"}],
    )
    second = await adopt(campus, later, previous=first)
    series, plan = first.rpartition("~")[0], {"plan": [{"course": campus.host, "mark": "85.00"}]}
    assert (await evaluate(campus.student, series, plan))["rule"] == first
    dated = await evaluate(campus.student, series, plan | {"on": tomorrow})
    assert (dated["rule"], dated["outcome"]) == (second, "refused")
    early = await evaluate(campus.student, second, plan)
    assert early["outcome"] == "refused"
    assert [
        one["finding"] for one in lines(early["explanation"]) if one["code"] == "rule-in-force"
    ] == ["failed"]
    past = await campus.student.post(f"/v1/rules/{series}:evaluate", plan | {"on": "2000-01-01"})
    assert (past.status_code, code_of(past)) == (409, "rule-not-in-force")


async def test_which_courses_count_for_a_course(campus: Campus) -> None:
    campus = await campus.with_another_home()
    rule = await adopt(
        campus,
        campus.document(
            demands=[
                {"kind": "minimum-grade", "grade": "70.00", "better": "higher"},
                {"kind": "validity", "years": 7},
            ]
        ),
    )
    response = await campus.student.get("/v1/equivalences", params={"course": campus.home})
    found = response.json()
    assert (found["found"], found["course"], found["title"]) == (1, campus.home, "Algorithms")
    (one,) = found["equivalences"]
    assert (one["rule"], one["mapping"], one["conversion"]) == (rule, "structures", "by-table")
    assert one["host"] == [{"course": campus.host, "title": "Data Structures", "part": None}]
    assert one["home"][0]["credits"] == "6.00"
    assert [sentence for demand in one["demands"] for sentence in demand["sentences"]] == [
        "Each host course was passed with 70.00 or better.",
        "The award lies at most 7 years back.",
    ]
    chinese = await campus.student.get(
        "/v1/equivalences", params={"course": campus.home}, headers={"Accept-Language": "zh"}
    )
    sentences = chinese.json()["equivalences"][0]["demands"][1]["sentences"]
    assert sentences == ["学分授予不得超过7年。"]
    other = await campus.student.get("/v1/equivalences", params={"course": campus.host})
    assert (other.status_code, code_of(other)) == (403, "not-party")
    for course, status in ((campus.home[:-1] + "9", 404), ("nonsense", 422)):
        answer = await campus.student.get("/v1/equivalences", params={"course": course})
        assert answer.status_code == status


async def test_only_rules_in_force_are_listed(campus: Campus) -> None:
    campus = await campus.with_another_home()
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    await adopt(campus, campus.document(valid={"first": tomorrow, "time_zone": "UTC"}))
    found = await campus.student.get("/v1/equivalences", params={"course": campus.home})
    assert found.json()["found"] == 0
