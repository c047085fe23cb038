"""Records in URLs and bodies: the ledger key without its kind, with "~" for "/"."""

import re
from typing import Annotated, Final

from pydantic import StringConstraints

from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind

OWNED: Final = r"[A-Za-z][A-Za-z0-9-]{0,30}MSP~[0-9a-f]{32}"

RecordId = Annotated[str, StringConstraints(pattern=rf"^{OWNED}$", max_length=80)]
CourseId = Annotated[str, StringConstraints(pattern=rf"^{OWNED}~[1-9][0-9]{{0,3}}$", max_length=85)]

RuleId = CourseId
"""A version of a rule; a course version's id has the same form."""
CertificationId = Annotated[
    str,
    StringConstraints(
        pattern=rf"^{OWNED}~[1-9][0-9]{{0,3}}~[A-Za-z][A-Za-z0-9-]{{0,30}}MSP$", max_length=120
    ),
]

ProgrammeId = CourseId


def identifier_of(key: str) -> str:
    """From `course/betaMSP/9f…/1` to `betaMSP~9f…~1`."""
    return key.partition("/")[2].replace("/", "~")


def key_of(kind: Kind, identifier: str) -> str:
    """From `betaMSP~9f…~1` to the ledger key; the patterns above hold its form."""
    return f"{kind.value}/{identifier.replace('~', '/')}"


_KEY = re.compile(
    r"(?:"
    + "|".join(kind.value for kind in Kind)
    + r")/[^/]+MSP/[0-9a-f]{32}(?:/[0-9]+)?(?:/[^/]+MSP)?"
)


def shown(value: JsonValue) -> JsonValue:
    """A value of an operation's result as REST shows it: ledger keys as identifiers."""
    return identifier_of(value) if isinstance(value, str) and _KEY.fullmatch(value) else value
