"""What course versions may state: places, process, category; and what stays as it was."""

from typing import Any

import pytest

from chaincode.domain import canonical
from chaincode.domain.commands.courses import ProposeCourse
from chaincode.domain.course import Course, require_consistent
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.recognition.demands import CourseKind
from tests.support.courses import proposal
from tests.support.records import COURSE, make_content, make_course

EXAM = {"id": "exam", "title": "Exam", "weight": 6_000, "mode": "offline", "proctored": True}
VIDEOS = {"id": "videos", "title": "Videos", "weight": 4_000, "mode": "process"}
PLACE = {"country": "CN", "province": "CN-JS", "city": "nanjing", "member": "betaMSP"}
BEFORE = "c0845e6fde1f9cdc48734c671fdec1bcd7ebb6e58e89452fe39a7dcafce268a4"
"""Of the same content, before courses could state anything."""
FLOOR = {"watched_share": "60.00", "limits": {"pace_above": "2.00"}}


def proposed(*parts: dict[str, Any], **fields: Any) -> ProposeCourse:
    document = proposal("0" * 31 + "1", "1" * 32, 1).model_dump(mode="json")
    return ProposeCourse.check(document | {"parts": list(parts)} | fields)


def test_what_is_stated_is_part_of_the_digest_and_read_again() -> None:
    command = proposed(EXAM | {"place": PLACE}, VIDEOS | {"process": FLOOR}, category="elective")
    content = make_content(command.parts).model_copy(update={"category": command.category})
    course = make_course(content)
    assert Course.decode(COURSE, course.encode()) == course
    stored = content.model_dump(mode="json")
    assert stored["parts"][0]["place"] == PLACE
    assert stored["parts"][1]["process"] == FLOOR | {
        "limits": {"pace_above": "2.00", "burst_within_seconds": 60}
    }
    assert stored["category"] == "elective"
    for name in ("place", "category"):
        changed = content.model_copy(update={"category": None})
        if name == "place":
            exam = content.parts[0].model_copy(update={"place": None})
            changed = content.model_copy(update={"parts": (exam, *content.parts[1:])})
        assert changed.digest() != content.digest()


def test_a_course_that_states_nothing_is_stored_as_before() -> None:
    content = make_content()
    stored = content.model_dump(mode="json")
    assert set(stored) == {
        "title",
        "field",
        "credits",
        "class_hours",
        "parts",
        "scale",
        "window",
        "teacher",
    }
    for part in stored["parts"]:
        assert set(part) == {"id", "title", "weight", "mode", "proctored"}
    assert content.digest() == canonical.digest(stored)
    assert content.digest() == BEFORE


@pytest.mark.parametrize(
    ("parts", "fields", "where"),
    [
        ([EXAM | {"place": PLACE | {"country": "XX"}}, VIDEOS], {}, "parts.0.place.country"),
        ([EXAM | {"place": PLACE | {"country": "cn"}}, VIDEOS], {}, "parts.0.place.country"),
        ([EXAM | {"place": PLACE | {"province": "FR-75"}}, VIDEOS], {}, "parts.0.place.province"),
        ([EXAM | {"place": PLACE | {"province": "CN-"}}, VIDEOS], {}, "parts.0.place.province"),
        ([EXAM | {"place": PLACE | {"city": "n" * 33}}, VIDEOS], {}, "parts.0.place.city"),
        ([EXAM | {"place": {"city": "nanjing"}}, VIDEOS], {}, "parts.0.place.country"),
        ([EXAM, VIDEOS | {"place": PLACE}], {}, "parts.1.place"),
        ([EXAM | {"mode": "online", "proctored": False, "place": PLACE}], {}, "parts.0.place"),
        ([EXAM | {"process": FLOOR}, VIDEOS], {}, "parts.0.process"),
        ([EXAM, VIDEOS | {"process": {}}], {}, "parts.1.process"),
        ([EXAM, VIDEOS | {"process": {"limits": {}}}], {}, "parts.1.process.limits"),
        ([EXAM, VIDEOS], {"category": "optional"}, "category"),
        ([EXAM, VIDEOS], {"course_kind": "hybrid"}, "course_kind"),
    ],
)
def test_what_cannot_be_stated(
    parts: list[dict[str, Any]], fields: dict[str, Any], where: str
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        proposed(*parts, **fields)
    assert refused.value.field == where


def test_one_part_speaks_of_the_process() -> None:
    command = proposed(
        VIDEOS | {"process": FLOOR}, VIDEOS | {"id": "more", "weight": 6_000, "process": FLOOR}
    )
    with pytest.raises(InvalidArgument) as refused:
        require_consistent(command.parts, None)
    assert refused.value.field == "parts.1.process"


def test_a_course_on_site_has_an_offline_part() -> None:
    command = proposed(EXAM, VIDEOS)
    require_consistent(command.parts, CourseKind.ON_SITE)
    online = proposed(EXAM | {"mode": "online"}, VIDEOS)
    require_consistent(online.parts, CourseKind.BLENDED)
    with pytest.raises(InvalidArgument) as refused:
        require_consistent(online.parts, CourseKind.ON_SITE)
    assert refused.value.field == "course_kind"


def test_how_a_course_is_taught_is_stated_or_follows_from_its_parts() -> None:
    content = make_content()
    assert content.taught is CourseKind.BLENDED
    stated = content.model_copy(update={"course_kind": CourseKind.ONLINE})
    assert stated.taught is CourseKind.ONLINE
