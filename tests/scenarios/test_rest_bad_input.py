"""Whatever is wrong with a request: one problem that names the field, and nothing is done.

The cases are made from the OpenAPI document, and sent while the story is played: just before its
good call of the same operation, by the same person, in the same state. So only what is bad is
refused, and a new operation is covered or found missing.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.support.bad_bodies import MARKER, BadBody, bad_fields, bad_wholes
from tests.support.rest import Call, Watcher
from tests.support.story import sandbox_world

pytestmark = pytest.mark.thorough

_LONGEST_ANSWER = 2_000
_MEDIA_TYPES = (
    None,
    "",
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/octet-stream",
    "é",
)
_BAD_SEGMENTS = (
    "x",
    "-1",
    "0",
    "..",
    "%00",
    "1%20",
    "9" * 400,
    "9" * 5000,
    quote("\ud800", errors="surrogatepass"),
    quote(MARKER),
    "%F0%9F%98%80",
    "alphaMSP~" + "0" * 31,
    "alphaMSP~" + "0" * 32 + "%0A",
    "alphaMSP~" + "G" * 32,
)
_BAD_KEYS = ("", " ", "a b", "é", "x" * 201, "x" * 100_000, "tab\tin")
_BAD_TOKENS = ("", "Bearer", "Bearer ", "Basic eDp5", "Bearer é", "Bearer a b", "x" * 100_000)


class Siege(Watcher):
    """Sends everything bad before every operation's first good call."""

    sent = 0

    async def before(self, call: Call) -> Mapping[str, str]:
        stored = self.stored()
        await self._bodies(call)
        await self._paths(call)
        await self._queries(call)
        await self._headers(call)
        await self._methods(call)
        changed = [name for name, value in self.stored().items() if value != stored[name]]
        if changed:
            self.faults.append(f"{call.operation.name}: something was stored: {changed}")
        return {}

    async def after(self, call: Call, response: httpx.Response) -> None:
        if not response.is_success:
            self.faults.append(f"{call.operation.name}: the good call: {response.text[:200]}")

    async def _bodies(self, call: Call) -> None:
        schema = call.operation.body
        if schema is None:
            return
        good = json.loads(call.content)
        for bad in (*bad_fields(self.interface, schema, good), *bad_wholes(good)):
            self._judge(call, await call.send(content=bad.content), bad)
        for media_type in _MEDIA_TYPES:
            response = await call.send(headers={"content-type": media_type})
            self._expect(call, response, f"the media type {media_type!r}", {415})

    async def _paths(self, call: Call) -> None:
        path = call.request.url.raw_path.decode().partition("?")
        matched = call.operation.pattern.fullmatch(path[0])
        assert matched is not None
        for place, item in enumerate(call.operation.parameters("path"), start=1):
            for segment in _BAD_SEGMENTS:
                start, end = matched.span(place)
                bad = path[0][:start] + segment + path[0][end:] + path[1] + path[2]
                response = await call.send(path=bad)
                what = f"{item['name']} in the path: {segment[:30]}"
                problem = self._expect(call, response, what, {404, 422})
                if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                    self._named(call, what, problem, f"/{item['name']}")

    async def _queries(self, call: Call) -> None:
        path = call.request.url.raw_path.decode()
        joined = path + ("&" if "?" in path else "?")
        names = {str(item["name"]) for item in call.operation.parameters("query")}
        if "health" in call.operation.document["tags"]:
            return
        for extra in ("unexpected", "%00", "é", "x" * 5000):
            response = await call.send(path=f"{joined}{quote(extra, safe='%')}=1")
            self._expect(call, response, f"the query field {extra[:20]}", {422})
        for name in names:
            for value in (MARKER, "%00", "1.0", "%F0%9F%98%80!", "x" * 5000, ""):
                bare = path.partition("?")[0]
                others = [
                    item
                    for item in path.partition("?")[2].split("&")
                    if item and not item.startswith(f"{name}=")
                ]
                query = "&".join([*others, f"{name}={value}"])
                response = await call.send(path=f"{bare}?{query}")
                what = f"{name}={value[:20]} in the query"
                if name == "part" and value == MARKER:
                    self._expect(call, response, what, {422})  # well formed, and no such part
                    continue
                problem = self._expect(call, response, what, {422})
                self._named(call, what, problem, f"/{name}")

    async def _headers(self, call: Call) -> None:
        if call.operation.keyed:
            for key in _BAD_KEYS:
                response = await call.send(headers={"Idempotency-Key": key})
                problem = self._expect(call, response, f"the key {key[:9]!r}", {422})
                self._named(call, "a bad key", problem, "/Idempotency-Key")
            response = await call.send(headers={"Prefer": "wait=" + "9" * 1000})
            problem = self._expect(call, response, "a long Prefer", {422})
            self._named(call, "a long Prefer", problem, "/Prefer")
        if call.operation.secured:
            for token in _BAD_TOKENS:
                response = await call.send(headers={"Authorization": token})
                self._expect(call, response, f"the token {token[:12]!r}", {401})

    async def _methods(self, call: Call) -> None:
        path = call.request.url.path
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "MKCOL"):
            if any(
                other.method == method and other.pattern.fullmatch(path)
                for other in self.interface.operations.values()
            ):
                continue
            response = await call.send(method=method)
            self._expect(call, response, f"the method {method}", {405})

    def _judge(self, call: Call, response: httpx.Response, bad: BadBody) -> None:
        problem = self._expect(call, response, bad.what, bad.statuses)
        if bad.field is not None:
            self._named(call, bad.what, problem, bad.field)

    def _named(self, call: Call, what: str, problem: Mapping[str, object], field: str) -> None:
        if problem.get("field") != field:
            self.faults.append(f"{call.operation.name}: {what}: names {problem.get('field')}")

    def _expect(
        self, call: Call, response: httpx.Response, what: str, statuses: Iterable[int]
    ) -> Mapping[str, object]:
        self.sent += 1
        fault = _fault(response, statuses)
        if fault is None:
            found: Mapping[str, object] = response.json()
            return found
        self.faults.append(f"{call.operation.name}: {what}: {fault}")
        return {}


def _fault(response: httpx.Response, statuses: Iterable[int]) -> str | None:
    """What is wrong with a refusal."""
    if response.status_code not in statuses:
        return f"{response.status_code} {response.text[:200]}"
    if response.headers["content-type"] != "application/problem+json":
        return "no problem document"
    document = response.json()
    if not {"type", "title", "status", "detail", "instance"} <= document.keys():
        return f"an incomplete problem: {sorted(document)}"
    if document["status"] != response.status_code:
        return "another status inside"
    if MARKER in response.text or len(response.text) > _LONGEST_ANSWER:
        return f"repeats what was sent: {response.text[:200]}"
    return None


async def test_everything_bad_is_one_problem_and_changes_nothing(tmp_path: Path) -> None:
    async with sandbox_world(tmp_path) as sandbox:
        siege = Siege(sandbox)
        async with siege.world() as world:
            await siege.play(world)
    assert siege.faults == []
    assert siege.calls.keys() == siege.interface.operations.keys()
    assert siege.sent > 50 * len(siege.calls)
