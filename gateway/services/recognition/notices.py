"""Notices that say what became of credits, where no decision says anything else."""

from typing import Annotated, Final

from pydantic import Field

from chaincode.domain import canonical
from chaincode.domain.commands.base import Arguments
from chaincode.domain.keys import CourseKey, EnrolmentKey, RecordKey
from chaincode.domain.values import Value
from gateway.model.recognition import Notice
from gateway.services.intent import new_id
from gateway.services.ports import Clock, SecretBox
from gateway.services.recognition.changes import Changed
from gateway.services.recognition.difference import Difference
from gateway.services.recognition.kept import KEPT_BYTES

NOTICE_PURPOSE: Final = "notice"


class ChangedCredit(Value):
    """What became of one credit."""

    enrolment: EnrolmentKey
    course: CourseKey
    changes: Annotated[tuple[Changed, ...], Field(min_length=1)]
    """The earliest first."""


class CreditsChanged(Arguments):
    """What an agreement or a granted degree rests on is not the same any more."""

    size_limit = KEPT_BYTES

    about: RecordKey
    """The agreement, or the decision."""
    credits: Annotated[tuple[ChangedCredit, ...], Field(min_length=1)]


def sealed_notice(
    box: SecretBox, clock: Clock, found: Difference | CreditsChanged, *, person: str | None
) -> Notice:
    """A notice for a student, or for the member's registrars where `person` is None."""
    identifier = new_id()
    about = found.decision if isinstance(found, Difference) else found.about
    sealed = box.seal(found.encode(), owner=identifier, purpose=NOTICE_PURPOSE)
    return Notice(identifier, person, about, sealed, clock())


def opened_notice(box: SecretBox, row: Notice) -> Difference | CreditsChanged:
    """What a notice says.

    Raises:
        SecretUnreadable: altered, or another master key.
    """
    plain = box.open(row.sealed, owner=row.id, purpose=NOTICE_PURPOSE)
    values = canonical.decode(plain, limit=KEPT_BYTES)
    return Difference.check(values) if "decision" in values else CreditsChanged.check(values)
