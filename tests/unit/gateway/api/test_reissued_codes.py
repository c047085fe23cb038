"""A lost activation code is replaced by a registrar, for who applied and for nobody else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from gateway.model.people import Person
from gateway.services.accounts import Accounts
from gateway.services.records import Records
from tests.support.gateways import (
    PASSPHRASE,
    Alpha,
    activate,
    apply,
    gateway_of_alpha,
    log_in,
    sign_up,
)
from tests.support.rest import code_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
VERIFIED = {"identity_verified": True}


class Clock:
    """The sandbox's time, that a test moves."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha")) as found:
        yield found


async def approved(alpha: Alpha, login: str) -> tuple[str, str]:
    """An approved application, and the first code."""
    application = await apply(alpha.http, login)
    answer = await alpha.registrar.post(f"/v1/applications/{application}:approve", VERIFIED)
    assert answer.status_code == 200
    return application, answer.json()["activation_code"]


async def reissue(alpha: Alpha, application: str, body: Any = VERIFIED) -> httpx.Response:
    return await alpha.registrar.post(f"/v1/applications/{application}:reissue-code", body)


async def take_over(
    alpha: Alpha, login: str, code: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    body = {"login": login, "code": code, "passphrase": PASSPHRASE}
    return await alpha.http.post("/v1/accounts:activate", json=body, headers=headers or {})


async def test_the_new_code_is_good_and_the_old_one_no_more(alpha: Alpha) -> None:
    application, lost = await approved(alpha, "lea")
    with capture_logs() as logged:
        answer = await reissue(alpha, application)
    assert answer.status_code == 200
    code = answer.json()["activation_code"]
    assert code != lost
    assert code_of(await take_over(alpha, "lea", lost)) == "credentials-refused"
    assert (await take_over(alpha, "lea", code)).status_code == 200
    assert (await log_in(alpha.http, "lea")).token

    account = (await alpha.registrar.get("/v1/me")).json()["account"]
    events = [item for item in logged if item["event"] == "activation code reissued"]
    assert [(item["application"], item["by"]) for item in events] == [
        (application, f"account/{account.replace('~', '/')}")
    ]
    assert code not in repr(logged)
    assert "lea" not in repr(events)


async def test_each_call_gives_another_code_and_only_the_last_is_good(alpha: Alpha) -> None:
    application, _ = await approved(alpha, "mona")
    first, last = [(await reissue(alpha, application)).json() for _ in range(2)]
    assert code_of(await take_over(alpha, "mona", first["activation_code"])) == (
        "credentials-refused"
    )
    await activate(alpha.http, "mona", last["activation_code"])


async def test_the_approval_again_shows_no_code_that_was_replaced(alpha: Alpha) -> None:
    path = f"/v1/applications/{await apply(alpha.http, 'nico')}"
    key = {"Idempotency-Key": "approve-nico"}
    await alpha.registrar.post(f"{path}:approve", VERIFIED, headers=dict(key))
    await alpha.registrar.post(f"{path}:reissue-code", VERIFIED)
    again = await alpha.registrar.post(f"{path}:approve", VERIFIED, headers=key)
    assert (again.status_code, again.json()["activation_code"]) == (200, None)


async def test_an_expired_code_is_replaced(tmp_path_factory: pytest.TempPathFactory) -> None:
    clock = Clock()
    async with gateway_of_alpha(tmp_path_factory.mktemp("late"), clock=clock) as alpha:
        application, expired = await approved(alpha, "olga")
        clock.ahead = timedelta(days=14, minutes=1)
        late = Alpha(alpha.world, alpha.http, await log_in(alpha.http, "registrar-1"))
        assert code_of(await take_over(late, "olga", expired)) == "credentials-refused"
        answer = (await reissue(late, application)).json()
        left = datetime.fromisoformat(answer["expires_at"]) - clock()
        assert timedelta(days=13, hours=23) < left <= timedelta(days=14)
        await activate(late.http, "olga", answer["activation_code"])


@pytest.mark.parametrize("role", ["student", "teacher"])
async def test_only_registrars_replace_codes(alpha: Alpha, role: str) -> None:
    application, code = await approved(alpha, f"pia.{role}")
    other = await sign_up(alpha.registrar, f"quin.{role}", role)
    refused = await other.post(f"/v1/applications/{application}:reissue-code", VERIFIED)
    assert (refused.status_code, code_of(refused)) == (403, "not-permitted")
    await activate(alpha.http, f"pia.{role}", code)


async def test_who_asks_has_to_be_verified(alpha: Alpha) -> None:
    application, _ = await approved(alpha, "rosa")
    refused = await reissue(alpha, application, {"identity_verified": False})
    assert (code_of(refused), refused.json()["field"]) == ("invalid-argument", "/identity_verified")
    assert (await reissue(alpha, application)).status_code == 200


async def test_before_the_approval_and_after_a_refusal_there_is_no_code(alpha: Alpha) -> None:
    application = await apply(alpha.http, "sara")
    early = await reissue(alpha, application)
    assert (early.status_code, code_of(early)) == (409, "wrong-state")
    await alpha.registrar.post(f"/v1/applications/{application}:refuse", {"reason": "no"})
    assert code_of(await reissue(alpha, application)) == "wrong-state"
    assert code_of(await reissue(alpha, "0" * 32)) == "not-found"


async def test_who_has_taken_the_account_over_gets_no_code(alpha: Alpha) -> None:
    application, code = await approved(alpha, "tina")
    await activate(alpha.http, "tina", code)
    late = await reissue(alpha, application)
    assert (late.status_code, code_of(late)) == (409, "wrong-state")


async def test_while_the_account_is_being_taken_over_its_code_stays(
    alpha: Alpha, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, code = await approved(alpha, "ute")
    peer, load = alpha.world.consortium.peers["alphaMSP"], Records.load

    async def load_and_break(*arguments: Any) -> Any:
        found = await load(*arguments)
        peer.available = False
        return found

    headers = {"Idempotency-Key": "activate-ute", "Prefer": "wait=0"}
    try:
        with monkeypatch.context() as patched:
            patched.setattr(Records, "load", load_and_break)
            begun = await take_over(alpha, "ute", code, headers)
        assert begun.status_code == 202, begun.text
        assert code_of(await reissue(alpha, application)) == "wrong-state"
    finally:
        peer.available = True
    done = await take_over(alpha, "ute", code, headers | {"Prefer": "wait=20"})
    assert done.status_code == 200, done.text
    assert (await log_in(alpha.http, "ute")).token


async def test_a_code_that_is_replaced_while_it_is_typed_is_good_no_more(
    alpha: Alpha, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, lost = await approved(alpha, "vera")
    found = Accounts._account
    codes: list[str] = []

    async def meanwhile(accounts: Accounts, person: str) -> Any:
        codes.append((await reissue(alpha, application)).json()["activation_code"])
        return await found(accounts, person)

    with monkeypatch.context() as patched:
        patched.setattr(Accounts, "_account", meanwhile)
        assert code_of(await take_over(alpha, "vera", lost)) == "credentials-refused"
    await activate(alpha.http, "vera", codes[0])


async def test_nobody_gets_the_code_of_another_registrar(alpha: Alpha) -> None:
    """Its account was made by the operator's founding: no application leads to it."""
    async with alpha.world.gateways["alpha"].core.database.reading() as session:
        (second,) = await session.find(Person, login="registrar-2")
    assert code_of(await reissue(alpha, second.id)) == "not-found"
    listed = (await alpha.registrar.get("/v1/applications")).json()["applications"]
    assert "registrar-2" not in {item["login"] for item in listed}
