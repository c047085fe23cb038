"""Records in URLs and bodies: the ledger key without its kind, with "~" for "/"."""

from typing import Annotated

from pydantic import StringConstraints

from chaincode.domain.keys import Kind

_OWNED = r"[A-Za-z][A-Za-z0-9-]{0,30}MSP~[0-9a-f]{32}"

RecordId = Annotated[str, StringConstraints(pattern=rf"^{_OWNED}$", max_length=80)]
CourseId = Annotated[
    str, StringConstraints(pattern=rf"^{_OWNED}~[1-9][0-9]{{0,3}}$", max_length=85)
]


def identifier_of(key: str) -> str:
    """From `course/betaMSP/9f…/1` to `betaMSP~9f…~1`."""
    return key.partition("/")[2].replace("/", "~")


def key_of(kind: Kind, identifier: str) -> str:
    """From `betaMSP~9f…~1` to the ledger key; the patterns above hold its form."""
    return f"{kind.value}/{identifier.replace('~', '/')}"
