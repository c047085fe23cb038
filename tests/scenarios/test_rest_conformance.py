"""Whatever is sent, answers are what the OpenAPI document says, and never a failure inside.

Schemathesis makes the requests from the document, good ones and bad ones, always the same; they go
to alpha's gateway after the story was played there, with ids that lead somewhere.
"""

import contextlib
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from demo.story.cast import Cast
from gateway.sandbox import SandboxWorld

pytestmark = pytest.mark.thorough

_SEED = 20261122
_PER_OPERATION = 3
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_LEFT_OUT = {"log_out"}
"""It would end the caller's part in the test; its answers are held elsewhere."""


def _cases(operation: Any, mode: GenerationMode, ids: Mapping[str, object]) -> list[Case]:
    """The same few cases for each run."""
    found: list[Case] = []
    wanted = {item.name: ids[item.name] for item in operation.path_parameters if item.name in ids}

    @seed(_SEED)
    @settings(
        max_examples=_PER_OPERATION,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=wanted or None))
    def collect(case: Case) -> None:
        found.append(case)

    # Nothing can be wrong with an operation that takes nothing.
    with contextlib.suppress(Unsatisfiable):
        collect()
    return found


def _prepared(case: Case, headers: Mapping[str, str]) -> httpx.Request | None:
    """The case as a request; None where it is none that HTTP carries."""
    given = case.as_transport_kwargs(base_url="https://alpha.sandbox")
    given.pop("cookies", None)
    sent = {name: str(value) for name, value in (given.pop("headers") or {}).items()}
    try:
        return httpx.Request(
            given["method"],
            given["url"],
            params=given.get("params"),
            headers=sent | {"Prefer": "wait=5"} | dict(headers),
            **{name: given[name] for name in ("json", "content") if name in given},
            **({"content": given["data"]} if isinstance(given.get("data"), bytes) else {}),
        )
    except (ValueError, TypeError, httpx.InvalidURL):
        return None


async def test_answers_are_what_the_document_says(
    sandbox: SandboxWorld, cast: Cast, offered: str, awarded: str
) -> None:
    ids: dict[str, object] = {
        "course": offered,
        "enrolment": awarded,
        "credit": awarded,
        "number": 1,
        "kind": "course",
        "record": offered,
    }
    people = (cast.student.authorization, cast.home_registrar.authorization)
    app = sandbox.gateways["alpha"].app
    schema = schemathesis.openapi.from_dict(app.openapi())
    transport = httpx.ASGITransport(app)
    faults: list[str] = []
    statuses: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.definition.raw["operationId"] in _LEFT_OUT:
            continue
        good = _cases(operation, GenerationMode.POSITIVE, ids)
        bad = _cases(operation, GenerationMode.NEGATIVE, {})
        assert good, f"nothing was made for {operation.label}"
        calls = [(case, headers) for case in (*good, *bad) for headers in people]
        for case, headers in ((good[0], {}), *calls):
            request = _prepared(case, headers)
            if request is None:
                continue
            response = await transport.handle_async_request(request)
            await response.aread()
            response.request, response.elapsed = request, timedelta()
            statuses[response.status_code] += 1
            try:
                case.validate_response(response, checks=_CHECKS)
            except FailureGroup as failures:
                faults.append(f"{operation.label}: {failures.exceptions}")
    assert faults == []
    assert {200, 201, 401, 403, 404, 409, 422} <= statuses.keys()
