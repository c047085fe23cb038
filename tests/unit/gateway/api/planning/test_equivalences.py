"""Which courses count for a course, over REST, on the sandbox with all its members."""

from datetime import timedelta

import pytest

from tests.support.planning_campus import TODAY, Campus, adopt, code_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
