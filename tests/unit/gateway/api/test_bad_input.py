"""Whatever is wrong with a body: one problem that names the field, and nothing half done."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.support.gateways import Alpha, Caller, gateway_of_alpha

pytestmark = pytest.mark.asyncio(loop_scope="module")
APPLICATION = {"role": "student", "login": "zoe", "name": "Zoë", "documents": "passport"}
ACTIVATION = {"login": "zoe", "code": "AAAA-AAAA-AAAA-AAAA", "passphrase": "correct horse battery"}
CREDENTIALS = {"login": "zoe", "passphrase": "correct horse battery"}
NEW_PASSPHRASE = {"passphrase": "correct horse battery", "new_passphrase": "nine grey herons"}
VERIFIED = {"identity_verified": True}
SOME = "0" * 32
BODIES: list[tuple[str, dict[str, Any]]] = [
    ("/v1/applications", APPLICATION),
    ("/v1/accounts:activate", ACTIVATION),
    ("/v1/tokens", CREDENTIALS),
    ("/v1/me:change-passphrase", NEW_PASSPHRASE),
    (f"/v1/applications/{SOME}:approve", VERIFIED),
    (f"/v1/applications/{SOME}:reissue-code", VERIFIED),
    (f"/v1/applications/{SOME}:refuse", {"reason": "Not legible."}),
]
PATHS = [path for path, _ in BODIES]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    async with gateway_of_alpha(tmp_path_factory.mktemp("alpha")) as found:
        yield found


async def refused(alpha: Alpha, path: str, body: Any, *, status: int = 422) -> dict[str, Any]:
    answer = await alpha.registrar.post(path, body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    return problem


@pytest.mark.parametrize(("path", "body"), BODIES, ids=PATHS)
async def test_an_unknown_field(alpha: Alpha, path: str, body: dict[str, Any]) -> None:
    problem = await refused(alpha, path, body | {"extra": 1})
    assert problem["field"] == "/extra"
    assert problem["type"] == "urn:crosscredit:problem:invalid-argument"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [(path, body, field) for path, body in BODIES for field in body],
)
async def test_a_wrong_type(alpha: Alpha, path: str, body: dict[str, Any], field: str) -> None:
    for wrong in (7, [], {}, None, "yes" if isinstance(body[field], bool) else 1.5):
        problem = await refused(alpha, path, body | {field: wrong})
        assert problem["field"] == f"/{field}"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [(path, body, field) for path, body in BODIES for field in body if field != "documents"],
)
async def test_a_missing_field(alpha: Alpha, path: str, body: dict[str, Any], field: str) -> None:
    less = {name: value for name, value in body.items() if name != field}
    assert (await refused(alpha, path, less))["field"] == f"/{field}"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [(p, b, f) for p, b in BODIES for f, v in b.items() if isinstance(v, str)],
)
async def test_a_text_too_long(alpha: Alpha, path: str, body: dict[str, Any], field: str) -> None:
    problem = await refused(alpha, path, body | {field: "x" * 5000})
    assert problem["field"] == f"/{field}"
    assert "xxxx" not in json.dumps(problem), "the value is not repeated"


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "  blank ", ""])
async def test_a_name_that_cannot_be_shown(alpha: Alpha, text: str) -> None:
    assert (await refused(alpha, "/v1/applications", APPLICATION | {"name": text}))["field"] == (
        "/name"
    )


@pytest.mark.parametrize("login", ["", "ab", "Zoe", "zoe\n", "zo e", "1zoe", "zoé", "x" * 65])
async def test_a_login_of_another_form(alpha: Alpha, login: str) -> None:
    problem = await refused(alpha, "/v1/applications", APPLICATION | {"login": login})
    assert problem["field"] == "/login"


async def test_a_role_that_one_does_not_apply_for(alpha: Alpha) -> None:
    for role in ("registrar", "operator", "STUDENT", ""):
        problem = await refused(alpha, "/v1/applications", APPLICATION | {"role": role})
        assert problem["field"] == "/role"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"", b"[1"])
async def test_no_json(alpha: Alpha, body: bytes) -> None:
    answer = await alpha.http.post(
        "/v1/tokens", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_json_that_is_no_object(alpha: Alpha) -> None:
    for body in ([], 7, "text", True):
        await refused(alpha, "/v1/tokens", body)


async def test_a_body_that_is_far_too_long(alpha: Alpha) -> None:
    problem = await refused(alpha, "/v1/tokens", {"login": "x" * 200_000}, status=413)
    assert problem["type"] == "urn:crosscredit:problem:too-large"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[" * 60_000, "/0" * 17),
        (
            b'{"login": "a,\\"]", "code": [1, ' + b"[" * 400 + b"]" * 401 + b"}",
            "/code/1" + "/0" * 15,
        ),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "/a" * 16 + "/"),
    ],
)
async def test_deep_json(alpha: Alpha, body: bytes, field: str) -> None:
    answer = await alpha.http.post(
        "/v1/tokens", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == field


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
async def test_an_idempotency_key_of_another_form(alpha: Alpha, key: str) -> None:
    answer = await alpha.registrar.post(
        f"/v1/applications/{SOME}:approve", VERIFIED, headers={"Idempotency-Key": key.encode()}
    )
    assert answer.status_code == 422
    assert answer.json()["field"] == "/Idempotency-Key"


@pytest.mark.parametrize(
    "path",
    ["/v1/records/enrolment/x", "/v1/records/nothing/alphaMSP", "/v1/operations/x", "/v1/nowhere"],
)
async def test_addresses_that_name_nothing(alpha: Alpha, path: str) -> None:
    answer = await alpha.registrar.get(path)
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 401),
        ("Application/JSON ; Charset=UTF-8", 401),
        ('application/json;charset="utf-8"', 401),
        ("application/json; charset=utf-16", 415),
        ("application/problem+json", 415),
        ("text/plain", 415),
    ],
)
async def test_a_body_is_announced_as_json(alpha: Alpha, media_type: str, status: int) -> None:
    answer = await alpha.http.post(
        "/v1/tokens", content=json.dumps(CREDENTIALS), headers={"Content-Type": media_type}
    )
    assert answer.status_code == status


async def test_a_method_that_is_not_taken(alpha: Alpha) -> None:
    answer = await alpha.registrar.get("/v1/tokens")
    assert answer.status_code == 405
    assert answer.json()["type"] == "urn:crosscredit:problem:method-not-allowed"


async def test_nothing_was_done(alpha: Alpha) -> None:
    """All of the above left no application, and no login attempt that blocks anybody."""
    listed = (await alpha.registrar.get("/v1/applications")).json()
    assert listed == {"applications": []}


async def test_an_unexpected_error_shows_nothing_of_itself(
    alpha: Alpha, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    gateway = alpha.world.gateways["alpha"]
    monkeypatch.setattr(type(gateway.core.records), "stored", broken)
    transport = httpx.ASGITransport(gateway.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://alpha") as http:
        answer = await Caller(http, alpha.registrar.token).get("/v1/records/constitution")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:crosscredit:problem:internal-error"
    assert "secret" not in answer.text
