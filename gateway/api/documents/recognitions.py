"""Applications for recognition as REST takes and shows them."""

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from chaincode.domain.decision import DecisionOutcome, DecisionStatus
from chaincode.domain.holding import Holding, Standing
from chaincode.domain.keys import Kind
from chaincode.domain.redemption import RedemptionStatus
from chaincode.domain.redemption_count import use_of
from chaincode.domain.values import Instant, MspId, RandomId, Value
from gateway.api.documents.decimals import Amount, CreditsText
from gateway.api.documents.identifiers import (
    CourseId,
    ProgrammeId,
    RecordId,
    RuleId,
    identifier_of,
    key_of,
)
from gateway.model.recognition import RecognitionApplication
from gateway.services.recognition.application_access import ApplicationInView, ApplicationPage
from gateway.services.recognition.applications import WantedCredit, WantedRecognition
from gateway.services.recognition.applied import Applied
from gateway.services.recognition.incoming import MAX_CREDITS

RuleOrSeriesId = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z][A-Za-z0-9-]{0,30}MSP~[0-9a-f]{32}(~[1-9][0-9]{0,3})?$", max_length=85
    ),
]


class WantedCreditBody(Value):
    """A credit that shall count; without an amount, all that is left of it."""

    credit: RecordId
    amount: CreditsText | None = None


class ApplyForRecognitionBody(Value):
    """What shall count towards which degree, by which rule.

    A rule without its number is taken in the version in force today. The permissions hold until
    `expires_at`, two weeks where nothing is said.
    """

    decider: MspId
    programme: ProgrammeId
    rule: RuleOrSeriesId
    credits: Annotated[list[WantedCreditBody], Field(min_length=1, max_length=MAX_CREDITS)]
    agreement: RecordId | None = None
    expires_at: Instant | None = None

    def wanted(self) -> WantedRecognition:
        """The request of the use case."""
        kind = Kind.SERIES if self.rule.count("~") == 1 else Kind.RULE
        return WantedRecognition(
            decider=self.decider,
            programme=key_of(Kind.PROGRAMME, self.programme),
            rule=key_of(kind, self.rule),
            credits=[
                WantedCredit(key_of(Kind.ENROLMENT, one.credit), one.amount) for one in self.credits
            ],
            agreement=key_of(Kind.AGREEMENT, self.agreement) if self.agreement else None,
            expires_at=self.expires_at,
        )


class UseView(Value):
    """Who holds or has redeemed some of a credit, towards what, under which rule, since when."""

    redeemer: str
    programme: ProgrammeId
    rule: RuleId
    amount: Amount
    status: RedemptionStatus
    at: str

    @classmethod
    def of(cls, holding: Holding, *, but: int) -> Iterator[Self]:
        """Show what takes from a credit, other than the permission of one number."""
        for entry in holding.redemptions:
            if entry.counts and entry.number != but:
                use = use_of(entry)
                yield cls(
                    redeemer=entry.redeemer,
                    programme=identifier_of(entry.programme),
                    rule=identifier_of(entry.rule),
                    amount=entry.amount,
                    status=entry.status,
                    at=str(use["at"]),
                )


class AppliedCreditView(Value):
    """A credit of an application. `permission` is null while the ledger does not show it."""

    credit: RecordId
    course: CourseId
    amount: Amount
    number: int
    """Of the permission among the credit's redemptions."""
    permission: RedemptionStatus | None
    expires_at: Instant | None
    standing: Standing
    left: Amount
    """Of the whole credit."""
    used: tuple[UseView, ...]
    """By other applications."""

    @classmethod
    def of(cls, applied: Applied, enrolment: str) -> Self:
        """Show a credit as the ledger has it."""
        row, holding = applied.credits[enrolment], applied.holdings[enrolment]
        entry = applied.entry(enrolment)
        return cls(
            credit=identifier_of(enrolment),
            course=identifier_of(holding.enrolment.course),
            amount=row.amount,
            number=row.number,
            permission=entry.status if entry else None,
            expires_at=entry.expires_at if entry else None,
            standing=holding.standing,
            left=holding.left,
            used=tuple(UseView.of(holding, but=row.number)),
        )


class RecognitionSummary(Value):
    """An application, without what the ledger says of its credits."""

    id: RandomId
    home: str
    decider: str
    programme: ProgrammeId
    rule: RuleId
    agreement: RecordId | None
    created_at: Instant
    decision: RecordId | None
    waits_for: str | None
    """The code of what holds it up, or of why nothing was decided."""

    @classmethod
    def of(cls, row: RecognitionApplication) -> Self:
        """Show a row."""
        return cls(**_row(row))


class RecognitionView(RecognitionSummary):
    """An application with its credits, and what was decided."""

    credits: tuple[AppliedCreditView, ...]
    status: DecisionStatus | None
    holds: DecisionOutcome | None

    @classmethod
    def shown(cls, found: ApplicationInView) -> Self:
        """Show an application; the decision's reasons are under `/v1/decisions`."""
        applied, decision = found.applied, found.decision
        return cls(
            **_row(applied.application),
            credits=tuple(AppliedCreditView.of(applied, key) for key in applied.credits),
            status=decision.status if decision else None,
            holds=decision.holds if decision else None,
        )


class RecognitionList(Value):
    """Applications that concern the person who asks, the latest first."""

    applications: tuple[RecognitionSummary, ...]
    next: str | None

    @classmethod
    def of(cls, page: ApplicationPage) -> Self:
        """Show a page."""
        return cls(
            applications=tuple(map(RecognitionSummary.of, page.applications)), next=page.after
        )


def _row(row: RecognitionApplication) -> dict[str, Any]:
    return {
        "id": row.id,
        "home": row.home,
        "decider": row.decider,
        "programme": identifier_of(row.programme),
        "rule": identifier_of(row.rule),
        "agreement": identifier_of(row.agreement) if row.agreement else None,
        "created_at": row.created_at,
        "decision": identifier_of(row.decision) if row.decision else None,
        "waits_for": row.problem,
    }
