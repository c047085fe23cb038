"""The OpenAPI document: what FastAPI knows, with problems, files, examples and words added."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.api.examples import EXAMPLES
from gateway.api.problems import MEDIA_TYPE, Problem

TAGS: Final = (
    ("people", "Applications, accounts, access tokens."),
    ("courses", "Courses that teachers propose and registrars check."),
    ("programmes", "What degrees ask for, and the terms on which deadlines stand."),
    ("enrolments", "Students in courses, each under a pseudonym for its university."),
    ("work", "Work that is handed in: sealed here, committed on the ledger."),
    ("grades", "Marks, corrections and their review."),
    ("credits", "Applications for credits, checks, awards."),
    ("verifications", "The asking side: requests for a credit's evidence, reviews, verdicts."),
    ("requests", "The holder's side: who asks, and the answer."),
    ("agreements", "What student, host and home agree on: courses there for courses at home."),
    ("rules", "What counts for what: proposed by one member, adopted by the votes of others."),
    ("corrections", "Grades corrected after the award, and what an authority says of a credit."),
    ("bulk", "Grades, corrections and rulings of many students: listed first, then as listed."),
    ("certifications", "What members say of the quality of each other's courses."),
    ("recognitions", "Students ask a university to count their credits towards a degree."),
    ("decisions", "What was decided of it and why; registrars confirm, anybody concerned replays."),
    ("inbox", "What changed: of decisions, and of credits that something rests on."),
    ("transfers", "Students who take their credits along to another home."),
    ("operations", "What became of a write."),
    ("ledger", "Members, and any record by its id."),
    ("health", "For machines that watch this one."),
)
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
_REFERENCE: Final = "#/components/schemas/{model}"
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
_LEFT_OUT: Final = ("HTTPValidationError", "ValidationError")
PARAMETERS: Final = {
    "after": "Where a page ended: its `next`. Left out, the first page.",
    "agreement": "The agreement's id.",
    "application": "The application's id.",
    "certification": "The certificate's id: the course version's, then `~<member>`.",
    "course": "The course version's id.",
    "credit": "The credit's id, which is its enrolment's.",
    "decision": "The decision's id.",
    "enrolment": "The enrolment's id.",
    "expected_version": "The version of the record that was seen.",
    "holder": "The person's id: `person` of the application.",
    "kind": "What the record's ledger key begins with.",
    "member": "The MSP id of the member whose records these are; left out, the own one.",
    "notice": "The notice's id.",
    "number": "Its place in the list, from 1.",
    "operation": "The operation's id.",
    "part": "The part of the course that the work is for.",
    "plan": "The plan's id.",
    "programme": "The programme version's id.",
    "record": "The record's id: its ledger key without the kind, with `~` for `/`.",
    "request": "The verification request's id.",
    "rule": "The rule version's id.",
    "status": "Those in this status alone; left out, all.",
    "term": "The term's id.",
    "transfer": "The transfer's id.",
}
"""By name; what an endpoint says of a parameter of its own goes before."""
_UNSAID: Final = "Successful Response"


class DescribedApp(FastAPI):
    """An application whose OpenAPI document says all that its answers may be."""

    def openapi(self) -> dict[str, Any]:
        """The document; it is made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _described(self)
        made: dict[str, Any] = self.openapi_schema
        return made


def _described(app: FastAPI) -> dict[str, Any]:
    document: dict[str, Any] = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
    )
    components = document["components"]
    for name in _LEFT_OUT:
        components["schemas"].pop(name, None)
    components["schemas"] |= _schemas()
    components["responses"] = {
        "Problem": {
            "description": "A problem (RFC 9457).",
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="Problem")}}},
            "headers": {
                "WWW-Authenticate": _header("With 401: how to say who calls."),
                "Allow": _header("With 405: the methods that this address takes."),
                "Retry-After": _header("With 429: the seconds to wait."),
            },
        }
    }
    for path in document["paths"].values():
        for operation in path.values():
            _describe(operation)
            _explain(operation, components["schemas"])
    return document


def _schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=_REFERENCE)
    named: dict[str, Any] = schema.pop("$defs", {})
    return named | {"Problem": schema}


def _describe(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "health" not in operation["tags"]:
        responses.pop("422", None)
        responses |= {"4XX": _PROBLEM, "5XX": _PROBLEM}
    if "202" in responses:
        responses["202"]["headers"] = {"Location": _header("Where its outcome is.")}
    if any(parameter["name"] == "Accept-Language" for parameter in operation.get("parameters", ())):
        responses["200"]["headers"] = {"Content-Language": _header("The language of sentences.")}
    example = EXAMPLES.get(operation["operationId"])
    if example is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = example


def _explain(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Say what parameters and answers are where only their names and schemas do."""
    for parameter in operation.get("parameters", ()):
        if "description" not in parameter:
            parameter["description"] = PARAMETERS[parameter["name"]]
    for answer in operation["responses"].values():
        if answer.get("description") == _UNSAID:
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            named = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
            answer["description"] = named.get("description", "Done.")


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


FILE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file as it was handed in.",
        "content": {"*/*": _FILE},
        "headers": {
            "Content-Digest": _header("SHA-256 of the file (RFC 9530)."),
            "Content-Disposition": _header("The file's name (RFC 6266)."),
        },
    }
}
"""For endpoints that answer with work; its media type is whatever was handed in."""
