"""A course to propose."""

from chaincode.domain.commands.courses import ProposeCourse


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
