"""Somebody is shut out: nothing of theirs opens a door any more, and nobody else does it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from chaincode.domain.constitution import MemberKind
from gateway.model.operations import OperationStatus
from gateway.model.people import AccessToken, Account, AccountState, Person, PersonStatus
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from tests.support.courses import proposal
from tests.support.gateways import (
    PASSPHRASE,
    Alpha,
    Caller,
    activate,
    apply,
    gateway_of_alpha,
    log_in,
    registrar,
    sign_up,
)
from tests.support.rest import code_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
TWO = {"alpha": MemberKind.UNIVERSITY, "beta": MemberKind.UNIVERSITY}
VERIFIED = {"identity_verified": True, "qualification_verified": True}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha"), members=TWO) as found:
        yield found


async def person_of(alpha: Alpha, login: str) -> Person:
    async with alpha.world.gateways["alpha"].core.database.reading() as session:
        (found,) = await session.find(Person, login=login)
    return found


async def account_of(alpha: Alpha, person: str) -> Account:
    async with alpha.world.gateways["alpha"].core.database.reading() as session:
        (found,) = await session.find(Account, person=person)
    return found


async def close(
    alpha: Alpha, login: str, *, by: Caller | None = None, key: str | None = None
) -> httpx.Response:
    person = (await person_of(alpha, login)).id
    headers = {} if key is None else {"Idempotency-Key": key}
    return await (by or alpha.registrar).post(f"/v1/people/{person}:close", {}, headers=headers)


async def tried(alpha: Alpha, login: str, passphrase: str) -> dict[str, Any]:
    """The problem of a login, without what differs each time."""
    answer = await alpha.http.post("/v1/tokens", json={"login": login, "passphrase": passphrase})
    assert answer.status_code == 401
    problem: dict[str, Any] = answer.json()
    del problem["instance"]
    return problem


async def test_a_dismissed_teacher_grades_with_no_token_and_with_no_key(alpha: Alpha) -> None:
    teacher = await sign_up(alpha.registrar, "tina", "teacher")
    second = await log_in(alpha.http, "tina")
    account = (await teacher.get("/v1/me")).json()["account"]
    person = (await person_of(alpha, "tina")).id

    closed = await close(alpha, "tina")

    assert closed.status_code == 200
    assert closed.json()["result"] == {"account": account, "person": person}
    (transaction,) = closed.json()["transactions"]
    assert (transaction["function"], transaction["code"]) == ("CloseAccount", "VALID")
    record = await alpha.registrar.get(f"/v1/records/account/{account}")
    assert record.json()["record"]["status"] == "closed"
    grade = {"part": "exam", "mark": "82.50", "expected_version": 1}
    for live in (teacher, second):
        answer = await live.post(f"/v1/enrolments/alphaMSP~{'0' * 32}/grades", grade)
        assert (answer.status_code, code_of(answer)) == (401, "not-authenticated")
    async with alpha.world.gateways["alpha"].core.database.reading() as session:
        assert await session.find(AccessToken, person=person) == []
    assert (await account_of(alpha, person)).state is AccountState.CLOSED
    assert await _written_with_the_key(alpha, person) == "account-inactive"


async def _written_with_the_key(alpha: Alpha, person: str) -> str:
    """What the contract says where her gateway still signs for her; empty if it takes it."""
    operation, account = new_id(), (await account_of(alpha, person)).key
    ended = await alpha.world.gateways["alpha"].core.operations.accept(
        Intent(
            operation=operation,
            kind="propose-course",
            request=WriteRequest(person, operation, "0" * 64, wait_seconds=20),
            calls=(LedgerCall(account, proposal(operation, new_id(), 1)),),
        )
    )
    if ended.status is OperationStatus.COMMITTED:
        return ""
    assert ended.problem is not None
    return str(ended.problem["code"])


async def test_the_key_of_a_teacher_who_stays_is_good(alpha: Alpha) -> None:
    await sign_up(alpha.registrar, "theo", "teacher")
    assert await _written_with_the_key(alpha, (await person_of(alpha, "theo")).id) == ""


async def test_a_closed_student_logs_in_no_more_and_learns_nothing_of_it(alpha: Alpha) -> None:
    student = await sign_up(alpha.registrar, "maria")
    wrong = await tried(alpha, "maria", "not the passphrase")
    assert (await close(alpha, "maria")).status_code == 200
    assert await tried(alpha, "maria", PASSPHRASE) == wrong
    assert await tried(alpha, "maria", "not the passphrase") == wrong
    assert await tried(alpha, "nobody", PASSPHRASE) == wrong
    assert code_of(await student.get("/v1/me")) == "not-authenticated"
    changing = {"passphrase": PASSPHRASE, "new_passphrase": PASSPHRASE + "!"}
    refused = await student.post("/v1/me:change-passphrase", changing)
    assert code_of(refused) == "not-authenticated"
    person = await person_of(alpha, "maria")
    assert (person.status, person.passphrase_hash) == (PersonStatus.CLOSED, None)
    taken = await alpha.http.post(
        "/v1/applications", json={"role": "student", "login": "maria", "name": "Another"}
    )
    assert code_of(taken) == "login-taken"


async def test_an_unused_code_is_void(alpha: Alpha) -> None:
    application = await apply(alpha.http, "nina")
    path = f"/v1/applications/{application}"
    key = {"Idempotency-Key": "approve-nina"}
    approved = await alpha.registrar.post(f"{path}:approve", VERIFIED, headers=dict(key))
    listed = (await alpha.registrar.get("/v1/applications?status=approved")).json()
    (row,) = [one for one in listed["applications"] if one["id"] == application]
    assert row["person"] == (await person_of(alpha, "nina")).id

    assert (await close(alpha, "nina")).status_code == 200

    body = {"login": "nina", "passphrase": PASSPHRASE}
    late = await alpha.http.post(
        "/v1/accounts:activate", json=body | {"code": approved.json()["activation_code"]}
    )
    assert (late.status_code, code_of(late)) == (401, "credentials-refused")
    again = await alpha.registrar.post(f"{path}:approve", VERIFIED, headers=dict(key))
    assert again.json()["activation_code"] is None
    reissued = await alpha.registrar.post(f"{path}:reissue-code", {"identity_verified": True})
    assert code_of(reissued) == "wrong-state"


@pytest.mark.parametrize("role", ["student", "teacher"])
async def test_only_a_registrar_closes(alpha: Alpha, role: str) -> None:
    caller = await sign_up(alpha.registrar, f"closing-{role}", role)
    stays = await sign_up(alpha.registrar, f"stays-{role}", "teacher")
    for login in (f"stays-{role}", f"closing-{role}", "registrar-1"):
        refused = await close(alpha, login, by=caller)
        assert (refused.status_code, code_of(refused)) == (403, "not-permitted")
    assert (await stays.get("/v1/me")).status_code == 200
    assert (await close(alpha, f"stays-{role}")).status_code == 200


async def test_a_registrar_of_another_member_closes_nobody(alpha: Alpha) -> None:
    stays = await sign_up(alpha.registrar, "paula")
    async with alpha.world.client("beta") as http:
        foreign = await registrar(alpha.world, http, "beta")
        refused = await close(alpha, "paula", by=foreign)
        assert (refused.status_code, code_of(refused)) == (404, "not-found")
        elsewhere = await close(alpha, "paula", by=Caller(alpha.http, foreign.token))
        assert (elsewhere.status_code, code_of(elsewhere)) == (401, "not-authenticated")
    assert (await stays.get("/v1/me")).status_code == 200
    assert (await close(alpha, "paula")).status_code == 200


async def test_no_registrar_closes_a_registrar_so_one_is_left(alpha: Alpha) -> None:
    codes = {item.login: item.code for item in alpha.world.invitations["alpha"]}
    for login in ("registrar-1", "registrar-2"):
        refused = await close(alpha, login)
        assert (refused.status_code, code_of(refused)) == (403, "not-permitted")
        assert "operator" in refused.json()["detail"]
    await activate(alpha.http, "registrar-2", codes["registrar-2"])
    assert (await alpha.registrar.get("/v1/applications")).status_code == 200


async def test_closed_once_and_the_same_request_is_the_same_operation(alpha: Alpha) -> None:
    await sign_up(alpha.registrar, "quentin")
    first = await close(alpha, "quentin", key="close-quentin")
    assert first.status_code == 200
    assert (await close(alpha, "quentin", key="close-quentin")).json() == first.json()
    again = await close(alpha, "quentin")
    assert (again.status_code, code_of(again)) == (409, "wrong-state")
    nobody = await alpha.registrar.post(f"/v1/people/{'0' * 32}:close", {})
    assert (nobody.status_code, code_of(nobody)) == (404, "not-found")


async def test_an_account_that_the_ledger_does_not_know_yet_is_not_closed(alpha: Alpha) -> None:
    application = await apply(alpha.http, "rita")
    peer = alpha.world.consortium.peers["alphaMSP"]
    peer.available = False
    try:
        approving = await alpha.registrar.post(
            f"/v1/applications/{application}:approve", VERIFIED, headers={"Prefer": "wait=0"}
        )
        early = await close(alpha, "rita")
        assert (early.status_code, code_of(early)) == (409, "wrong-state")
    finally:
        peer.available = True
    await alpha.registrar.get(approving.headers["location"], headers={"Prefer": "wait=20"})
    assert (await close(alpha, "rita")).status_code == 200


async def test_a_new_passphrase_ends_what_somebody_else_holds(alpha: Alpha) -> None:
    own = await sign_up(alpha.registrar, "sam")
    stolen = await log_in(alpha.http, "sam")
    changing = {"passphrase": PASSPHRASE, "new_passphrase": "nine grey herons by the weir"}
    wrong = await stolen.post(
        "/v1/me:change-passphrase", changing | {"passphrase": "not the passphrase"}
    )
    assert (wrong.status_code, code_of(wrong)) == (401, "credentials-refused")
    short = await own.post("/v1/me:change-passphrase", changing | {"new_passphrase": "short"})
    assert (short.status_code, short.json()["field"]) == (422, "/new_passphrase")
    assert (await own.post("/v1/me:change-passphrase", changing)).status_code == 204
    assert code_of(await stolen.get("/v1/me")) == "not-authenticated"
    assert (await own.get("/v1/me")).status_code == 200
    assert (await tried(alpha, "sam", PASSPHRASE))["type"].endswith("credentials-refused")
