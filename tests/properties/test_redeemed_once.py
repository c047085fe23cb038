"""No sum over members ever exceeds what was awarded, whatever is tried in whatever order."""

import random
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chaincode.domain import canonical
from chaincode.domain.credit import Award
from chaincode.domain.errors import DomainError, RecordNotFound
from chaincode.domain.holding import Holding, Standing
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.redemption import Permission, Redemption
from chaincode.domain.redemption_count import left, require_room, used
from chaincode.domain.ruling import Ruling, RulingKind, RulingReason
from chaincode.domain.transfer import Transfer
from tests.support.examples import examples
from tests.support.records import (
    ENROLMENT,
    NEXT,
    NOW,
    REGISTRAR,
    STUDENT,
    empty_grade,
    make_enrolment,
    open_credit,
)
from tests.support.redeem_once import JOINED, Action, Model, random_action
from tests.support.redeeming import (
    AWARDED,
    JOINT,
    JOINT_PROGRAMMES,
    UNIVERSITIES,
    programme_of,
)

HISTORIES, PARTS = 10_000, 4
BY = {"by": REGISTRAR, "at": NOW, "operation": NEXT}
JOINT_SET = canonical.digest({"joint_programmes": sorted(JOINT_PROGRAMMES)})

AWARD = Award(
    credits=AWARDED,
    result_commitment="0" * 64,
    work_version=1,
    grade_version=1,
    grade_entries=1,
    by=REGISTRAR,
    at=NOW,
)
CREDIT = open_credit().applied(grades=1, at=NOW, operation=NEXT).awarded(AWARD, operation=NEXT)
MADE, GRADE = make_enrolment(), empty_grade()
PROGRAMMES = {
    (member, place): programme_of(member, place) for member in UNIVERSITIES for place in (1, 2)
}


class Records:
    """The records of one credit, changed as the contract changes them."""

    def __init__(self) -> None:
        self.redemption: Redemption | None = None
        self.ruling: Ruling | None = None
        self.transfer: Transfer | None = None

    @property
    def holding(self) -> Holding:
        return Holding(
            enrolment=MADE,
            credit=CREDIT,
            grade=GRADE,
            redemption=self.redemption,
            ruling=self.ruling,
            transfer=self.transfer,
        )

    def attempt(self, action: Action) -> str | None:
        """Try an action; the refusal's code, None where it succeeded."""
        try:
            self._do(action)
        except DomainError as error:
            return error.code
        return None

    def _do(self, action: Action) -> None:
        if action.name == "permit":
            self._permit(action)
        elif action.name in ("suspend", "lift", "revoke"):
            self._rule(action)
        elif action.name in ("request", "release-student", "accept"):
            self._move(action)
        else:
            self._step(action)

    def _permit(self, action: Action) -> None:
        self.holding.require_standing()
        joint = action.rule == JOINT and (action.member, action.place) in JOINED
        self.redemption = Redemption.with_permission(
            self.redemption,
            Permission(
                redeemer=action.member,
                programme=PROGRAMMES[action.member, action.place],
                amount=action.amount,
                rule=action.rule,
                joint=JOINT_SET if joint else None,
                expires_at=NOW + timedelta(days=1),
                credit_version=3,
            ),
            key=sibling(ENROLMENT, Kind.REDEMPTION),
            by=STUDENT,
            at=NOW,
            operation=NEXT,
        )

    def _step(self, action: Action) -> None:
        assert self.redemption is not None
        number, found = action.number, self.redemption
        if action.name == "hold" and found.entry(number).status.value == "permitted":
            require_room(found.entries, found.entry(number), awarded=AWARDED)
        if action.name in ("hold", "redeem", "grant"):
            self.holding.require_standing()
        match action.name:
            case "withdraw":
                self.redemption = found.withdrawn(number, **BY)
            case "hold":
                self.redemption = found.held(number, credit_version=3, **BY)
            case "redeem":
                self.redemption = found.redeemed(
                    number, credit_version=3, decision_commitment="0" * 64, **BY
                )
            case "release":
                self.redemption = found.released(number, **BY)
            case "grant":
                self.redemption = found.granted(number, credit_version=3, **BY)

    def _rule(self, action: Action) -> None:
        self.ruling = Ruling.ruled(
            self.ruling,
            key=sibling(ENROLMENT, Kind.RULING),
            ruling=RulingKind(action.name),
            reason=RulingReason.INVESTIGATION,
            gives_back=action.gives_back,
            authority="ministryMSP",
            authorities=1,
            **BY,
        )
        if action.gives_back and self.redemption:
            self.redemption = self.redemption.given_back(**BY) or self.redemption

    def _move(self, action: Action) -> None:
        home = self.holding.home
        if action.name == "request":
            self.transfer = Transfer.requested(
                self.transfer,
                key=sibling(ENROLMENT, Kind.TRANSFER),
                source=home,
                target=action.member,
                student=f"account/{action.member}/{'1' * 32}",
                **BY,
            )
            return
        if self.transfer is None:
            raise RecordNotFound("nothing was asked for")
        asked = self.transfer.entries[-1]
        if action.name == "release-student":
            self.transfer = self.transfer.released(member=asked.source, **BY)
            return
        self.transfer = self.transfer.accepted(member=asked.target, **BY)
        if self.redemption:
            self.redemption = self.redemption.freed_from(home, **BY) or self.redemption


def hold_together(records: Records, model: Model) -> None:
    """The records say what the model says, and no more was used than awarded."""
    holding = records.holding
    assert [entry.status.value for entry in holding.redemptions] == [
        use.status for use in model.uses
    ]
    assert used(holding.redemptions) == model.used() <= AWARDED
    assert left(holding.redemptions, AWARDED) == AWARDED - model.used()
    assert holding.standing is Standing(model.standing)
    assert holding.home == model.home
    assert holding.left == (AWARDED - model.used() if model.standing == "awarded" else 0)


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.thorough) for part in range(1, PARTS))]
)
def test_ten_thousand_random_histories(part: int) -> None:
    refused = 0
    for seed in range(part, HISTORIES, PARTS):
        source = random.Random(seed)  # noqa: S311 - repeatable
        records, model = Records(), Model()
        for _ in range(source.randrange(4, 16)):
            action = random_action(source, model)
            expected = model.refusal(action)
            assert records.attempt(action) == expected, (seed, action)
            refused += expected == "already-redeemed"
            if expected is None:
                model.apply(action)
            assert used(records.holding.redemptions) == model.used() <= AWARDED, (seed, action)
        hold_together(records, model)
    assert refused > HISTORIES // PARTS // 10, "the histories race for what is left"


class RedeemedOnce(RuleBasedStateMachine):
    """Everything that anybody may try on one credit; hypothesis looks for the shortest fault."""

    def __init__(self) -> None:
        super().__init__()
        self.records, self.model = Records(), Model()

    @rule(seed=st.integers(0, 10**9))
    def anybody_tries_something(self, seed: int) -> None:
        source = random.Random(seed)  # noqa: S311 - repeatable
        action = random_action(source, self.model)
        expected = self.model.refusal(action)
        assert self.records.attempt(action) == expected
        if expected is None:
            self.model.apply(action)

    @invariant()
    def records_and_model_agree(self) -> None:
        hold_together(self.records, self.model)

    @invariant()
    def a_degree_once_granted_keeps(self) -> None:
        granted = {
            number for number, use in enumerate(self.model.uses, 1) if use.status == "granted"
        }
        self.granted = getattr(self, "granted", set()) | granted
        assert self.granted <= granted

    @invariant()
    def everything_can_be_stored_and_read(self) -> None:
        for record in (self.records.redemption, self.records.ruling, self.records.transfer):
            if record is not None:
                assert type(record).decode(record.key, record.encode()) == record


RedeemedOnce.TestCase.settings = settings(max_examples=examples(25), stateful_step_count=40)
TestRedeemedOnce = RedeemedOnce.TestCase
