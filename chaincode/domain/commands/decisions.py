"""Recording what a rule decided."""

from chaincode.domain.commands.base import Command
from chaincode.domain.decision import (
    Computed,
    ConfirmationReason,
    DecisionOutcome,
    DecisionTrigger,
    Evaluator,
)
from chaincode.domain.keys import DecisionKey, ProgrammeKey, RuleKey
from chaincode.domain.values import Digest, RandomId, Version


class RecordDecision(Command):
    """The decider records what the rule in force on the day gave."""

    decision: RandomId
    rule: RuleKey
    rule_digest: Digest
    evaluator: Evaluator
    programme: ProgrammeKey
    computed: Computed
    trigger: DecisionTrigger


class ReviseDecision(Command):
    """The decider applies the same rule again; another result reopens what stands."""

    decision: DecisionKey
    expected_version: Version
    computed: Computed
    trigger: DecisionTrigger
    differs: bool


class ConfirmDecision(Command):
    """A registrar's word on the last revision."""

    decision: DecisionKey
    expected_version: Version
    outcome: DecisionOutcome
    reason: ConfirmationReason
