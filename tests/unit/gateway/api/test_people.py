"""Registration over REST: application, approval, activation, token."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from chaincode.domain.commands.membership import CloseAccount
from gateway.sandbox import SandboxWorld
from gateway.services import applications
from gateway.services.intent import new_id
from tests.support.gateways import (
    PASSPHRASE,
    Alpha,
    Caller,
    activate,
    apply,
    gateway_of_alpha,
    log_in,
    sign_up,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
VERIFIED = {"identity_verified": True, "qualification_verified": True}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha")) as found:
        yield found


def code_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    found: str = problem["type"].removeprefix("urn:crosscredit:problem:")
    return found


async def test_from_application_to_token(alpha: Alpha) -> None:
    application = await apply(alpha.http, "maria")
    approved = await alpha.registrar.post(f"/v1/applications/{application}:approve", VERIFIED)
    assert approved.status_code == 200
    operation = approved.json()
    assert operation["status"] == "committed"
    (transaction,) = operation["transactions"]
    assert transaction["function"] == "RegisterAccount"
    assert transaction["code"] == "VALID"
    assert transaction["endorsed_by"] == ["alphaMSP"]
    assert isinstance(transaction["block"], int)
    await activate(alpha.http, "maria", operation["activation_code"])
    maria = await log_in(alpha.http, "maria")
    me = (await maria.get("/v1/me")).json()
    assert me == {
        "login": "maria",
        "name": "Maria",
        "role": "student",
        "account": operation["result"]["account"],
        "member": "alphaMSP",
    }
    record = await maria.get(f"/v1/records/account/{me['account']}")
    assert record.json()["record"]["status"] == "active"
    assert "maria" not in record.text.lower(), "nothing personal stands on the ledger"


async def test_the_answer_says_that_it_is_no_ledger(alpha: Alpha) -> None:
    assert (await alpha.http.get("/healthz")).headers["crosscredit-ledger"] == (
        "sandbox; not a ledger"
    )


async def test_a_teacher_needs_a_verified_qualification(alpha: Alpha) -> None:
    application = await apply(alpha.http, "tom", "teacher")
    path = f"/v1/applications/{application}:approve"
    answer = await alpha.registrar.post(path, {"identity_verified": True})
    assert (code_of(answer), answer.json()["field"]) == (
        "invalid-argument",
        "/qualification_verified",
    )
    assert (await alpha.registrar.post(path, VERIFIED)).status_code == 200


async def test_the_same_approval_again_gives_the_same_code(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'nina')}:approve"
    key = {"Idempotency-Key": "approve-nina"}
    first = await alpha.registrar.post(path, VERIFIED, headers=dict(key))
    again = await alpha.registrar.post(path, VERIFIED, headers=dict(key))
    assert first.status_code == 200
    assert again.json() == first.json()
    other = await alpha.registrar.post(
        path, VERIFIED | {"qualification_verified": False}, headers=key
    )
    assert (other.status_code, code_of(other)) == (422, "idempotency-key-reused")


async def test_a_second_approval_is_a_conflict(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'oscar')}:approve"
    assert (await alpha.registrar.post(path, VERIFIED)).status_code == 200
    answer = await alpha.registrar.post(path, VERIFIED)
    assert (answer.status_code, code_of(answer)) == (409, "wrong-state")


async def test_nobody_who_applied_is_hidden_behind_others(
    alpha: Alpha, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The door is open: somebody may have posted hundreds before."""
    monkeypatch.setattr(applications, "_PAGE", 3)
    asked = [await apply(alpha.http, f"crowd-{number}") for number in range(7)]
    found: list[str] = []
    path = "/v1/applications?status=submitted"
    page = (await alpha.registrar.get(path)).json()
    while "next" in page:
        assert [item["id"] for item in page["applications"]][-1] == page["next"]
        found += [item["id"] for item in page["applications"]]
        page = (await alpha.registrar.get(f"{path}&after={page['next']}")).json()
    found += [item["id"] for item in page["applications"]]
    assert len(found) == len(set(found))
    assert [one for one in found if one in asked] == asked
    nothing = await alpha.registrar.get(f"{path}&after={'0' * 32}")
    assert (nothing.status_code, code_of(nothing)) == (404, "not-found")


async def test_refused_with_a_reason(alpha: Alpha) -> None:
    application = await apply(alpha.http, "paula")
    path = f"/v1/applications/{application}:refuse"
    answer = await alpha.registrar.post(path, {"reason": "The photograph is of somebody else."})
    assert answer.json()["status"] == "refused"
    listed = (await alpha.registrar.get("/v1/applications?status=refused")).json()
    assert application in {item["id"] for item in listed["applications"]}
    late = await alpha.registrar.post(f"/v1/applications/{application}:approve", VERIFIED)
    assert code_of(late) == "wrong-state"


@pytest.mark.parametrize("path", [":approve", ":refuse"])
async def test_only_registrars_decide(alpha: Alpha, path: str) -> None:
    login = f"student{path[1:]}"
    student = await sign_up(alpha.registrar, login)
    application = await apply(alpha.http, f"{login}-2")
    body = VERIFIED if path == ":approve" else {"reason": "no"}
    answer = await student.post(f"/v1/applications/{application}{path}", body)
    assert (answer.status_code, code_of(answer)) == (403, "not-permitted")
    right = await alpha.registrar.post(f"/v1/applications/{application}{path}", body)
    assert right.status_code == 200


async def test_a_login_is_one_persons(alpha: Alpha) -> None:
    await apply(alpha.http, "quentin")
    answer = await alpha.http.post(
        "/v1/applications", json={"role": "student", "login": "quentin", "name": "Other"}
    )
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (
        409,
        "login-taken",
        "/login",
    )


async def test_a_wrong_code_is_refused_and_the_right_one_is_spent(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'rita')}:approve"
    code = (await alpha.registrar.post(path, VERIFIED)).json()["activation_code"]
    body = {"login": "rita", "code": "AAAA-AAAA-AAAA-AAAA", "passphrase": PASSPHRASE}
    wrong = await alpha.http.post("/v1/accounts:activate", json=body)
    assert (wrong.status_code, code_of(wrong)) == (401, "credentials-refused")
    await activate(alpha.http, "rita", code)
    spent = await alpha.http.post("/v1/accounts:activate", json=body | {"code": code})
    assert (spent.status_code, code_of(spent)) == (401, "credentials-refused")


async def test_who_knows_a_login_cannot_spend_its_code(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'sam')}:approve"
    code = (await alpha.registrar.post(path, VERIFIED)).json()["activation_code"]
    body = {"login": "sam", "code": "AAAA-AAAA-AAAA-AAAA", "passphrase": PASSPHRASE}
    for _ in range(12):
        wrong = await alpha.http.post("/v1/accounts:activate", json=body)
        assert code_of(wrong) == "credentials-refused"
    await activate(alpha.http, "sam", code)


async def test_activation_again_with_the_same_key_is_the_same_operation(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'theo')}:approve"
    code = (await alpha.registrar.post(path, VERIFIED)).json()["activation_code"]
    body = {"login": "theo", "code": code, "passphrase": PASSPHRASE}
    headers = {"Idempotency-Key": "activate-theo"}
    first = await alpha.http.post("/v1/accounts:activate", json=body, headers=headers)
    again = await alpha.http.post("/v1/accounts:activate", json=body, headers=headers)
    assert first.status_code == 200
    assert again.json() == first.json()


async def test_a_short_passphrase_is_named_and_the_code_stays_good(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'ursula')}:approve"
    code = (await alpha.registrar.post(path, VERIFIED)).json()["activation_code"]
    body = {"login": "ursula", "code": code, "passphrase": "short"}
    answer = await alpha.http.post("/v1/accounts:activate", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, "/passphrase")
    await activate(alpha.http, "ursula", code)


async def test_logged_out_is_out(alpha: Alpha) -> None:
    viktor = await sign_up(alpha.registrar, "viktor")
    headers = {"Authorization": f"Bearer {viktor.token}"}
    assert (await alpha.http.delete("/v1/tokens/current", headers=headers)).status_code == 204
    answer = await viktor.get("/v1/me")
    assert (answer.status_code, code_of(answer)) == (401, "not-authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["", "x", "x" * 5000])
async def test_no_token_no_answer(alpha: Alpha, token: str) -> None:
    answer = await Caller(alpha.http, token).get("/v1/me")
    assert (answer.status_code, code_of(answer)) == (401, "not-authenticated")


async def test_not_final_within_the_wait_is_202_with_a_place_to_look(alpha: Alpha) -> None:
    application = await apply(alpha.http, "wanda")
    peer = alpha.world.consortium.peers["alphaMSP"]
    peer.available = False
    try:
        answer = await alpha.registrar.post(
            f"/v1/applications/{application}:approve",
            VERIFIED,
            headers={"Prefer": "respond-async, wait=0"},
        )
    finally:
        peer.available = True
    assert answer.status_code == 202
    assert answer.json()["status"] in {"accepted", "pending"}
    assert answer.json()["result"] == {}
    place = answer.headers["location"]
    assert place == f"/v1/operations/{answer.json()['id']}"
    ended = await alpha.registrar.get(place, headers={"Prefer": "wait=20"})
    assert ended.json()["status"] == "committed"
    await activate(alpha.http, "wanda", answer.json()["activation_code"])


async def test_before_the_ledger_knows_the_account_it_is_not_activated(alpha: Alpha) -> None:
    application = await apply(alpha.http, "xenia")
    peer = alpha.world.consortium.peers["alphaMSP"]
    peer.available = False
    try:
        answer = await alpha.registrar.post(
            f"/v1/applications/{application}:approve", VERIFIED, headers={"Prefer": "wait=0"}
        )
        code = answer.json()["activation_code"]
        body = {"login": "xenia", "code": code, "passphrase": PASSPHRASE}
        early = await alpha.http.post("/v1/accounts:activate", json=body)
        assert (early.status_code, code_of(early)) == (409, "wrong-state")
    finally:
        peer.available = True
    await alpha.registrar.get(answer.headers["location"], headers={"Prefer": "wait=20"})
    await activate(alpha.http, "xenia", code)


async def test_a_refused_registration_gives_the_application_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The contract refuses a registrar whose account was closed; another one approves."""
    async with gateway_of_alpha(tmp_path_factory.mktemp("closed")) as school:
        codes = {item.login: item.code for item in school.world.invitations["alpha"]}
        await activate(school.http, "registrar-2", codes["registrar-2"])
        second = await log_in(school.http, "registrar-2")
        await _close(school.world, (await second.get("/v1/me")).json()["account"])
        path = f"/v1/applications/{await apply(school.http, 'yara')}:approve"
        refused = await second.post(path, VERIFIED)
        assert (refused.status_code, code_of(refused)) == (403, "account-inactive")
        assert refused.json()["instance"].startswith("/v1/operations/")
        right = await school.registrar.post(path, VERIFIED)
        assert right.status_code == 200
        await activate(school.http, "yara", right.json()["activation_code"])


async def _close(world: SandboxWorld, account: str) -> None:
    key = f"account/{account.replace('~', '/')}"
    command = CloseAccount(operation=new_id(), account=key, expected_version=2)
    founding = world.founding("alpha")
    await founding._writer.create(founding._operator, command, key)
