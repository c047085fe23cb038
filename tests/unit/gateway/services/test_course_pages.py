from typing import Any, cast

from chaincode.domain.course import Course
from gateway.services.courses import Courses
from gateway.services.operations import Operations
from gateway.services.records import Records

PAGE = 100


class Catalogue:
    """Pages of keys as the ledger gives them."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = sorted(keys)

    async def page(self, kind: type, owner: str, *, after: str | None, limit: int) -> Any:
        assert (kind, owner) == (Course, "betaMSP")
        start = "" if after is None else f"course/betaMSP/{after}~"
        found = [key for key in self.keys if key > start][:limit]
        return tuple(cast("Course", Course.model_construct(key=key)) for key in found)


def key(course: int, version: int) -> str:
    return f"course/betaMSP/{course:032x}/{version}"


async def read_all(keys: list[str]) -> list[str]:
    courses = Courses(cast("Operations", None), cast("Records", Catalogue(keys)))
    found: list[str] = []
    after: str | None = None
    while True:
        page = await courses.page("betaMSP", status=None, after=after)
        found += [course.key for course in page.courses]
        if page.after is None:
            return found
        after = page.after


async def test_every_version_stands_on_one_page() -> None:
    keys = [key(course, version) for course in range(70) for version in (1, 2, 3)]
    assert await read_all(keys) == sorted(keys)


async def test_a_page_that_ends_with_a_course() -> None:
    keys = [key(course, 1) for course in range(PAGE)]
    assert await read_all(keys) == sorted(keys)


async def test_no_course_at_all() -> None:
    assert await read_all([]) == []
