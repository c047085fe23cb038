"""Every operation with every caller and every key: who passes, what each other one gets, and that
the same request again is the same operation.

It happens while the story is played, just before and after each operation's first good call.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from demo.story import registration
from demo.world import Person, World
from gateway.sandbox import SandboxWorld
from tests.support.rest import Call, Watcher, code_of, newcomer
from tests.support.story import sandbox_world

pytestmark = pytest.mark.thorough

_UNIVERSITIES = ("alpha", "beta", "gamma")
_TOKEN_LIFE = timedelta(hours=8)
_OPEN = {"apply", "activate", "log_in", "alive", "ready"}
_WAITED_FOR = {"approve", "activate"}
"""The story waits for these: their answer holds more than the operation, or comes before there is
a token to ask for it with."""
_WORDS = {
    "permit": "not-permitted",
    "party": "not-party",
    "elector": "not-elector",
    "found": "not-found",
    "argument": "invalid-argument",
    "ok": "",
}

# What people get who have no part in what the call is about: at the gateway that it is made to (at
# alpha's where that is the ministry's), at that of a third university, and the ministry's
# supervisor. `own`: theirs to do as well as the story's; it is not tried, since it would change
# what the story is about.
_EXPECTED = """
                     student teacher registrar | student teacher registrar | supervisor
get_constitution     ok      ok      ok        | ok      ok      ok        | ok
approve              permit  permit  own       | permit  permit  found     | permit
me                   ok      ok      ok        | ok      ok      ok        | ok
propose_course       permit  own     permit    | permit  own     permit    | permit
check_course         permit  permit  own       | permit  permit  party     | permit
read_course          ok      ok      ok        | ok      ok      ok        | ok
list_courses         ok      ok      ok        | ok      ok      ok        | ok
apply_for_course     own     permit  permit    | own     permit  permit    | permit
read_enrolment       party   party   ok        | party   party   party     | party
learn_course         permit  party   permit    | permit  party   permit    | permit
upload_work          party   party   permit    | party   party   permit    | permit
list_work            party   party   ok        | party   party   party     | party
read_work            party   party   party     | party   party   party     | party
list_grades          party   party   ok        | party   party   party     | party
add_grade            permit  party   permit    | permit  party   permit    | permit
review_grade         permit  permit  own       | permit  permit  party     | permit
read_credit          party   party   ok        | party   party   ok        | party
apply_for_credit     party   permit  permit    | party   permit  permit    | permit
check_student        permit  permit  ok        | permit  permit  party     | permit
award_credit         permit  permit  own       | permit  permit  party     | permit
list_corrections     ok      ok      ok        | ok      ok      ok        | permit
accept_correction    permit  permit  own       | permit  permit  party     | permit
read_rulings         ok      ok      ok        | ok      ok      ok        | ok
rule_on_credit       permit  permit  permit    | permit  permit  permit    | own
plan_grades          permit  party   permit    | permit  party   permit    | permit
plan_corrections     permit  permit  own       | permit  permit  party     | permit
plan_rulings         permit  permit  permit    | permit  permit  permit    | own
list_bulk_plans      permit  ok      ok        | permit  ok      ok        | ok
read_bulk_plan       permit  found   found     | permit  found   found     | found
list_bulk_items      permit  found   found     | permit  found   found     | found
execute_bulk_plan    permit  found   found     | permit  found   found     | found
discard_bulk_plan    permit  found   found     | permit  found   found     | found
request_verification permit  permit  own       | permit  permit  own       | permit
list_requests        ok      permit  permit    | ok      permit  permit    | permit
answer_request       party   permit  permit    | party   permit  permit    | permit
read_evidence        permit  party   ok        | permit  party   party     | permit
read_shown_work      permit  party   ok        | permit  party   party     | permit
review_verification  permit  party   permit    | permit  party   permit    | permit
read_verification    permit  party   ok        | permit  party   party     | permit
record_verdict       permit  permit  own       | permit  permit  party     | permit
withdraw_consent     party   permit  permit    | party   permit  permit    | permit
publish_programme    permit  permit  own       | permit  permit  own       | permit
publish_term         permit  permit  own       | permit  permit  own       | permit
read_programme       ok      ok      ok        | ok      ok      ok        | ok
list_programmes      ok      ok      ok        | ok      ok      ok        | ok
read_term            ok      ok      ok        | ok      ok      ok        | ok
list_terms           ok      ok      ok        | ok      ok      ok        | ok
propose_rule         permit  permit  own       | permit  permit  own       | own
list_rules           ok      ok      ok        | ok      ok      ok        | ok
read_rule            ok      ok      ok        | ok      ok      ok        | ok
list_broken_rules    ok      ok      ok        | ok      ok      ok        | ok
vote_on_rule         permit  permit  own       | permit  permit  own       | elector
close_ballot         permit  permit  own       | permit  permit  own       | elector
withdraw_rule        permit  permit  own       | permit  permit  party     | party
lint_rule            permit  permit  ok        | permit  permit  ok        | ok
evaluate_rule        ok      ok      ok        | ok      ok      ok        | ok
list_equivalences    ok      ok      ok        | party   party   party     | party
certify_course       permit  permit  own       | permit  permit  party     | own
list_certifications  ok      ok      ok        | ok      ok      ok        | ok
read_certification   ok      ok      ok        | ok      ok      ok        | ok
withdraw_certification permit permit own       | permit  permit  party     | party
propose_agreement    own     permit  permit    | own     permit  permit    | permit
list_agreements      ok      permit  ok        | ok      permit  ok        | permit
read_agreement       party   party   ok        | party   party   party     | party
change_agreement     party   party   own       | party   party   party     | party
approve_agreement    party   party   own       | party   party   party     | party
refuse_agreement     party   party   own       | party   party   party     | party
withdraw_agreement_proposal party party own    | party   party   party     | party
apply_for_recognition party  permit  permit    | party   permit  permit    | permit
list_recognitions    ok      permit  ok        | ok      permit  ok        | permit
read_recognition     party   party   ok        | found   found   found     | found
withdraw_recognition party   permit  permit    | found   permit  permit    | permit
list_decisions       permit  permit  ok        | permit  permit  ok        | permit
read_decision        party   party   ok        | party   party   party     | party
replay_decision      party   party   ok        | party   party   party     | party
confirm_decision     permit  permit  own       | permit  permit  party     | permit
redeem_decision      permit  permit  own       | permit  permit  party     | permit
grant_degree         permit  permit  own       | permit  permit  party     | permit
read_inbox           ok      permit  ok        | ok      permit  ok        | permit
list_stale           permit  permit  ok        | permit  permit  ok        | ok
see_notice           found   permit  found     | found   permit  found     | permit
state_plan           permit  permit  own       | permit  permit  found     | permit
read_plan            party   party   ok        | found   found   found     | found
read_progress        ok      permit  argument  | ok      permit  argument  | permit
prepare_transfer     own     permit  permit    | own     permit  permit    | permit
request_transfer     party   permit  permit    | argument permit permit    | permit
list_transfers       ok      permit  ok        | ok      permit  ok        | permit
read_transfer        party   party   ok        | found   found   found     | found
release_student      permit  permit  own       | permit  permit  found     | permit
accept_transfer      permit  permit  own       | permit  permit  found     | permit
hand_over            permit  permit  own       | permit  permit  party     | permit
list_applications    permit  permit  ok        | permit  permit  ok        | permit
refuse               permit  permit  own       | permit  permit  found     | permit
reissue_code         permit  permit  own       | permit  permit  found     | permit
close_account        permit  permit  own       | permit  permit  found     | permit
get_operation        found   found   found     | found   found   found     | found
list_members         ok      ok      ok        | ok      ok      ok        | ok
get_record           ok      ok      ok        | ok      ok      ok        | ok
list_enrolments      ok      ok      ok        | ok      ok      ok        | permit
list_credits         ok      ok      ok        | ok      ok      ok        | permit
list_verifications   permit  ok      ok        | permit  ok      ok        | permit
change_passphrase    own     own     own       | own     own     own       | own
log_out              own     own     own       | own     own     own       | own
"""
_CHANGES: Mapping[str, Callable[[Any], Any]] = {
    "code": lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
    "title": lambda text: text + "!",
    "course_digest": lambda text: text[::-1],
    "report": lambda text: text + "!",
    "programme": lambda text: text + "1",
    "rules": lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
    "expires_at": lambda text: text.replace("-2", "-1"),
    "digest": lambda text: text[::-1],
    "to": lambda _: "betaMSP",
    "credits": lambda seen: [one | {"expected_version": 99} for one in seen],
}
"""How a value becomes another that is as valid, by the field's name; the first that there is."""
_ROLES = ("student", "teacher", "registrar")


def expected() -> dict[str, list[str]]:
    """For each operation the seven words of its line."""
    rows = [line.replace("|", " ").split() for line in _EXPECTED.strip("\n").splitlines()[1:]]
    return {row[0]: row[1:] for row in rows}


class Clock:
    """The sandbox's time, that a test moves."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Guard(Watcher):
    """Tries every caller before every operation's first call, and its key after it."""

    def __init__(self, sandbox: SandboxWorld) -> None:
        super().__init__(sandbox)
        self.people: dict[tuple[str, str], Person] = {}
        self.gone: dict[str, Person] = {}
        self.repeated: set[str] = set()
        self.expected = expected()

    async def gather(self, world: World) -> None:
        """Somebody of every role at every university, and a supervisor at the ministry."""
        for member in _UNIVERSITIES:
            registrar = await registration.enter_staff(
                world, member, "registrar-2", actor="another registrar"
            )
            self.people["registrar", member] = registrar
            for role in ("student", "teacher"):
                self.people[role, member] = await newcomer(
                    world, registrar, member, role, f"other.{role}"
                )
            self.gone[member] = await newcomer(world, registrar, member, "student", "gone")
        for_now, self.supervisor = [
            await registration.enter_staff(
                world, "ministry", "supervisor-1", actor="the supervisor"
            )
            for _ in range(2)
        ]
        self.gone["ministry"] = for_now
        self.people["supervisor", "ministry"] = self.supervisor
        for person in self.gone.values():
            answer = await person.gateway.client.delete(
                "/v1/tokens/current", headers=person.authorization
            )
            assert answer.status_code == httpx.codes.NO_CONTENT

    async def before(self, call: Call) -> Mapping[str, str]:
        name = call.operation.name
        if call.operation.secured:
            stored = self.stored()
            for what, token in self._tokens_of_nobody(call).items():
                response = await call.send(headers={"Authorization": token})
                self._compare(call, what, response, "not-authenticated")
            words = self.expected[name]
            for (role, member), word in zip(_callers(call.member), words, strict=True):
                if word != "own":
                    response = await self._sent(call, self.people[role, member])
                    self._compare(call, f"a {role} of {member}", response, _WORDS[word])
            changed = {place for place, value in self.stored().items() if value != stored[place]}
            # Whoever may look at evidence has it fetched from home, by a signed request.
            if changed - {"alpha.nonces"}:
                self.faults.append(f"{name}: something was stored: {changed}")
        return {"Prefer": "wait=0"} if call.operation.keyed and name not in _WAITED_FOR else {}

    async def after(self, call: Call, response: httpx.Response) -> None:
        name = call.operation.name
        if not response.is_success:
            self.faults.append(f"{name}: the good call: {response.text[:200]}")
        if not call.operation.keyed:
            return
        operation = response.json()
        if name not in _WAITED_FOR:
            if (response.status_code, response.headers.get("location")) != (
                httpx.codes.ACCEPTED,
                f"/v1/operations/{operation['id']}",
            ):
                self.faults.append(f"{name}: no 202 with its place: {response.status_code}")
            operation = await self._outcome(call, response.headers["location"])
        again = await call.send(headers={"Prefer": "wait=30"})
        if (again.status_code, again.json()["id"]) != (httpx.codes.OK, operation["id"]):
            self.faults.append(f"{name}: again: {again.text[:200]}")
        # What follows from the good call by itself is no doing of the next one.
        await self.settle()
        height = self.sandbox.consortium.height
        other = await call.send(content=_another(call))
        self._compare(call, "the key with another request", other, "idempotency-key-reused")
        if self.sandbox.consortium.height != height:
            self.faults.append(f"{name}: the key with another request reached the ledger")
        self.repeated.add(name)

    async def _outcome(self, call: Call, place: str) -> dict[str, Any]:
        response = await call.send(
            method="GET", path=place, content=b"", headers={"Prefer": "wait=30"}
        )
        found: dict[str, Any] = response.json()
        if found.get("status") != "committed":
            self.faults.append(f"{call.operation.name}: its outcome: {response.text[:200]}")
        return found

    def _tokens_of_nobody(self, call: Call) -> dict[str, str | None]:
        foreign = self.people["registrar", _third(call.member)]
        return {
            "no token": None,
            "an unknown token": "Bearer " + "x" * 43,
            "a revoked token": self.gone[call.member].authorization["Authorization"],
            "another gateway's token": foreign.authorization["Authorization"],
        }

    async def _sent(self, call: Call, person: Person) -> httpx.Response:
        transport = httpx.ASGITransport(self.sandbox.gateways[person.gateway.member].app)
        same = Call(call.operation, person.gateway.member, call.request, transport)
        return await same.send(headers=person.authorization)

    def _compare(self, call: Call, what: str, response: httpx.Response, code: str) -> None:
        if code_of(response) != code or (not code and not response.is_success):
            self.faults.append(
                f"{call.operation.name}: {what}: {response.status_code} {response.text[:200]}"
            )


def _third(member: str) -> str:
    return "beta" if member == "gamma" else "gamma"


def _callers(member: str) -> list[tuple[str, str]]:
    near = "alpha" if member == "ministry" else member
    here = [(role, near) for role in _ROLES]
    there = [(role, _third(member)) for role in _ROLES]
    return [*here, *there, ("supervisor", "ministry")]


def _another(call: Call) -> bytes:
    """The same request with another content, as valid as the first."""
    if call.operation.body is None:
        return call.content + b"!"
    body = json.loads(call.content)
    for name, value in body.items():
        if isinstance(value, bool):
            return json.dumps(body | {name: not value}).encode()
        if isinstance(value, int):
            return json.dumps(body | {name: value + 1}).encode()
    name = next(name for name in _CHANGES if name in body)
    return json.dumps(body | {name: _CHANGES[name](body[name])}).encode()


async def test_every_caller_and_every_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    with capture_logs() as logged, caplog.at_level(logging.INFO):
        async with sandbox_world(tmp_path, clock=clock) as sandbox:
            guard = Guard(sandbox)
            async with guard.world() as world:
                await guard.gather(world)
                await guard.play(world)
            operations = guard.interface.operations
            tokens = {call.token for call in guard.calls.values() if call.token}
            clock.ahead = _TOKEN_LIFE + timedelta(minutes=1)
            for name, call in guard.calls.items():
                if call.operation.secured and name != "log_out":
                    late = await call.send()
                    assert code_of(late) == "not-authenticated", (name, late.text)
    assert guard.faults == []
    assert guard.calls.keys() == operations.keys()
    assert {name for name, item in operations.items() if not item.secured} == _OPEN
    assert guard.repeated == {name for name, item in operations.items() if item.keyed}
    assert tokens
    said = repr(logged) + caplog.text
    assert [token for token in tokens if token.removeprefix("Bearer ") in said] == []
