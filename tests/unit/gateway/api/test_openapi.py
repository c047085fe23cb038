"""The OpenAPI document and docs/spec/rest.md say what the code does."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute

import gateway.bootstrap.learning
import gateway.bootstrap.recognition
from chaincode.domain.errors import DomainError
from gateway.api import exchange_errors, problems
from gateway.api.app import CORE, create_app
from gateway.api.examples import EXAMPLES
from gateway.api.openapi import PARAMETERS, TAGS
from gateway.api.strict import StrictRoute
from gateway.services.errors import LedgerRefused, ServiceError
from tests.support.rest import Interface

ROUTERS = (*gateway.bootstrap.learning.ROUTERS, *gateway.bootstrap.recognition.ROUTERS)
PAGE = Path(__file__).parents[4] / "docs" / "spec" / "rest.md"


async def nothing() -> None:
    """Neither start nor stop."""


@pytest.fixture(scope="module")
def interface() -> Interface:
    app = create_app(
        title="Alpha",
        services={},
        routers=ROUTERS,
        is_ledger=True,
        start=nothing,
        stop=nothing,
    )
    return Interface(app.openapi())


def test_every_operation_is_described(interface: Interface) -> None:
    tags = {name for name, _ in TAGS}
    for name, operation in interface.operations.items():
        document = operation.document
        assert re.fullmatch(r"[a-z_]+", name)
        assert document["description"]
        assert set(document["tags"]) <= tags
        if "health" not in document["tags"]:
            assert document["responses"]["4XX"] == {"$ref": "#/components/responses/Problem"}
            assert document["responses"]["5XX"] == {"$ref": "#/components/responses/Problem"}


def test_every_parameter_and_answer_is_described(interface: Interface) -> None:
    said = set()
    for operation in interface.operations.values():
        for parameter in operation.document.get("parameters", ()):
            said.add((parameter["name"], parameter["description"]))
        for answer in operation.document["responses"].values():
            assert "$ref" in answer or answer["description"] not in {"", "Successful Response"}
    assert said >= PARAMETERS.items()


def test_header_fields_of_answers_are_described(interface: Interface) -> None:
    problem = interface.document["components"]["responses"]["Problem"]
    assert problem["headers"].keys() == {"WWW-Authenticate", "Allow", "Retry-After"}
    fields = {
        name: {field for answer in item.document["responses"].values() for field in _fields(answer)}
        for name, item in interface.operations.items()
    }
    assert fields["read_work"] == {"Content-Digest", "Content-Disposition"}
    assert fields["read_decision"] == {"Content-Language"}
    assert fields["propose_course"] == {"Location"}
    assert fields["read_course"] == set()


def _fields(answer: Any) -> set[str]:
    return set(answer.get("headers", ()))


def test_every_body_has_an_example_that_is_one(interface: Interface) -> None:
    taking = {name: item for name, item in interface.operations.items() if item.body is not None}
    assert EXAMPLES.keys() == taking.keys()
    for name, operation in taking.items():
        schema = {**(operation.body or {}), "components": interface.document["components"]}
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        shown = operation.document["requestBody"]["content"]["application/json"]["example"]
        validator.validate(shown)
        assert not validator.is_valid(shown | {"unexpected": 1}), name


def test_every_time_is_in_utc_and_whole_seconds(interface: Interface) -> None:
    schemas = interface.document["components"]["schemas"]
    for model, field in (
        ("RequestVerificationBody", "expires_at"),
        ("OperationDocument", "created_at"),
    ):
        described = schemas[model]["properties"][field]
        validator = jsonschema_rs.Draft202012Validator(described, validate_formats=True)
        assert validator.is_valid("2026-11-22T09:00:00Z")
        for other in (
            "2026-11-22T09:00:00+01:00",
            "2026-11-22T09:00:00.5Z",
            "3000-01-01T00:00:00Z",
        ):
            assert not validator.is_valid(other)


def test_every_default_is_a_value_that_may_be_sent(interface: Interface) -> None:
    def defaults(schema: Any) -> Iterator[dict[str, Any]]:
        if isinstance(schema, dict):
            if schema.get("default") is not None:
                yield schema
            for item in schema.values():
                yield from defaults(item)

    components = interface.document["components"]
    found = list(defaults(components["schemas"]))
    assert found
    for schema in found:
        whole = {**schema, "components": components}
        jsonschema_rs.Draft202012Validator(whole).validate(schema["default"])


def test_every_route_for_people_is_strict() -> None:
    lenient = {
        route.name
        for router in (*CORE, *ROUTERS)
        for route in router.routes
        if isinstance(route, APIRoute) and not isinstance(route, StrictRoute)
    }
    signed = {"take_body", "give_body", "give_evidence", "give_values", "take_message"}
    assert lenient == {"alive", "ready"} | signed


def test_the_page_has_every_problem_with_its_status() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([0-9]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    found = {code: int(status) for code, status in rows}
    expected = {"internal-error": 500}
    expected |= {code: status for status, (code, _) in problems._HTTP_TITLES.items()}
    expected |= {error.code: error.status for error in kinds(ServiceError)}
    expected |= {error.code: problems.status_of(error.code) for error in kinds(DomainError)}
    assert found == expected
    assert len(rows) == len(found), "each code stands once"


def kinds(base: Any) -> Iterator[Any]:
    for kind in base.__subclasses__():
        yield from kinds(kind)
        # What other gateways are told stands in docs/spec/exchange.md.
        ours = kind.__module__.startswith(("gateway.", "chaincode."))
        if ours and kind.__module__ != exchange_errors.__name__ and kind is not LedgerRefused:
            yield kind
