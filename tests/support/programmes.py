"""Good documents for PublishProgramme and PublishTerm."""

from typing import Any

from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.programmes import PublishProgramme, PublishTerm
from tests.support.records import OPERATION

Document = dict[str, Any]
PROGRAMME: Document = {
    "title": "Bachelor of Engineering",
    "total": 14_000,
    "groups": [
        {"id": "major", "title": "Major", "at_least": 6_000},
        {"id": "liberal", "title": "Liberal arts", "at_least": 3_000},
        {"id": "free", "title": "Free", "at_least": 0},
    ],
    "minimums": [
        {"id": "accredited", "traits": ["accredited", "part-time"], "at_least": 1_800},
    ],
    "limits": [
        {"id": "per-year", "within": "academic-year", "traits": [], "at_most": 4_200},
        {"id": "per-institution", "within": "institution", "traits": [], "at_most": 10_500},
    ],
    "shares": [{"id": "online", "within": "term", "traits": ["online"], "at_most": 4_000}],
    "home_credits": 0,
    "home_share": 5_000,
}
PROGRAMME_OPTIONAL = {(PublishProgramme, "course_count")} | {
    (PublishProgramme, f"courses.{place}.category") for place in range(11)
}
TERM: Document = {
    "title": "Winter term",
    "academic_year": "2026/27",
    "starts_on": "2026-10-01",
    "ends_on": "2027-03-31",
    "time_zone": "Europe/Berlin",
    "change_weeks": 5,
    "answer_weeks": 2,
    "transcript_weeks": 5,
    "recognition_weeks": 5,
}


def programme_commands() -> dict[type[Arguments], Document]:
    """The documents of both functions."""
    return {
        PublishProgramme: {
            "operation": OPERATION,
            "programme": "1" * 32,
            "number": 1,
            "courses": [
                {"course": f"course/alphaMSP/{'2' * 32}/{number}", "category": "elective"}
                for number in range(1, 12)
            ],
            "course_count": 30,
            **PROGRAMME,
        },
        PublishTerm: {"operation": OPERATION, "term": "1" * 32, **TERM},
    }
