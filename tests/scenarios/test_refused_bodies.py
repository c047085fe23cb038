"""Bad bodies: one problem that names the field, and nothing is half done."""

import copy
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from demo.story.cast import Cast
from demo.story.course import ESSAY, proposal
from demo.work import WorkFile
from demo.world import Person, World

LONG = "x" * 20_000


def changed(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of the document with the place at `path` set; None removes it."""
    found = copy.deepcopy(document)
    *steps, last = path.strip("/").split("/")
    place: Any = found
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return found


async def send(person: Person, method: str, path: str, body: object) -> httpx.Response:
    """A call with any JSON value as its body."""
    return await person.gateway.client.request(
        method, path, headers=person.authorization, json=body
    )


def refusal(response: httpx.Response) -> tuple[int, str, str | None]:
    """Status, code and field of a problem."""
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= document.keys()
    return (
        response.status_code,
        document["type"].removeprefix("urn:crosscredit:problem:"),
        document.get("field"),
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/title", None),
        ("/title", ""),
        ("/title", LONG),
        ("/title", 7),
        ("/title", "with\u0000zero"),
        ("/title", " blank"),
        ("/field", "613"),
        ("/credits", 6),
        ("/credits", 6.0),
        ("/credits", "6"),
        ("/credits", "6,00"),
        ("/credits", "0.00"),
        ("/credits", "120.01"),
        ("/credits", "-6.00"),
        ("/credits", "99999999999.00"),
        ("/credits", "٦.00"),
        ("/class_hours", "54"),
        ("/class_hours", 0),
        ("/class_hours", 10**30),
        ("/class_hours", True),
        ("/parts", []),
        ("/parts", {}),
        ("/parts/0/weight", "30"),
        ("/parts/0/mode", "elsewhere"),
        ("/parts/0/id", "No Slug"),
        ("/parts/0/proctored", "yes"),
        ("/parts/0/colour", "red"),
        ("/scale/pass_mark", 60),
        ("/scale/better", "sideways"),
        ("/scale/rounding", "up"),
        ("/window/opens", "2026-11-22"),
        ("/window/closes", 5),
        ("/teacher", "account"),
        ("/previous", "betaMSP~1"),
    ],
)
async def test_a_course_that_is_none(cast: Cast, path: str, value: object) -> None:
    good = proposal(datetime.now(UTC), proctored=True)
    response = await send(cast.teacher, "POST", "/v1/courses", changed(good, path, value))
    assert refusal(response) == (422, "invalid-argument", path)
    assert LONG not in response.text


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("/parts/0/weight", "29.99", "/parts"),
        ("/parts/1/id", ESSAY, "/parts"),
        ("/scale/pass_mark", "100.50", "/scale"),
        ("/scale/pass_mark", "60.25", "/scale"),
        ("/window/closes", "2001-01-01T00:00:00Z", "/window"),
    ],
)
async def test_a_course_that_contradicts_itself(
    cast: Cast, path: str, value: str, field: str
) -> None:
    good = proposal(datetime.now(UTC), proctored=True)
    before = await cast.teacher.get("lists", "/v1/courses")
    response = await send(cast.teacher, "POST", "/v1/courses", changed(good, path, value))
    assert refusal(response) == (422, "invalid-argument", field)
    after = await cast.teacher.get("lists", "/v1/courses")
    assert after["courses"] == before["courses"]


GRADE = {"part": ESSAY, "mark": "82.50", "expected_version": 1, "work_number": 1}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/part", None),
        ("/part", LONG),
        ("/mark", 82.5),
        ("/mark", "82.5"),
        ("/mark", "1001.00"),
        ("/expected_version", None),
        ("/expected_version", 0),
        ("/expected_version", "1"),
        ("/expected_version", 1.0),
        ("/work_number", 0),
        ("/work_number", 1001),
        ("/reason", "because"),
        ("/salt", "0" * 64),
    ],
)
async def test_a_grade_that_is_none(cast: Cast, enrolled: str, path: str, value: object) -> None:
    place = f"/v1/enrolments/{enrolled}/grades"
    response = await send(cast.teacher, "POST", place, changed(GRADE, path, value))
    assert refusal(response) == (422, "invalid-argument", path)


@pytest.mark.parametrize(
    ("call", "body", "field"),
    [
        ("POST /v1/enrolments", {"course": "betaMSP~1~1"}, "/course"),
        ("POST /v1/enrolments", {}, "/course"),
        ("POST /v1/enrolments/{e}:learn", {"admit": "yes", "expected_version": 1}, "/admit"),
        (
            "POST /v1/enrolments/{e}:learn",
            {"admit": False, "expected_version": 1, "reason": LONG},
            "/reason",
        ),
        (
            "POST /v1/enrolments/{e}/grades/1:review",
            {"outcome": "perhaps", "expected_version": 1},
            "/outcome",
        ),
        (
            "POST /v1/enrolments/{e}/grades/0:review",
            {"outcome": "approved", "expected_version": 1},
            "/number",
        ),
        (
            "POST /v1/credits/{e}:apply",
            {"expected_version": 1, "grade_version": 1, "more": 1},
            "/more",
        ),
        ("POST /v1/credits/{e}:award", {"expected_version": 1}, "/work_version"),
        ("POST /v1/credits/nothing:apply", {"expected_version": 1}, "/credit"),
        (
            "POST /v1/verifications",
            {
                "credit": "{e}",
                "purpose": "curiosity",
                "expires_at": "2099-01-01T00:00:00Z",
                "reviewer": "{e}",
            },
            "/purpose",
        ),
        (
            "POST /v1/requests/{e}:answer",
            {"grant": True, "request_digest": "0", "credit_version": 1},
            "/request_digest",
        ),
        ("POST /v1/verifications/{e}:review", {"outcome": "valid", "report": LONG}, "/report"),
        ("POST /v1/verifications/{e}:review", {"outcome": "valid", "report": " "}, "/report"),
        ("GET /v1/courses?member=beta", None, "/member"),
        ("GET /v1/courses?status=good", None, "/status"),
        ("GET /v1/enrolments/{e}/work/0/content", None, "/number"),
        ("GET /v1/enrolments/..~{e}", None, "/enrolment"),
    ],
)
async def test_other_requests_that_are_none(
    cast: Cast, enrolled: str, call: str, body: dict[str, Any] | None, field: str
) -> None:
    method, path = call.replace("{e}", enrolled).split(" ")
    filled = None
    if body is not None:
        filled = {
            name: value.replace("{e}", enrolled) if isinstance(value, str) else value
            for name, value in body.items()
        }
    response = await send(cast.teacher, method, path, filled)
    assert refusal(response) == (422, "invalid-argument", field)


async def test_work_that_is_not_there(cast: Cast, enrolled: str) -> None:
    for number in (1, 999):
        path = f"/v1/enrolments/{enrolled}/work/{number}/content"
        await cast.student.refused("looks for work", "GET", path, code="not-found")


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed-json"),
        (b"[]", "application/json", 422, "invalid-argument"),
        (b"null", "application/json", 422, "invalid-argument"),
        (b"\xff\xfe", "application/json", 400, None),
        (b"[" * 100_000, "application/json", 422, "invalid-argument"),
        (b'{"title": "' + b"x" * 200_000 + b'"}', "application/json", 413, "too-large"),
    ],
)
async def test_a_body_that_is_no_document(
    cast: Cast, content: bytes, media_type: str, status: int, code: str | None
) -> None:
    person = cast.teacher
    response = await person.gateway.client.post(
        "/v1/courses",
        headers=person.authorization | {"Content-Type": media_type},
        content=content,
    )
    found_status, found_code, _ = refusal(response)
    assert found_status == status
    assert code is None or found_code == code


async def test_a_file_needs_its_media_type_and_a_decent_name(cast: Cast, enrolled: str) -> None:
    person = cast.student
    path = f"/v1/enrolments/{enrolled}/work?part={ESSAY}"
    for headers, field in (
        ({"Content-Type": ""}, "/Content-Type"),
        ({"Content-Type": "text"}, "/Content-Type"),
        (
            {"Content-Type": "text/plain", "Content-Disposition": "x" * 1001},
            "/Content-Disposition",
        ),
        (
            {
                "Content-Type": "text/plain",
                "Content-Disposition": 'attachment; filename="../../passwd"',
            },
            "/Content-Disposition",
        ),
    ):
        response = await person.gateway.client.post(
            path, headers=person.authorization | headers, content=b"work"
        )
        assert refusal(response) == (422, "invalid-argument", field)
    listing = await cast.student.get("lists", f"/v1/enrolments/{enrolled}/work")
    assert listing["entries"] == []


async def test_the_same_request_again_is_the_same_operation(
    world: World, cast: Cast, admitted: str
) -> None:
    person, file = cast.student, world.work[ESSAY]
    path = f"/v1/enrolments/{admitted}/work?part={ESSAY}"
    headers = person.authorization | {
        "Idempotency-Key": "once",
        "Content-Type": file.media_type,
    }
    client = person.gateway.client
    first = await client.post(path, headers=headers, content=file.content)
    again = await client.post(path, headers=headers, content=file.content)
    other = await client.post(path, headers=headers, content=file.content + b"!")
    assert first.json() == again.json()
    assert first.json()["status"] == "committed"
    assert refusal(other) == (422, "idempotency-key-reused", None)
    listing = await cast.student.get("lists", f"/v1/enrolments/{admitted}/work")
    assert len(listing["entries"]) == 1
    await cast.student.get("opens", f"/v1/enrolments/{admitted}/work/1/content")


async def test_files_may_be_large_and_documents_may_not(cast: Cast, admitted: str) -> None:
    notebook = WorkFile(ESSAY, "notebook.json", "application/json", b"[" + b"1," * 150_000, "")
    path = f"/v1/enrolments/{admitted}/work"
    await cast.student.upload("hands in", f"{path}?part={ESSAY}", notebook)
    found = await cast.student.get("opens", f"{path}/1/content")
    assert found.content == notebook.content
    for media_type in ("application/json", "text/plain"):
        response = await cast.student.gateway.client.post(
            "/v1/enrolments",
            headers=cast.student.authorization | {"Content-Type": media_type},
            content=notebook.content,
        )
        # A document of another type may be refused for its type before its length is known.
        assert response.status_code == 413 or (response.status_code, media_type) == (
            415,
            "text/plain",
        )
