"""Uses of credits, read together with all that bears on the credits."""

from collections.abc import Sequence

from chaincode.domain.certification import Certification
from chaincode.domain.errors import RecordCorrupt, RecordNotFound
from chaincode.domain.holding import Holding, bearing_keys
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.redemption import Redemption
from gateway.services.recognition.applied import Applying
from gateway.services.recognition.changes import Used, asks_again
from gateway.services.recognition.credit_facts import certification_keys
from gateway.services.recognition.gathering import holding_in
from gateway.services.recognition.snapshot import Snapshot
from gateway.services.records import Records


class Uses:
    """Reads at the own peer."""

    def __init__(self, records: Records, applying: Applying) -> None:
        """Take `applying` for the rules, each of which is read once."""
        self._records = records
        self._applying = applying

    async def of(
        self, page: Sequence[Redemption], members: Sequence[str]
    ) -> tuple[list[Used], list[str]]:
        """Every permission on some credits, and the enrolments that cannot be read.

        Args:
            page: their redemptions.
            members: MSP ids of all who may have certified a course.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        enrolments = [sibling(one.key, Kind.ENROLMENT) for one in page]
        read = Snapshot(self._records)
        await read.read(key for one in enrolments for key in bearing_keys(one))
        holdings: list[Holding] = []
        unreadable: list[str] = []
        for enrolment in enrolments:
            try:
                holdings.append(holding_in(read, enrolment))
            except (RecordCorrupt, RecordNotFound):
                # Home and teaching university together can spoil a slot: it must hide no other.
                unreadable.append(enrolment)
        words = {
            one.enrolment.key: certification_keys(one.enrolment.course, members) for one in holdings
        }
        await read.read(key for keys in words.values() for key in keys)
        found: list[Used] = []
        for holding in holdings:
            every = [read.find(Certification, key) for key in words[holding.enrolment.key]]
            found += await self._uses(holding, [one for one in every if one is not None])
        return found, unreadable

    async def _uses(self, holding: Holding, certifications: Sequence[Certification]) -> list[Used]:
        found: list[Used] = []
        for entry in holding.redemptions:
            rule = await self._applying.rule(entry.rule)
            found.append(Used(holding, entry, certifications if asks_again(rule.content) else ()))
        return found
