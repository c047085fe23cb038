"""What would count of a plan, over REST, on the sandbox with all its members."""

import json
from datetime import timedelta

import pytest

from tests.support.planning_campus import TODAY, Campus, adopt, code_of, evaluate, lint
from tests.support.rules import Document

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
