"""An application as it stands now: its row, its rule, and its credits on the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chaincode.domain.holding import Holding
from chaincode.domain.recognition.claims import person_redeems
from chaincode.domain.redemption import RedemptionEntry, RedemptionStatus
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.model.recognition import AppliedCredit, RecognitionApplication
from gateway.services.errors import NotFound
from gateway.services.ports import Database
from gateway.services.recognition.gathering import Gathering, permission_of
from gateway.services.records import Records

_KEPT_RULES = 100


@dataclass(frozen=True, slots=True)
class Applied:
    """An application with the records that it stands on now."""

    application: RecognitionApplication
    credits: Mapping[str, AppliedCredit]
    """By the key of the enrolment, in order."""
    rule: RuleVersion
    holdings: Mapping[str, Holding]
    """By the same."""

    @property
    def permissions(self) -> dict[str, int]:
        """The number of the holder's permission on each credit."""
        return {key: row.number for key, row in self.credits.items()}

    def entry(self, enrolment: str) -> RedemptionEntry | None:
        """What became of the permission on one credit; None while the ledger has none."""
        return permission_of(self.holdings[enrolment], self.credits[enrolment].number)

    def with_status(self, *statuses: RedemptionStatus) -> frozenset[str]:
        """The credits whose permission is in one of these."""
        entries = {key: self.entry(key) for key in self.credits}
        return frozenset(key for key, one in entries.items() if one and one.status in statuses)

    def registrar_redeems(self, enrolments: Iterable[str]) -> bool:
        """Whether the contract takes the redemption of one of these credits from a person alone."""
        rule, decider = self.rule.content, self.application.decider
        courses = (self.holdings[enrolment].enrolment.course for enrolment in enrolments)
        return any(person_redeems(rule, course, decider) for course in courses)


class Applying:
    """Reads applications together with what the ledger says of them."""

    def __init__(self, records: Records, database: Database, gathering: Gathering) -> None:
        self._records = records
        self._database = database
        self._gathering = gathering
        self._rules: dict[str, RuleVersion] = {}

    async def load(self, identifier: str) -> Applied:
        """One application.

        Raises:
            NotFound: there is none.
            LedgerUnavailable: the peer cannot be reached.
            RecordNotFound, RecordCorrupt: it names what is not there, or cannot be read.
        """
        async with self._database.reading() as session:
            application = await session.get(RecognitionApplication, identifier)
            rows = await session.find(
                AppliedCredit, application=identifier, order_by=("enrolment",)
            )
        if application is None:
            raise NotFound("there is no such application")
        return Applied(
            application=application,
            credits={row.enrolment: row for row in rows},
            rule=await self.rule(application.rule),
            holdings=await self._gathering.holdings(row.enrolment for row in rows),
        )

    async def rule(self, key: str) -> RuleVersion:
        """A version of a rule: no function changes one, so it is read once.

        Raises:
            LedgerRefused: there is none (record-not-found).
            RecordCorrupt: what stands there is no rule.
        """
        found = self._rules.get(key)
        if found is None:
            found = await self._records.load(RuleVersion, key)
            if len(self._rules) >= _KEPT_RULES:
                self._rules.clear()
            self._rules[key] = found
        return found
