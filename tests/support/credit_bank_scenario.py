"""The credit bank's worked example over REST: what was earned, in which term, for which group."""

from datetime import date
from typing import Any

from demo.story import recognition
from demo.story.cast import Cast
from demo.story.recognition import Decider
from demo.world import Answer, World
from tests.support import stated_scenario as stated

Document = dict[str, Any]
PROGRAMME: Document = {
    "title": "Bachelor by credits",
    "total": "140.00",
    "groups": [
        {"id": "major", "title": "Major", "at_least": "60.00"},
        {"id": "liberal", "title": "Liberal arts", "at_least": "30.00"},
        {"id": "free", "title": "Free"},
    ],
    "minimums": [{"id": "accredited", "traits": ["accredited", "part-time"], "at_least": "18.00"}],
    "limits": [
        {"id": "per-year", "within": "academic-year", "at_most": "42.00"},
        {"id": "per-term", "within": "term", "at_most": "24.00"},
    ],
}
EARNED = (
    (2021, 1, "major", "24.00"),
    (2021, 2, "liberal", "18.00"),
    (2022, 1, "free", "24.00"),
    (2022, 2, "free", "18.00"),
    (2023, 1, "major", "2.00"),
    (2023, 1, "liberal", "12.00"),
    (2023, 1, "free", "6.00"),
    (2024, 1, "major", "18.00"),
    (2024, 1, "free", "5.00"),
    (2024, 2, "major", "18.00"),
    (2024, 2, "free", "5.00"),
)
"""150.00 in all: 62.00 major, 30.00 liberal, 58.00 free; 46.00 of them in 2024."""


async def earned_and_recognised(world: World, cast: Cast) -> Answer:
    """Every credit is earned, recognised by one rule and placed in its term; the progress."""
    registrar = cast.home_registrar
    teacher = await recognition.home_teacher(world, cast)
    own, hosts = [], []
    for _, _, _, amount in EARNED:
        document = stated.proposal() | {"credits": amount}
        own.append(await stated.offer(teacher, registrar, document))
        hosts.append(await stated.offer(cast.teacher, cast.teaching_registrar, document))
    listed = [
        {"course": course, "groups": [group]}
        for course, (_, _, group, _) in zip(own, EARNED, strict=True)
    ]
    published = await registrar.write(
        "publishes a programme", "/v1/programmes", PROGRAMME | {"courses": listed}
    )
    programme = str(published["result"]["programme"])
    bank = Decider("alphaMSP", registrar, tuple(own), programme)
    mappings = [
        recognition.mapping(f"m-{place}", [host], home)
        | {"home": [{"course": recognition.key(home), "credits": EARNED[place][3]}]}
        for place, (host, home) in enumerate(zip(hosts, own, strict=True))
    ]
    document = recognition.rule(bank, *mappings)
    rule = await recognition.adopt(bank, cast.teaching_registrar, document)
    credits_ = [await recognition.earn(world, cast, host) for host in hosts]
    applied = await recognition.apply(cast.student, bank, rule, *credits_)
    await recognition.settled(cast.student, applied, "redeemed")
    plan = await _plan(bank, credits_)
    await registrar.post("states when", f"/v1/recognitions/{applied}:plan", plan)
    return await cast.student.get("asks how far she is", f"/v1/progress?programme={programme}")


async def _plan(bank: Decider, credits_: list[str]) -> Document:
    terms: dict[tuple[int, int], str] = {}
    for year, half, _, _ in EARNED:
        if (year, half) not in terms:
            terms[year, half] = await _term(bank, year, half)
    return {
        "terms": [{"term": term, "courses": 3, "credits": "24.00"} for term in terms.values()],
        "credits": [
            {"credit": credit, "term": terms[year, half], "traits": ["accredited"]}
            for credit, (year, half, _, _) in zip(credits_, EARNED, strict=True)
        ],
    }


async def _term(bank: Decider, year: int, half: int) -> str:
    first, last = (date(year, 3, 1), date(year, 7, 31))
    if half == 2:
        first, last = date(year, 9, 1), date(year + 1, 1, 31)
    body = {
        "title": f"Term {half} of {year}",
        "academic_year": str(year),
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "time_zone": "Asia/Seoul",
        "change_weeks": 4,
        "answer_weeks": 2,
        "transcript_weeks": 5,
        "recognition_weeks": 5,
    }
    published = await bank.registrar.write("publishes a term", "/v1/terms", body)
    return str(published["result"]["term"])
