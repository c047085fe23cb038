"""The REST interface as its OpenAPI document describes it, and a watch on who calls what of it."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from demo.sandbox_stage import staff_of
from demo.story import agreement, registration, rules, whole
from demo.story.cast import Cast
from demo.work import work_files
from demo.world import Gateway, Person, World
from gateway.api.examples import EXAMPLES as BODIES
from gateway.sandbox import SandboxWorld
from gateway.services.recognition.following import Following
from gateway.services.recognition.worker import RecognitionWorker
from tests.support import rest_afterwards, rest_recognition
from tests.support.story import EXAMPLES, PATIENCE_SECONDS

PROBLEM = "urn:crosscredit:problem:"
_METHODS = {"get", "put", "post", "delete", "patch"}
_Result = TypeVar("_Result")


class InTurn(World):
    """Nothing happens beside a call that is looked at: what changed meanwhile it has changed."""

    async def together(self, *branches: Coroutine[Any, Any, _Result]) -> list[_Result]:
        """Play branches one after the other, in the order given."""
        try:
            return [await branch for branch in branches]
        finally:
            for branch in branches:
                branch.close()


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    name: str
    method: str
    template: str
    document: Mapping[str, Any] = field(repr=False)

    @property
    def secured(self) -> bool:
        return "security" in self.document

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{\w+\\}", "([^/:]+)", re.escape(self.template)))

    @property
    def body(self) -> Mapping[str, Any] | None:
        content = self.document.get("requestBody", {}).get("content", {})
        schema: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema

    def parameters(self, place: str) -> list[Mapping[str, Any]]:
        return [item for item in self.document.get("parameters", ()) if item["in"] == place]

    @property
    def keyed(self) -> bool:
        """Whether it takes an Idempotency-Key."""
        return any(item["name"] == "Idempotency-Key" for item in self.parameters("header"))


class Interface:
    """The OpenAPI document of one application."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.operations = {
            described["operationId"]: Operation(
                described["operationId"], method.upper(), template, described
            )
            for template, item in document["paths"].items()
            for method, described in item.items()
            if method in _METHODS
        }

    def find(self, method: str, path: str) -> Operation:
        """The operation that a request is for; the most literal template wins."""
        found = [
            operation
            for operation in self.operations.values()
            if operation.method == method and operation.pattern.fullmatch(path)
        ]
        return min(found, key=lambda operation: operation.template.count("{"))

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema without its references at this level, and without `null`."""
        while "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self.document["components"]["schemas"][name] | {
                key: value for key, value in schema.items() if key != "$ref"
            }
        if "anyOf" in schema:
            schema = next(item for item in schema["anyOf"] if item.get("type") != "null")
            return self.resolved(schema) | {"nullable": True}
        return schema


@dataclass(frozen=True)
class Call:
    """A request of the story, and the way to the gateway that it is for."""

    operation: Operation
    member: str
    request: httpx.Request
    transport: httpx.AsyncBaseTransport = field(repr=False)

    @property
    def token(self) -> str | None:
        return self.request.headers.get("authorization")

    @property
    def content(self) -> bytes:
        return self.request.content

    async def send(
        self,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        path: str | None = None,
        method: str | None = None,
        member: "Call | None" = None,
    ) -> httpx.Response:
        """The same request with something else about it; a header of None is left out."""
        wanted = dict(self.request.headers) | {k.lower(): v for k, v in (headers or {}).items()}
        for gone in ("content-length", "transfer-encoding"):
            wanted.pop(gone, None)
        url = self.request.url if path is None else httpx.URL(f"https://gateway{path}")
        request = httpx.Request(
            method or self.request.method,
            url,
            headers=[(k.encode(), v.encode("latin-1")) for k, v in wanted.items() if v is not None],
            content=self.content if content is None else content,
        )
        transport = self.transport if member is None else member.transport
        response = await transport.handle_async_request(request)
        await response.aread()
        return response


class Watched(httpx.AsyncBaseTransport):
    """Has `watch` look at the first call of every operation before it goes its way."""

    def __init__(self, watcher: "Watcher", member: str, inner: httpx.AsyncBaseTransport) -> None:
        self._watcher = watcher
        self._member = member
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        watcher = self._watcher
        operation = watcher.interface.find(request.method, request.url.path)
        first = watcher.watching and operation.name not in watcher.calls
        call = Call(operation, self._member, request, self._inner)
        if watcher.watching:
            await watcher.settle()
        if first:
            watcher.calls[operation.name] = call
            for name, value in (await watcher.before(call)).items():
                request.headers[name] = value
        response = await self._inner.handle_async_request(request)
        await response.aread()
        if first:
            await watcher.after(call, response)
        return response


class Watcher:
    """Plays the story, and attends to the first call of every operation."""

    def __init__(self, sandbox: SandboxWorld) -> None:
        self.sandbox = sandbox
        self.interface = Interface(sandbox.gateways["alpha"].app.openapi())
        self.calls: dict[str, Call] = {}
        self.watching = False
        self.faults: list[str] = []
        self.supervisor: Person | None = None
        """Of the ministry, where somebody has let one in already."""

    async def before(self, call: Call) -> Mapping[str, str]:
        """What is done before an operation's first call; header fields that it then gets."""
        del call
        return {}

    async def after(self, call: Call, response: httpx.Response) -> None:
        """What is done when it was answered."""

    async def settle(self) -> None:
        """Wait until nothing is on its way between the gateways, and none has a step left."""
        while await self._moved() or any(map(self._waiting, self.sandbox.members)):
            for gateway in self.sandbox.gateways.values():
                await gateway.outbox.deliver_due()
            await asyncio.sleep(0)

    async def take_over(self) -> None:
        """From now on the gateways do nothing by themselves: `settle` takes their steps."""
        for gateway in self.sandbox.gateways.values():
            for one in gateway.background:
                await one.stop()

    async def _moved(self) -> bool:
        moved = False
        for gateway in self.sandbox.gateways.values():
            for one in gateway.background:
                if isinstance(one, RecognitionWorker):
                    moved = await one.settle_open() or moved
                elif isinstance(one, Following):
                    moved = bool(await one.sweep()) or moved
        return moved

    def stored(self) -> dict[str, object]:
        """All that the gateways and the ledger hold."""
        found: dict[str, object] = {"height": self.sandbox.consortium.height}
        for name in self.sandbox.members:
            with closing(self._database(name)) as database:
                tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                for (table,) in tables.fetchall():
                    rows = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own names
                    found[f"{name}.{table}"] = rows.fetchall()
        return found

    def _waiting(self, name: str) -> bool:
        with closing(self._database(name)) as database:
            query = "SELECT 1 FROM outbox WHERE active AND delivered_at IS NULL LIMIT 1"
            return database.execute(query).fetchone() is not None

    def _database(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(self.sandbox.state / name / "gateway.sqlite", isolation_level=None)

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        """The story's world, watched."""
        async with AsyncExitStack() as stack:
            gateways = {}
            for name in self.sandbox.members:
                inner = httpx.ASGITransport(self.sandbox.gateways[name].app)
                client = httpx.AsyncClient(
                    transport=Watched(self, name, inner), base_url=f"https://{name}.sandbox"
                )
                await stack.enter_async_context(client)
                gateways[name] = Gateway(name, f"{name}MSP", client)
            yield InTurn(
                gateways,
                staff_of(self.sandbox),
                work_files(EXAMPLES),
                patience_seconds=PATIENCE_SECONDS,
            )

    async def play(self, world: World) -> None:
        """The whole story, then every operation that the story does without."""
        await self.take_over()
        self.watching = True
        played = await whole.play(world)
        cast = played.cast
        student, registrar = cast.student, cast.home_registrar
        await student.write(
            "withdraws", f"/v1/requests/{played.request}:withdraw", {"expected_version": 1}
        )
        applied = await world.visitor("alpha").post(
            "applies",
            "/v1/applications",
            {"role": "student", "login": f"late.{world.suffix}", "name": "Too Late"},
            expect=201,
        )
        await registrar.get("lists", "/v1/applications?status=submitted")
        await registrar.post(
            "refuses", f"/v1/applications/{applied['id']}:refuse", {"reason": "It is closed."}
        )
        forgetful = await world.visitor("alpha").post(
            "applies",
            "/v1/applications",
            {"role": "student", "login": f"lost.{world.suffix}", "name": "Lost It"},
            expect=201,
        )
        for step in ("approve", "reissue-code"):
            await registrar.post(
                step, f"/v1/applications/{forgetful['id']}:{step}", {"identity_verified": True}
            )
        await _publish(registrar)
        ground = await agreement.prepare(world, cast)
        await agreement.cancel(cast, await agreement.play(world, cast, ground))
        supervisor = self.supervisor or await registration.enter_staff(
            world, "ministry", "supervisor-1", actor="the supervisor"
        )
        agreed = await rules.play(world, cast, supervisor, played.course)
        await _plan(cast, agreed.rule, played.course, ground.home[0])
        moving = await rest_recognition.play(self.sandbox, world, cast)
        await rest_afterwards.notices(student)
        await rest_afterwards.progress(student, played.arranged.home.decider.programme)
        await rest_afterwards.moves(world, cast, moving)
        await rest_afterwards.grades(cast, played.credit)
        await rest_afterwards.rulings(supervisor, played.course, played.credit)
        operation = await student.write("applies", "/v1/enrolments", {"course": ground.host[0]})
        for path in (
            "/v1/me",
            f"/v1/operations/{operation['id']}",
            "/v1/members",
            f"/v1/records/course/{played.course}",
            "/v1/enrolments",
            "/v1/credits",
            "/healthz",
            "/readyz",
        ):
            await student.get("looks", path)
        await cast.verifying_registrar.get("lists", "/v1/verifications")
        await rest_afterwards.leaves(world, registrar)
        await _log_out(student)


async def _publish(registrar: Person) -> None:
    """A programme and a term with something in each of their fields."""
    limit = {"id": "per-year", "within": "academic-year", "traits": ["online"], "at_most": "42.00"}
    degree = BODIES["publish_programme"] | {"limits": [limit], "home_credits": "10.00"}
    for path, name, body in (
        ("/v1/programmes", "programme", degree),
        ("/v1/terms", "term", BODIES["publish_term"] | {"change_weeks": 4}),
    ):
        published = await registrar.write("publishes", path, body)
        await registrar.get("reads", f"{path}/{published['result'][name]}")
        await registrar.get("lists", path)


async def _plan(cast: Cast, rule: str, course: str, home: str) -> None:
    """What is asked before anything is decided."""
    await cast.home_registrar.post(
        "lints",
        f"/v1/rules:lint?series={rule.rpartition('~')[0]}",
        rules.document(course, minimum="70.00"),
    )
    plan = {"course": course, "mark": "82.50", "credits": "6.00"}
    await cast.student.post("plans", f"/v1/rules/{rule}:evaluate", {"plan": [plan]})
    await cast.student.get("looks what counts", f"/v1/equivalences?course={home}")


async def _log_out(person: Person) -> None:
    response = await person.gateway.client.delete(
        "/v1/tokens/current", headers=person.authorization
    )
    assert response.status_code == 204


async def newcomer(world: World, registrar: Person, member: str, role: str, login: str) -> Person:
    """Somebody who has nothing to do with the story."""
    applicant = registration.Applicant(member, role, "Nobody Concerned", login, "")
    return await registration.register(world, registrar, applicant)


def code_of(response: httpx.Response) -> str:
    """A problem's code; empty where it is none."""
    if response.headers.get("content-type") != "application/problem+json":
        return ""
    return str(response.json()["type"]).removeprefix(PROBLEM)
