"""The world that a story is played in: members' gateways over HTTP, people, their calls.

The same story runs on the sandbox and on Fabric: what differs is how `Gateway.client` connects.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Coroutine, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import httpx

from demo.step import PROBLEM, Step, masked_request, masked_response, transactions_of
from demo.work import WorkFile

_WAIT = "wait=30"
_LOOK_AGAIN_SECONDS = 0.05
_Result = TypeVar("_Result")


class StoryBroken(Exception):
    """A call of the story did not answer as it must."""

    def __init__(self, step: Step, wanted: str) -> None:
        super().__init__(
            f"{step.title}: wanted {wanted}; {step.method} {step.url} "
            f"answered {step.status}: {step.response}"
        )
        self.step = step


@dataclass(frozen=True, slots=True)
class Gateway:
    """A member's gateway as anybody reaches it."""

    member: str
    """Short name, for example alpha."""
    msp_id: str
    client: httpx.AsyncClient = field(repr=False)
    """Its base URL and TLS settings are those of the gateway."""
    certificate_authority: str | None = None
    """File with the roots of its TLS certificate, for the curl lines that are printed."""


@dataclass(frozen=True, slots=True)
class StaffAccess:
    """How somebody whom the founding brought in gets in. `code` is None once it was used."""

    login: str
    passphrase: str = field(repr=False)
    code: str | None = field(repr=False)

    @classmethod
    def invited(cls, login: str, code: str) -> Self:
        """Somebody who will take the account over with a passphrase that is drawn here."""
        return cls(login, secrets.token_urlsafe(18), code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a JSON document, or the bytes of a file."""

    status: int
    document: Any
    content: bytes = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.document[name]


_told_later: ContextVar[list[Step] | None] = ContextVar("_told_later", default=None)
"""The steps of a branch that is played beside others."""


@dataclass
class World:
    """Members, staff and files; every call is told to `record`."""

    gateways: Mapping[str, Gateway]
    staff: dict[tuple[str, str], StaffAccess]
    """By member and login; a code is struck out when it was used."""
    work: Mapping[str, WorkFile]
    """By part."""
    record: Callable[[Step], None] = lambda _: None
    phase: str = ""
    patience_seconds: float = 120.0
    """How long something may take that happens between gateways."""
    suffix: str = field(default_factory=lambda: secrets.token_hex(3))
    """Part of new logins, so that the story can be told again in the same world."""

    def tell(self, step: Step) -> None:
        """Record a call; one of a branch beside others when all have ended."""
        later = _told_later.get()
        if later is None:
            self.record(step)
        else:
            later.append(step)

    async def together(self, *branches: Coroutine[Any, Any, _Result]) -> list[_Result]:
        """Play branches at the same time; each is told as a whole, in the order given.

        Raises:
            Exception: what the first branch that failed raised; the others are ended.
        """
        told: list[list[Step]] = [[] for _ in branches]
        tasks = [
            asyncio.create_task(_aside(branch, steps))
            for branch, steps in zip(branches, told, strict=True)
        ]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            for step in (step for steps in told for step in steps):
                self.tell(step)

    def visitor(self, member: str) -> "Person":
        """Somebody who has not logged in."""
        return Person(self, self.gateways[member], "visitor", "")

    def person(self, member: str, actor: str, login: str) -> "Person":
        """Somebody with a login; `log_in` comes next."""
        return Person(self, self.gateways[member], actor, login)


async def _aside(branch: Coroutine[Any, Any, _Result], steps: list[Step]) -> _Result:
    _told_later.set(steps)
    return await branch


class Person:
    """Somebody at one member's gateway. Every method is one REST call that is recorded."""

    def __init__(self, world: World, gateway: Gateway, actor: str, login: str) -> None:
        self.world = world
        self.gateway = gateway
        self.actor = actor
        self.login = login
        self._token: str | None = None

    @property
    def variable(self) -> str:
        """The shell variable that stands for the person's token in printed calls."""
        name = f"{self.gateway.member}_{self.login}"
        return "TOKEN_" + "".join(c if c.isalnum() else "_" for c in name).upper()

    @property
    def authorization(self) -> dict[str, str]:
        """The header field with the token, for calls beside the story's."""
        return {"Authorization": f"Bearer {self._token}"}

    async def log_in(self, passphrase: str) -> Self:
        """Get an access token."""
        answer = await self.post(
            "logs in", "/v1/tokens", {"login": self.login, "passphrase": passphrase}, expect=201
        )
        self._token = answer["token"]
        return self

    async def get(self, title: str, path: str, *, expect: int = 200) -> Answer:
        """Read something."""
        return await self._recorded(title, "GET", path, expect=expect)

    async def post(
        self, title: str, path: str, body: Mapping[str, Any] | None = None, *, expect: int = 200
    ) -> Answer:
        """Ask for something that is answered at once."""
        return await self._recorded(title, "POST", path, body=body, expect=expect)

    async def write(self, title: str, path: str, body: Mapping[str, Any]) -> Answer:
        """Write to the ledger, and wait for the outcome."""
        return await self._written(title, path, body=body)

    async def upload(self, title: str, path: str, file: WorkFile) -> Answer:
        """Send a file as it is, and wait for the outcome on the ledger."""
        return await self._written(title, path, file=file)

    async def refused(
        self,
        title: str,
        method: str,
        path: str,
        *,
        code: str,
        body: Mapping[str, Any] | None = None,
        file: WorkFile | None = None,
    ) -> Answer:
        """Try something that must be refused with this problem code.

        Raises:
            StoryBroken: it was not, or for another reason.
        """
        response, step = await self._send(title, method, path, body=body, file=file)
        if step.status == httpx.codes.ACCEPTED:
            response, step = await self._followed(title, response)
        self.world.tell(step)
        if _code(step) != code:
            raise StoryBroken(step, f"the refusal {code}")
        return _answer(response)

    async def until(
        self, title: str, path: str, reached: Callable[[Any], bool], *, what: str
    ) -> Answer:
        """Look until something has arrived from another member's gateway.

        Raises:
            StoryBroken: the world's patience ended first.
        """
        deadline = asyncio.get_running_loop().time() + self.world.patience_seconds
        while True:
            response, step = await self._send(title, "GET", path)
            if step.status == httpx.codes.OK and reached(step.response):
                self.world.tell(step)
                return _answer(response)
            if asyncio.get_running_loop().time() >= deadline:
                raise StoryBroken(step, what)
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _written(
        self,
        title: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        file: WorkFile | None = None,
    ) -> Answer:
        response, step = await self._send(title, "POST", path, body=body, file=file)
        if step.status == httpx.codes.ACCEPTED:
            self.world.tell(step)
            response, step = await self._followed(title, response)
        self.world.tell(step)
        if step.status != httpx.codes.OK or step.response.get("status") != "committed":
            raise StoryBroken(step, "a committed operation")
        return _answer(response)

    async def _recorded(
        self,
        title: str,
        method: str,
        path: str,
        *,
        expect: int,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        response, step = await self._send(title, method, path, body=body)
        self.world.tell(step)
        if step.status != expect:
            raise StoryBroken(step, str(expect))
        return _answer(response)

    async def _followed(self, title: str, response: httpx.Response) -> tuple[httpx.Response, Step]:
        """Wait for an accepted operation's end."""
        place = response.headers["location"]
        deadline = asyncio.get_running_loop().time() + self.world.patience_seconds
        while True:
            response, step = await self._send(f"{title}: the outcome", "GET", place)
            if step.response.get("status") in {"committed", "refused"}:
                return response, step
            if asyncio.get_running_loop().time() >= deadline:
                raise StoryBroken(step, "an outcome")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _send(
        self,
        title: str,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        file: WorkFile | None = None,
    ) -> tuple[httpx.Response, Step]:
        shown: dict[str, str] = {}
        headers: dict[str, str] = {}
        if self._token is not None:
            shown["Authorization"] = f"Bearer ${self.variable}"
            headers |= self.authorization
        plain = {} if method == "GET" else {"Idempotency-Key": secrets.token_hex(16)}
        plain["Prefer"] = _WAIT
        if file is not None:
            plain["Content-Type"] = file.media_type
            plain["Content-Disposition"] = f'attachment; filename="{file.name}"'
        response = await self.gateway.client.request(
            method,
            path,
            headers=headers | plain,
            json=body,
            content=None if file is None else file.content,
            timeout=self.world.patience_seconds,
        )
        step = Step(
            phase=self.world.phase,
            title=title,
            actor=self.actor,
            member=self.gateway.member,
            method=method,
            url=str(response.request.url),
            headers=shown | plain,
            body=masked_request(dict(body)) if body is not None else None,
            file=None if file is None else file.path,
            status=response.status_code,
            response=masked_response(_shown(response)),
            transactions=transactions_of(_shown(response)),
            certificate_authority=self.gateway.certificate_authority,
        )
        return response, step


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, _document(response), response.content)


def _document(response: httpx.Response) -> Any:
    return response.json() if _is_json(response) and response.content else None


def _shown(response: httpx.Response) -> Any:
    if _is_json(response) and response.content:
        return response.json()
    return {
        "media_type": response.headers.get("content-type"),
        "bytes": len(response.content),
        "sha256": hashlib.sha256(response.content).hexdigest(),
    }


def _is_json(response: httpx.Response) -> bool:
    # A file that is handed out may be JSON too; it comes as an attachment.
    return (
        "json" in response.headers.get("content-type", "")
        and "content-disposition" not in response.headers
    )


def _code(step: Step) -> str:
    found = step.response
    problem = found.get("problem", found) if isinstance(found, dict) else {}
    kind = problem.get("type", "") if isinstance(problem, dict) else ""
    return str(kind).removeprefix(PROBLEM)
