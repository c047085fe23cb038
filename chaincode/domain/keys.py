"""Where records stand: `kind/owner/random[/number][/member]`.

The number tells versions apart, the member what each member says about one record.
"""

import re
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import StringConstraints

from chaincode.domain.errors import InvalidArgument


class Kind(StrEnum):
    """The closed list of record kinds."""

    ACCOUNT = "account"
    AGREEMENT = "agreement"
    ATTENDANCE = "attendance"
    BALLOT = "ballot"
    CERTIFICATION = "certification"
    CONSENT = "consent"
    CONSTITUTION = "constitution"
    COURSE = "course"
    CREDIT = "credit"
    DECISION = "decision"
    ENROLMENT = "enrolment"
    FRAMEWORK = "framework"
    GRADE = "grade"
    MEMBER = "member"
    PROGRAMME = "programme"
    REDEMPTION = "redemption"
    REQUEST = "request"
    RULE = "rule"
    RULING = "ruling"
    SERIES = "series"
    TERM = "term"
    TRANSFER = "transfer"
    VERDICT = "verdict"
    VOTE = "vote"
    WORK = "work"


CONSTITUTION_KEY = "constitution"

_MEMBER = r"/[A-Za-z][A-Za-z0-9-]{0,30}MSP"
_OWNED = rf"{_MEMBER}/[0-9a-f]{{32}}"
_NUMBER = r"/[1-9][0-9]{0,3}"
AccountKey = Annotated[str, StringConstraints(pattern=rf"^account{_OWNED}$")]
AgreementKey = Annotated[str, StringConstraints(pattern=rf"^agreement{_OWNED}$")]
CertificationKey = Annotated[
    str, StringConstraints(pattern=rf"^certification{_OWNED}{_NUMBER}{_MEMBER}$")
]
CourseKey = Annotated[str, StringConstraints(pattern=rf"^course{_OWNED}{_NUMBER}$")]
DecisionKey = Annotated[str, StringConstraints(pattern=rf"^decision{_OWNED}$")]
EnrolmentKey = Annotated[str, StringConstraints(pattern=rf"^enrolment{_OWNED}$")]
ProgrammeKey = Annotated[str, StringConstraints(pattern=rf"^programme{_OWNED}{_NUMBER}$")]
RequestKey = Annotated[str, StringConstraints(pattern=rf"^request{_OWNED}$")]
RuleKey = Annotated[str, StringConstraints(pattern=rf"^rule{_OWNED}{_NUMBER}$")]
SeriesKey = Annotated[str, StringConstraints(pattern=rf"^series{_OWNED}$")]
TermKey = Annotated[str, StringConstraints(pattern=rf"^term{_OWNED}$")]
RecordKey = Annotated[
    str,
    StringConstraints(
        pattern=rf"^(constitution|(member|framework){_MEMBER}|[a-z]+{_OWNED}({_NUMBER})?({_MEMBER})?)$"
    ),
]

_PARTS = re.compile(
    r"(?P<kind>[a-z]+)/(?P<owner>[^/]+)/(?P<identifier>[0-9a-f]{32})"
    rf"(?:/(?P<number>[1-9][0-9]{{0,3}}))?(?:{_MEMBER})?"
)


class KeyParts(NamedTuple):
    """A record key taken apart."""

    kind: Kind
    owner: str
    identifier: str
    number: int | None


def record_key(kind: Kind, owner: str, identifier: str, number: int | None = None) -> str:
    """Build `kind/owner/identifier[/number]`."""
    return f"{kind}/{owner}/{identifier}" + (f"/{number}" if number is not None else "")


def member_key(owner: str) -> str:
    """Build the key of a member's profile."""
    return f"{Kind.MEMBER}/{owner}"


def split_key(key: str) -> KeyParts:
    """Take `kind/owner/identifier[/number][/member]` apart.

    Raises:
        InvalidArgument: the text is no such key.
    """
    found = _PARTS.fullmatch(key)
    if not found or found["kind"] not in set(Kind):
        raise InvalidArgument("this is no record key", field="key")
    number = int(found["number"]) if found["number"] else None
    return KeyParts(Kind(found["kind"]), found["owner"], found["identifier"], number)


def framework_key(authority: str) -> str:
    """Build the key under which an authority's framework rules in force are listed."""
    return f"{Kind.FRAMEWORK}/{authority}"


def word_key(kind: Kind, about: str, member: str) -> str:
    """The key of one member's word (a vote, a certification) about a numbered record."""
    parts = split_key(about)
    return f"{record_key(kind, parts.owner, parts.identifier, parts.number)}/{member}"


def counterpart(key: str, kind: Kind) -> str:
    """The key of another kind that shares owner, identifier and number: a rule and its ballot."""
    parts = split_key(key)
    return record_key(kind, parts.owner, parts.identifier, parts.number)


def sibling(key: str, kind: Kind) -> str:
    """The key of another kind that shares owner and identifier: the four slots of an enrolment."""
    parts = split_key(key)
    return record_key(kind, parts.owner, parts.identifier)


def collection_of(member: str) -> str:
    """The private data collection of one member."""
    return f"values-{member}"
