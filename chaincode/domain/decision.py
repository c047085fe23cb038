"""Decisions of recognition: computed by the deciding university, recorded by commitments.

A decision names no enrolment and no pseudonym, so that several credits of one person are not
linked by it; a redemption holds a salted commitment to its decision instead. What stands holds
until a person, or the rule where it decides by itself, says otherwise: a revision that differs
reopens the decision and changes nothing yet.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from chaincode.domain import canonical
from chaincode.domain.actor import Actor
from chaincode.domain.errors import InvalidArgument, NotPermitted, WrongState
from chaincode.domain.keys import AccountKey, DecisionKey, Kind, ProgrammeKey, RuleKey
from chaincode.domain.qualification.days import Day
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, MspId, Number, Sparse, Value

MAX_REVISIONS = 64
MOST_CLAIMED = 2_000_000
"""Credits, in hundredths; twenty times what any `above_credits` is, so whatever is more."""
_PART_BYTES = 1_024
"""A revision without its inputs, and all of a decision that is no revision, have less."""
_INPUT_BYTES = 67
"""A digest with its quotes and its comma."""


Evaluator = Annotated[int, Field(ge=1, le=1_000)]
"""Which version of the evaluator computed it: replay takes the same."""


class DecisionOutcome(StrEnum):
    """What the rule says."""

    RECOGNISED = "recognised"
    REFUSED = "refused"
    NEEDS_PERSON = "needs-person"
    COULD_NOT_CHECK = "could-not-check"


class DecisionTrigger(StrEnum):
    """Why it was decided, or decided again."""

    APPLICATION = "application"
    CORRECTION = "correction"
    RULING = "ruling"
    CERTIFICATION = "certification"
    CONSENT = "consent"
    AGREEMENT = "agreement"
    TRANSFER = "transfer"
    APPEAL = "appeal"
    REVIEW = "review"
    WITHDRAWAL = "withdrawal"
    """The holder withdrew before the decision, or the redemption was released: it ends."""


class DecisionStatus(StrEnum):
    """awaiting-confirmation → standing → reopened → standing | annulled; withdrawn ends it."""

    AWAITING_CONFIRMATION = "awaiting-confirmation"
    STANDING = "standing"
    REOPENED = "reopened"
    ANNULLED = "annulled"
    """A recognition that stood and does not any more."""
    WITHDRAWN = "withdrawn"


class ConfirmationReason(StrEnum):
    """On what a person's word rests."""

    AS_COMPUTED = "as-computed"
    JUDGEMENT = "judgement"
    EVIDENCE_DOUBTED = "evidence-doubted"


_CONFIRMABLE: Mapping[DecisionOutcome, frozenset[DecisionOutcome]] = {
    DecisionOutcome.RECOGNISED: frozenset({DecisionOutcome.RECOGNISED, DecisionOutcome.REFUSED}),
    DecisionOutcome.REFUSED: frozenset({DecisionOutcome.REFUSED}),
    DecisionOutcome.NEEDS_PERSON: frozenset({DecisionOutcome.RECOGNISED, DecisionOutcome.REFUSED}),
    DecisionOutcome.COULD_NOT_CHECK: frozenset({DecisionOutcome.COULD_NOT_CHECK}),
}
"""What a person may say to what was computed: nobody recognises what the rule refuses."""


class Confirmation(Value):
    """A registrar's word on a revision."""

    outcome: DecisionOutcome
    reason: ConfirmationReason
    by: AccountKey
    at: Instant


def _sorted_once(inputs: tuple[str, ...]) -> tuple[str, ...]:
    if list(inputs) != sorted(set(inputs)):
        raise ValueError("commitments are listed once each, in order")
    return inputs


class Claims(Sparse):
    """What the decider says of what its rule sends to a person, each where the rule asks for it.

    Peers hold it to the rule, and a replay holds it to the facts.
    """

    credits: Annotated[int, Field(ge=0, le=MOST_CLAIMED)] | None = None
    """What is recognised, in hundredths: there where the rule has `above_credits`."""
    below_grade: bool | None = None
    """Whether a grade is worse than the rule's `below_grade`, or not known."""


class Computed(Sparse):
    """What the evaluator found on a day, by commitments."""

    decided_on: Day
    """The day that the rule is applied to, in the rule's time zone."""
    outcome: DecisionOutcome
    inputs: Annotated[
        tuple[Digest, ...], Field(min_length=1, max_length=128), AfterValidator(_sorted_once)
    ]
    """Salted commitments to the facts; sorted, so that their order tells nothing."""
    explanation_commitment: Digest
    automatic: bool
    """Decided by the rule alone, without a person."""
    claims: Claims | None = None
    """None where the rule asks for none, where nothing is recognised, and in older decisions."""

    @model_validator(mode="after")
    def _no_person_missing(self) -> Self:
        if self.automatic and self.outcome is DecisionOutcome.NEEDS_PERSON:
            raise ValueError("what needs a person is not decided automatically")
        return self


class Revision(Value):
    """One time that the rule was applied."""

    number: Number
    computed: Computed
    trigger: DecisionTrigger
    differs: bool
    """The decider says that what is recognised differs, though the outcome may be the same."""
    by: Actor
    at: Instant
    confirmation: Confirmation | None


class Decision(Record):
    """A decision with all its revisions."""

    kind: ClassVar[Kind] = Kind.DECISION
    owner_field: ClassVar[str | None] = "decider"
    size_limit: ClassVar[int] = canonical.MAX_RULE_BYTES

    key: DecisionKey
    decider: MspId
    rule: RuleKey
    rule_digest: Digest
    evaluator: Evaluator
    programme: ProgrammeKey
    status: DecisionStatus
    holds: DecisionOutcome | None
    """What stands now; while reopened, what stood before. None until something has stood."""
    revisions: Annotated[tuple[Revision, ...], Field(min_length=1, max_length=MAX_REVISIONS)]

    @property
    def latest(self) -> Revision:
        """The last revision."""
        return self.revisions[-1]

    @property
    def full(self) -> bool:
        """Whether there is no room for one more revision with as many inputs as the last has.

        Up to 44 inputs, which are more than a decision on 20 credits has, 64 revisions fit.
        """
        inputs = [len(one.computed.inputs) for one in (*self.revisions, self.latest)]
        size = _PART_BYTES * (len(inputs) + 1) + _INPUT_BYTES * sum(inputs)
        return len(self.revisions) >= MAX_REVISIONS or size > self.size_limit

    @classmethod
    def recorded(
        cls,
        *,
        key: str,
        decider: str,
        rule: str,
        rule_digest: str,
        evaluator: int,
        programme: str,
        computed: Computed,
        trigger: DecisionTrigger,
        by: str,
        at: datetime,
        operation: str,
    ) -> Self:
        """RecordDecision: stands at once where it is automatic, else awaits a registrar.

        Raises:
            InvalidArgument: a first decision is triggered by a withdrawal.
        """
        if trigger is DecisionTrigger.WITHDRAWAL:
            raise InvalidArgument("there is nothing to withdraw yet", field="trigger")
        return cls(
            key=key,
            version=1,
            operation=operation,
            decider=decider,
            rule=rule,
            rule_digest=rule_digest,
            evaluator=evaluator,
            programme=programme,
            status=(
                DecisionStatus.STANDING
                if computed.automatic
                else DecisionStatus.AWAITING_CONFIRMATION
            ),
            holds=computed.outcome if computed.automatic else None,
            revisions=(
                Revision(
                    number=1,
                    computed=computed,
                    trigger=trigger,
                    differs=False,
                    by=by,
                    at=at,
                    confirmation=None,
                ),
            ),
        )

    def revised(
        self,
        computed: Computed,
        *,
        trigger: DecisionTrigger,
        differs: bool,
        by: str,
        at: datetime,
        operation: str,
    ) -> Self:
        """ReviseDecision: the rule is applied again; another result reopens what stands.

        Raises:
            WrongState: it was withdrawn, or has too many revisions.
        """
        if self.status is DecisionStatus.WITHDRAWN:
            raise WrongState("the decision was withdrawn", facts={"status": self.status.value})
        if self.full:
            raise WrongState(
                "the decision has no room for another revision",
                facts={"revisions": len(self.revisions), "limit": MAX_REVISIONS},
            )
        revision = Revision(
            number=len(self.revisions) + 1,
            computed=computed,
            trigger=trigger,
            differs=differs,
            by=by,
            at=at,
            confirmation=None,
        )
        status, holds = self._after(revision)
        return self.next(
            operation, revisions=(*self.revisions, revision), status=status, holds=holds
        )

    def _after(self, revision: Revision) -> tuple[DecisionStatus, DecisionOutcome | None]:
        computed = revision.computed
        if revision.trigger is DecisionTrigger.WITHDRAWAL:
            return DecisionStatus.WITHDRAWN, self.holds
        if self.holds is None:
            if computed.automatic:
                return DecisionStatus.STANDING, computed.outcome
            return DecisionStatus.AWAITING_CONFIRMATION, None
        if computed.outcome is self.holds and not revision.differs:
            annulled = self.status is DecisionStatus.ANNULLED
            return (self.status if annulled else DecisionStatus.STANDING), self.holds
        return DecisionStatus.REOPENED, self.holds

    def confirmed(
        self,
        *,
        outcome: DecisionOutcome,
        reason: ConfirmationReason,
        by: str,
        at: datetime,
        operation: str,
    ) -> Self:
        """ConfirmDecision: a registrar's word on the last revision makes it stand.

        Raises:
            WrongState: nothing awaits a person.
            NotPermitted: who recorded it confirms it.
            InvalidArgument: the outcome does not follow from what was computed, or departs from
                it without a reason.
        """
        waiting = (DecisionStatus.AWAITING_CONFIRMATION, DecisionStatus.REOPENED)
        if self.status not in waiting:
            raise WrongState(
                f"the decision is {self.status.value}: nothing awaits a person",
                facts={"status": self.status.value},
            )
        if self.latest.by == by:
            raise NotPermitted("who recorded a decision does not confirm it")
        computed = self.latest.computed.outcome
        if outcome not in _CONFIRMABLE[computed]:
            raise InvalidArgument(f"what was computed is {computed.value}", field="outcome")
        if (outcome is computed) is not (reason is ConfirmationReason.AS_COMPUTED):
            raise InvalidArgument(
                "the reason is as-computed exactly where the outcome is", field="reason"
            )
        word = Confirmation(outcome=outcome, reason=reason, by=by, at=at)
        revision = self.latest.model_copy(update={"confirmation": word})
        fell = self.holds is DecisionOutcome.RECOGNISED and outcome is not self.holds
        return self.next(
            operation,
            revisions=(*self.revisions[:-1], revision),
            status=DecisionStatus.ANNULLED if fell else DecisionStatus.STANDING,
            holds=outcome,
        )
