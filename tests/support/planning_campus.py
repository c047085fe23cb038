"""A university with a rule to lint, to plan by and to look up, and who asks for it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from gateway.sandbox import DEFAULT_MEMBERS
from tests.support.gateways import Caller, activate, log_in, make_world, registrar, sign_up
from tests.support.records import text_of
from tests.support.rules import Document

TODAY = datetime.now(UTC).date()
TABLE: Document = {
    "kind": "by-table",
    "better": "higher",
    "step": "1.00",
    "home_better": "lower",
    "pairs": [
        {"lowest": "80.00", "highest": "100.00", "becomes": "1.00"},
        {"lowest": "60.00", "highest": "79.00", "becomes": "2.00"},
    ],
}
AT_80 = {"kind": "minimum-grade", "grade": "80.00", "better": "higher"}
COURSE: Document = {
    "title": "Data Structures",
    "field": "0613",
    "credits": "6.00",
    "class_hours": 54,
    "parts": [{"id": "essay", "title": "Essay", "weight": "100.00", "mode": "online"}],
    "scale": {
        "lowest": "0.00",
        "highest": "100.00",
        "pass_mark": "60.00",
        "better": "higher",
        "step": "1.00",
    },
    "window": {"opens": "2020-09-01T00:00:00Z", "closes": "2999-02-28T23:59:59Z"},
}


@dataclass
class Campus:
    """Who speaks for each member, some people of alpha, and a course at beta and at alpha."""

    people: Mapping[str, Caller]
    student: Caller
    teacher: Caller
    host: str
    home: str

    async def with_another_home(self) -> "Campus":
        """The same with another course at alpha, that no rule names yet."""
        home = await offer(self.teacher, self.people["alpha"], COURSE | {"title": "Algorithms"})
        return replace(self, home=home)

    def document(self, **fields: Any) -> Document:
        """A rule by which alpha replaces its course by beta's."""
        return {
            "format": "crosscredit/rule/v1",
            "title": "Data Structures for Algorithms",
            "kind": "recognition",
            "scope": {"kind": "bilateral", "members": ["alphaMSP", "betaMSP"]},
            "deciders": ["alphaMSP"],
            "valid": {"first": TODAY.isoformat(), "time_zone": "UTC"},
            "mappings": [
                {
                    "id": "structures",
                    "host": [{"course": key(self.host)}],
                    "home": [{"course": key(self.home), "credits": "6.00"}],
                    "conversion": "table",
                }
            ],
            "demands": [{"kind": "minimum-grade", "grade": "70.00", "better": "higher"}],
            "conversions": {"table": TABLE},
        } | fields


def key(identifier: str) -> str:
    return f"course/{identifier.replace('~', '/')}"


async def offer(teacher: Caller, registrar_: Caller, document: Document) -> str:
    proposed = await teacher.post("/v1/courses", document)
    course: str = proposed.json()["result"]["course"]
    body = {"approve": True, "expected_version": 1}
    approved = await registrar_.post(f"/v1/courses/{course}:check", body)
    assert approved.status_code == httpx.codes.OK, approved.text
    return course


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Campus]:
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(make_world(folder, members=DEFAULT_MEMBERS))
        people = {}
        for member in world.members:
            http = await stack.enter_async_context(world.client(member))
            if member == "ministry":
                (invitation,) = world.invitations[member]
                await activate(http, invitation.login, invitation.code)
                people[member] = await log_in(http, invitation.login)
            else:
                people[member] = await registrar(world, http, member)
        alpha, beta = people["alpha"], people["beta"]
        teacher = await sign_up(alpha, "anna.berg", "teacher")
        other = await sign_up(beta, "bo.chen", "teacher")
        student = await sign_up(alpha, "kim.doe")
        host = await offer(other, beta, COURSE)
        home = await offer(teacher, alpha, COURSE | {"title": "Algorithms"})
        yield Campus(people, student, teacher, host, home)


async def adopt(campus: Campus, document: Document, *, previous: str | None = None) -> str:
    answer_by = text_of(datetime.now(UTC) + timedelta(days=1))
    query = {"answer_by": answer_by} | ({"previous": previous} if previous else {})
    alpha, beta = campus.people["alpha"], campus.people["beta"]
    proposed = await alpha.post("/v1/rules", document, params=query)
    assert proposed.status_code == httpx.codes.OK, proposed.text
    rule: str = proposed.json()["result"]["rule"]
    shown = (await beta.get(f"/v1/rules/{rule}")).json()
    body = {"rule_digest": shown["digest"], "approve": True}
    assert (await beta.post(f"/v1/rules/{rule}:vote", body)).status_code == httpx.codes.OK
    ballot = (await alpha.get(f"/v1/rules/{rule}")).json()["ballot"]
    closed = await alpha.post(f"/v1/rules/{rule}:close", {"expected_version": ballot["version"]})
    assert closed.status_code == httpx.codes.OK, closed.text
    return rule


def code_of(response: httpx.Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


async def lint(campus: Campus, document: Document, **options: Any) -> Document:
    response = await campus.people["alpha"].post("/v1/rules:lint", document, **options)
    assert response.status_code == httpx.codes.OK, response.text
    found: Document = response.json()
    return found


async def evaluate(by: Caller, rule: str, body: Document, **options: Any) -> Document:
    response = await by.post(f"/v1/rules/{rule}:evaluate", body, **options)
    assert response.status_code == httpx.codes.OK, response.text
    found: Document = response.json()
    return found
