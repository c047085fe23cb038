"""Every demand has a source on the ledger: what courses and programmes state, over REST."""

from typing import Any

import pytest
import pytest_asyncio

from demo.story import recognition
from demo.story.cast import Cast
from demo.world import World
from tests.support import stated_scenario as scenario
from tests.support.stated_scenario import (
    CAP,
    CATEGORY,
    EXAMINED,
    LIMITS,
    NANJING,
    PROCESS,
    WATCHED,
    Ground,
)

pytestmark = pytest.mark.thorough

SUZHOU = NANJING | {"city": "suzhou"}
IN_JIANGSU = EXAMINED | {"places": [{"kind": "province", "name": "cn-js"}]}
AT_MEMBER = EXAMINED | {"places": [{"kind": "member"}]}
OTHER_LIMITS = WATCHED | {"limits": LIMITS | {"pace_above": "1.50"}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stated(world: World, cast: Cast) -> Ground:
    return await scenario.prepare(world, cast)


@pytest.mark.parametrize(
    ("demand", "fields", "outcome"),
    [
        (EXAMINED, {"place": NANJING}, "recognised"),
        (EXAMINED, {"place": SUZHOU}, "refused"),
        (EXAMINED, {}, "could-not-check"),
        (IN_JIANGSU, {"place": SUZHOU}, "recognised"),
        (IN_JIANGSU, {"place": {"country": "CN", "province": "CN-ZJ"}}, "refused"),
        (AT_MEMBER, {"place": NANJING | {"member": "gammaMSP"}}, "recognised"),
        (AT_MEMBER, {"place": NANJING}, "refused"),
        (AT_MEMBER, {}, "recognised"),
        (WATCHED, {"process": PROCESS}, "recognised"),
        (WATCHED, {"process": PROCESS | {"watched_share": "59.99"}}, "refused"),
        (WATCHED, {"process": {"watched_share": "60.00"}}, "could-not-check"),
        (WATCHED, {}, "could-not-check"),
        (OTHER_LIMITS, {"process": PROCESS}, "could-not-check"),
    ],
    ids=[
        "in the city",
        "in another city",
        "nobody says where",
        "in the province",
        "in another province",
        "at another member",
        "in a hall that is no member's",
        "on paper, at the host",
        "watched, and no flag",
        "watched too little",
        "flags were not looked for",
        "nothing was measured",
        "measured with other limits",
    ],
)
async def test_place_and_process(
    stated: Ground, demand: dict[str, Any], fields: dict[str, Any], outcome: str
) -> None:
    offered = await stated.offer(**fields)
    rule = await stated.propose(
        recognition.mapping("m", [offered], stated.elective), demands=[demand]
    )
    assert (await stated.would(rule, offered))["outcome"] == outcome


@pytest.mark.parametrize(
    ("host", "home", "outcome"),
    [
        ("compulsory", "elective", "recognised"),
        ("compulsory", "compulsory", "recognised"),
        ("elective", "elective", "recognised"),
        ("elective", "compulsory", "refused"),
        (None, "elective", "could-not-check"),
    ],
)
async def test_compulsory_and_elective(
    stated: Ground, host: str | None, home: str, outcome: str
) -> None:
    offered = await stated.offer(**({"category": host} if host else {}))
    replaced = stated.compulsory if home == "compulsory" else stated.elective
    rule = await stated.propose(recognition.mapping("m", [offered], replaced), demands=[CATEGORY])
    assert (await stated.would(rule, offered))["outcome"] == outcome


async def test_a_course_that_the_programme_does_not_list_is_not_replaced(stated: Ground) -> None:
    cast = stated.cast
    teacher = await recognition.home_teacher(stated.world, cast)
    unlisted = await recognition.offer(teacher, cast.home_registrar)
    offered = await stated.offer()
    rule = await stated.propose(recognition.mapping("m", [offered], unlisted))
    found = await stated.would(rule, offered)
    assert found["outcome"] == "refused"
    nodes = {node["code"]: node["finding"] for node in scenario.walk(found["explanation"])}
    assert nodes["home-course-in-programme"] == "failed"


async def test_40_percent_of_4_courses_taken_online_is_1(stated: Ground) -> None:
    online = {"course_kind": "online"}
    pair = [await stated.offer(**online) for _ in range(2)]
    homes = (stated.compulsory, stated.elective)
    mappings = [
        recognition.mapping(f"m-{place}", [host], home)
        for place, (host, home) in enumerate(zip(pair, homes, strict=True))
    ]
    found = await stated.would(await stated.propose(*mappings, demands=[CAP]), *pair)
    assert (found["outcome"], len(found["items"])) == ("recognised", 1)
    caps = [one for one in scenario.walk(found["explanation"]) if one["code"] == "share-cap"]
    assert caps[0]["found"] == {"limit": 1, "counted": 0, "added": 1}
    blended = await stated.offer()
    mappings[1] = recognition.mapping("m-1", [blended], homes[1])
    found = await stated.would(await stated.propose(*mappings, demands=[CAP]), pair[0], blended)
    assert (found["outcome"], len(found["items"])) == ("recognised", 2)


async def test_54_class_hours_at_18_are_3_credits(stated: Ground) -> None:
    offered = await stated.offer()
    mapping = recognition.mapping("m", [offered], stated.elective)
    mapping["home"][0]["credits"] = "3.00"
    demands = [{"kind": "class-hours", "hours_per_credit": 18}]
    rule = await stated.propose(mapping, demands=demands)
    assert (await stated.would(rule, offered))["outcome"] == "recognised"
    mapping["home"][0]["credits"] = "3.01"
    rule = await stated.propose(mapping, demands=demands)
    assert (await stated.would(rule, offered))["outcome"] == "refused"


async def test_an_earned_credit_is_decided_by_what_is_stated(stated: Ground) -> None:
    assert await scenario.recognised_by_what_is_stated(stated)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"place": NANJING | {"country": "XX"}}, "/parts/2/place/country"),
        ({"place": NANJING | {"province": "FR-75"}}, "/parts/2/place/province"),
        ({"place": NANJING | {"city": "N" * 33}}, "/parts/2/place/city"),
        ({"place": NANJING | {"member": "nobodyMSP"}}, "/parts/2/place/member"),
        ({"process": {}}, "/parts/1/process"),
        ({"process": {"limits": {}}}, "/parts/1/process/limits"),
        ({"process": {"watched_share": 60}}, "/parts/1/process/watched_share"),
        ({"category": "optional"}, "/category"),
    ],
)
async def test_what_cannot_be_stated(stated: Ground, change: dict[str, Any], path: str) -> None:
    made = {name: change[name] for name in ("place", "process") if name in change}
    rest = {name: value for name, value in change.items() if name not in made}
    refused = await stated.cast.teacher.refused(
        "proposes a course",
        "POST",
        "/v1/courses",
        body=scenario.proposal(**made) | rest,
        code="invalid-argument",
    )
    assert refused.document["field"] == path
