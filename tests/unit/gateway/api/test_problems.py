"""Every error of the domain and of the use cases leaves as one problem with a stable type."""

import importlib
import pkgutil
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

import gateway.services
from chaincode.domain import errors as domain_errors
from chaincode.domain.errors import DomainError
from chaincode.domain.json_value import JsonValue
from gateway.api import problems
from gateway.services.errors import LedgerRefused, ServiceError, TooManyAttempts

EXPECTED = {
    "account-inactive": 403,
    "already-redeemed": 409,
    "ballot-closed": 409,
    "ballot-open": 409,
    "check-failed": 422,
    "commitment-mismatch": 422,
    "consent-missing": 403,
    "constitution-unexpected": 409,
    "framework-broken": 409,
    "invalid-argument": 422,
    "not-elector": 403,
    "not-party": 403,
    "not-permitted": 403,
    "outside-window": 409,
    "private-input-forbidden": 500,
    "private-input-missing": 500,
    "record-corrupt": 502,
    "record-exists": 409,
    "record-not-found": 404,
    "rule-not-in-force": 409,
    "stale-reference": 409,
    "too-intricate": 422,
    "unknown-operation": 500,
    "version-conflict": 409,
    "wrong-state": 409,
}


def every(base: type[Exception]) -> Iterator[type[Exception]]:
    for kind in base.__subclasses__():
        yield kind
        yield from every(kind)


def service_errors() -> list[type[Exception]]:
    for module in pkgutil.iter_modules(gateway.services.__path__):
        importlib.import_module(f"gateway.services.{module.name}")
    return sorted(every(ServiceError), key=lambda kind: kind.__name__)


async def answer(error: Exception) -> httpx.Response:
    app = FastAPI()
    problems.install(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://alpha") as http:
        return await http.get("/")


def test_every_code_of_the_domain_has_a_status() -> None:
    codes = {kind.code for kind in every(DomainError) if issubclass(kind, DomainError)}
    assert codes == EXPECTED.keys()
    assert domain_errors.DomainError.code not in codes


@pytest.mark.parametrize(("code", "status"), EXPECTED.items())
async def test_a_contracts_refusal(code: str, status: int) -> None:
    found = await answer(LedgerRefused(code, "said", field="parts.0.weight", facts={"actual": 2}))
    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
    problem = found.json()
    assert problem.pop("instance").startswith("urn:crosscredit:request:")
    assert problem == {
        "type": f"urn:crosscredit:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": "said",
        "field": "/parts/0/weight",
        "facts": {"actual": 2},
    }


@pytest.mark.parametrize("kind", service_errors(), ids=lambda kind: kind.__name__)
def test_a_use_cases_error_names_code_status_and_title(kind: type[ServiceError]) -> None:
    if kind is LedgerRefused:
        return
    assert kind.code == kind.code.lower().replace("_", "-").replace(" ", "-")
    assert kind.code != "refused", "an error of its own has a code of its own"
    assert kind.status in range(400, 600)
    assert kind.title != "Refused"


async def test_a_domain_error_in_a_use_case() -> None:
    found = await answer(domain_errors.VersionConflict("course/x", expected=1, actual=2))
    assert found.status_code == 409
    assert found.json()["facts"] == {"key": "course/x", "expected": 1, "actual": 2}


async def test_who_has_to_wait_is_told_how_long() -> None:
    found = await answer(TooManyAttempts("wait", facts={"retry_after": 30}))
    assert (found.status_code, found.headers["retry-after"]) == (429, "30")


@pytest.mark.parametrize(
    "kind", [kind for kind in service_errors() if getattr(kind, "status", 0) == 401]
)
async def test_who_has_to_say_who_they_are_is_told_how(kind: type[ServiceError]) -> None:
    found = await answer(kind("said"))
    assert (found.status_code, found.headers["www-authenticate"]) == (401, "Bearer")


_USE: dict[str, JsonValue] = {"redeemer": "alphaMSP", "amount": 550, "number": 1}
_FACTS: dict[str, JsonValue] = {"left": 50, "wanted": 600, "awarded": 600, "by": [_USE]}
_SHOWN = {
    "left": "0.50",
    "wanted": "6.00",
    "awarded": "6.00",
    "by": [{"redeemer": "alphaMSP", "amount": "5.50", "number": 1}],
}


async def test_amounts_among_the_facts_are_texts() -> None:
    found = await answer(LedgerRefused("already-redeemed", "said", facts=_FACTS))
    assert found.json()["facts"] == _SHOWN


def test_an_operations_problem_is_that_of_a_response() -> None:
    stored: dict[str, JsonValue] = {
        "code": "already-redeemed",
        "detail": "said",
        "field": "credits.0",
        "facts": _FACTS,
    }
    assert problems.of_operation(stored, instance="/v1/operations/1") == {
        "type": "urn:crosscredit:problem:already-redeemed",
        "title": "Already redeemed",
        "status": 409,
        "detail": "said",
        "instance": "/v1/operations/1",
        "field": "/credits/0",
        "facts": _SHOWN,
    }


async def test_what_nobody_expected_shows_nothing() -> None:
    found = await answer(RuntimeError("Maria's mark"))
    assert found.status_code == 500
    assert "Maria" not in found.text


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("login", "/login"),
        ("parts.0.weight", "/parts/0/weight"),
        ("/already", "/already"),
        ("a~b.c/d", "/a~0b/c~1d"),
    ],
)
def test_a_path_becomes_a_json_pointer(field: str, expected: str) -> None:
    assert problems.pointer(field) == expected
