"""Courses to propose."""

from typing import Any

from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.courses import CheckCourse, ProposeCourse
from tests.support.records import COURSE, OPERATION, make_content

COURSE_OPTIONAL = {
    (CheckCourse, "reason"),
    (ProposeCourse, "category"),
    (ProposeCourse, "course_kind"),
    (ProposeCourse, "parts.0.proctored"),
    (ProposeCourse, "parts.1.proctored"),
    (ProposeCourse, "scale.step"),
    (ProposeCourse, "scale.rounding"),
}


def proposal(
    operation: str, course: str, number: int, *, title: str = "Algorithms"
) -> ProposeCourse:
    return ProposeCourse.check(
        {
            "operation": operation,
            "course": course,
            "number": number,
            "title": title,
            "field": "0613",
            "credits": 600,
            "class_hours": 60,
            "parts": [
                {
                    "id": "exam",
                    "title": "Exam",
                    "weight": 10_000,
                    "mode": "online",
                    "proctored": False,
                }
            ],
            "scale": {"lowest": 0, "highest": 10_000, "pass_mark": 5_000, "better": "higher"},
            "window": {"opens": "2020-01-01T00:00:00Z", "closes": "2099-01-01T00:00:00Z"},
        }
    )


def course_commands() -> dict[type[Arguments], dict[str, Any]]:
    """Good documents of both functions."""
    content = make_content().model_dump(mode="json")
    del content["teacher"]
    return {
        ProposeCourse: {
            "operation": OPERATION,
            "course": "1" * 32,
            "number": 1,
            "category": "elective",
            "course_kind": "blended",
            **content,
        },
        CheckCourse: {
            "operation": OPERATION,
            "course": COURSE,
            "expected_version": 1,
            "approve": True,
            "reason": None,
        },
    }
