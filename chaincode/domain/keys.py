"""Where records stand: `kind/owner/random`, with a number for the versions of one course."""

import re
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import StringConstraints

from chaincode.domain.errors import InvalidArgument


class Kind(StrEnum):
    """The closed list of record kinds."""

    ACCOUNT = "account"
    CONSENT = "consent"
    CONSTITUTION = "constitution"
    COURSE = "course"
    CREDIT = "credit"
    ENROLMENT = "enrolment"
    GRADE = "grade"
    MEMBER = "member"
    REQUEST = "request"
    VERDICT = "verdict"
    WORK = "work"


CONSTITUTION_KEY = "constitution"

_OWNED = r"/[A-Za-z][A-Za-z0-9-]{0,30}MSP/[0-9a-f]{32}"
AccountKey = Annotated[str, StringConstraints(pattern=rf"^account{_OWNED}$")]
CourseKey = Annotated[str, StringConstraints(pattern=rf"^course{_OWNED}/[1-9][0-9]{{0,3}}$")]
EnrolmentKey = Annotated[str, StringConstraints(pattern=rf"^enrolment{_OWNED}$")]
RequestKey = Annotated[str, StringConstraints(pattern=rf"^request{_OWNED}$")]
RecordKey = Annotated[
    str,
    StringConstraints(
        pattern=rf"^(constitution|member/[A-Za-z][A-Za-z0-9-]{{0,30}}MSP|[a-z]+{_OWNED}(/[1-9][0-9]{{0,3}})?)$"
    ),
]

_PARTS = re.compile(
    r"(?P<kind>[a-z]+)/(?P<owner>[^/]+)/(?P<identifier>[0-9a-f]{32})(/[1-9][0-9]{0,3})?"
)


class KeyParts(NamedTuple):
    """A record key taken apart."""

    kind: Kind
    owner: str
    identifier: str


def record_key(kind: Kind, owner: str, identifier: str, number: int | None = None) -> str:
    """Build `kind/owner/identifier[/number]`."""
    return f"{kind}/{owner}/{identifier}" + (f"/{number}" if number is not None else "")


def member_key(owner: str) -> str:
    """Build the key of a member's profile."""
    return f"{Kind.MEMBER}/{owner}"


def split_key(key: str) -> KeyParts:
    """Take `kind/owner/identifier` apart.

    Raises:
        InvalidArgument: the text is no such key.
    """
    found = _PARTS.fullmatch(key)
    if not found or found["kind"] not in set(Kind):
        raise InvalidArgument("this is no record key", field="key")
    return KeyParts(Kind(found["kind"]), found["owner"], found["identifier"])


def sibling(key: str, kind: Kind) -> str:
    """The key of another kind that shares owner and identifier: the four slots of an enrolment."""
    parts = split_key(key)
    return record_key(kind, parts.owner, parts.identifier)


def collection_of(member: str) -> str:
    """The private data collection of one member."""
    return f"values-{member}"
