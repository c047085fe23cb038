"""What somebody without a token costs: nothing of a body is read before it is known who calls."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.custody.passphrases import Passphrases
from tests.support.gateways import PASSPHRASE, Alpha, gateway_of_alpha
from tests.support.rest import code_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
SOME = "0" * 32
PATHS = ["/v1/rules", "/v1/rules:lint", "/v1/grades:plan", f"/v1/applications/{SOME}:approve"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha")) as found:
        yield found


class Body:
    """A body that notes whether anybody wanted it."""

    read = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.read = True
        yield b"no JSON"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", [None, "Bearer stolen", "Basic YWxwaGE6YmV0YQ=="])
async def test_a_strangers_body_is_not_read(alpha: Alpha, path: str, token: str | None) -> None:
    body = Body()
    headers = {"content-type": "application/json"} | ({"authorization": token} if token else {})
    answer = await alpha.http.post(path, content=aiter(body), headers=headers)
    assert (answer.status_code, code_of(answer)) == (401, "not-authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert not body.read

    known = headers | {"authorization": f"Bearer {alpha.registrar.token}"}
    answer = await alpha.http.post(path, content=aiter(body), headers=known)
    assert (answer.status_code, code_of(answer)) == (400, "malformed-json")
    assert body.read


async def test_a_strangers_query_is_not_read(alpha: Alpha) -> None:
    answer = await alpha.http.get("/v1/members?nothing=1")
    assert (answer.status_code, code_of(answer)) == (401, "not-authenticated")
    answer = await alpha.registrar.get("/v1/members?nothing=1")
    assert (answer.status_code, code_of(answer)) == (422, "invalid-argument")


async def test_who_has_no_code_costs_no_slow_hash(
    alpha: Alpha, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    slow = Passphrases.hash

    async def noted(passphrases: Passphrases, passphrase: str) -> str:
        hashed.append(passphrase)
        return await slow(passphrases, passphrase)

    monkeypatch.setattr(Passphrases, "hash", noted)
    codes = {one.login: one.code for one in alpha.world.invitations["alpha"]}
    body = {"login": "registrar-2", "code": "AAAA-AAAA-AAAA-AAAA", "passphrase": PASSPHRASE}
    wrong = await alpha.http.post("/v1/accounts:activate", json=body)
    assert (wrong.status_code, code_of(wrong), hashed) == (401, "credentials-refused", [])
    right = await alpha.http.post(
        "/v1/accounts:activate", json=body | {"code": codes["registrar-2"]}
    )
    assert (right.status_code, hashed) == (200, [PASSPHRASE])


async def test_a_method_that_is_not_taken_is_told_all_that_are(alpha: Alpha) -> None:
    answer = await alpha.http.delete("/v1/rules")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_nobody_is_sent_to_an_address_that_the_request_made_up(alpha: Alpha) -> None:
    answer = await alpha.http.get("/v1/me/", headers={"host": "elsewhere.example"})
    assert (answer.status_code, code_of(answer)) == (404, "not-found")
