"""Which enrolments a plan is about: a course, a teacher, a period, or what they have in common."""

from collections.abc import Sequence
from datetime import datetime

from chaincode.domain.constitution import Constitution
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.keys import CONSTITUTION_KEY, AccountKey, CourseKey, split_key
from chaincode.domain.redemption import Redemption
from chaincode.domain.transfer import Transfer
from chaincode.domain.values import Instant
from gateway.services.bulk.plan import Asked
from gateway.services.records import Records

_PAGE = 200


class Selection(Asked):
    """What is selected; nothing given selects nothing."""

    course: CourseKey | None = None
    """A course version."""
    teacher: AccountKey | None = None
    first: Instant | None = None
    """From then on."""
    last: Instant | None = None
    """Until then."""

    @property
    def selects(self) -> bool:
        """Whether anything is named."""
        return any((self.course, self.teacher, self.first, self.last))

    def require_selecting(self) -> None:
        """Hold a selection to one that names something.

        Raises:
            InvalidArgument: nothing is named, or the period ends before it begins.
        """
        if not self.selects:
            raise InvalidArgument("name a course, a teacher or a period", field="course")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise InvalidArgument("the period ends before it begins", field="last")

    def fits(self, enrolment: Enrolment) -> bool:
        """Whether course and teacher are those that are named."""
        return self.course in {None, enrolment.course} and (
            self.teacher in {None, enrolment.teacher}
        )

    def within(self, at: datetime) -> bool:
        """Whether something happened in the period."""
        early = self.first is not None and at < self.first
        late = self.last is not None and at > self.last
        return not early and not late


async def enrolments(records: Records, selection: Selection) -> list[Enrolment]:
    """All enrolments of every member that fit, in the order of their keys.

    Raises:
        InvalidArgument: nothing is named.
        LedgerUnavailable: the peer cannot be reached.
    """
    selection.require_selecting()
    found: list[Enrolment] = []
    for owner in await _owners(records, selection):
        found += [one for one in await taught(records, owner) if selection.fits(one)]
    return sorted(found, key=lambda one: one.key)


async def taught(records: Records, owner: str) -> list[Enrolment]:
    """Every enrolment at a teaching university.

    Raises:
        LedgerUnavailable: the peer cannot be reached.
    """
    found: list[Enrolment] = []
    after: str | None = None
    while page := await records.page(Enrolment, owner, after=after, limit=_PAGE):
        found += page
        if len(page) < _PAGE:
            break
        after = split_key(page[-1].key).identifier
    return found


def require_once(keys: Sequence[str], field: str) -> None:
    """Hold a list to name each enrolment once.

    Args:
        keys: the enrolments' ledger keys.
        field: where one of them stands, with "{}" for its place.

    Raises:
        InvalidArgument: one stands twice; `field` says where again, `facts.first` where before.
    """
    seen: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key in seen:
            raise InvalidArgument(
                "an enrolment stands once in a plan: what else is to be done makes another",
                field=field.format(place),
                facts={"first": seen[key]},
            )
        seen[key] = place


def home_now(enrolment: Enrolment, transfer: Transfer | None) -> str:
    """The university whose registrar accepts what is corrected: a transfer moves it."""
    moved = transfer.in_force if transfer else None
    return moved.target if moved else enrolment.home


def users(redemption: Redemption | None) -> tuple[str, ...]:
    """The members that count a credit now."""
    entries = redemption.entries if redemption else ()
    return tuple(sorted({entry.redeemer for entry in entries if entry.counts}))


async def _owners(records: Records, selection: Selection) -> Sequence[str]:
    named = {split_key(key).owner for key in (selection.course, selection.teacher) if key}
    if named:
        # A course and a teacher of different members have no credit in common.
        return sorted(named) if len(named) == 1 else ()
    constitution = await records.load(Constitution, CONSTITUTION_KEY)
    return [member.msp_id for member in constitution.content.members]
