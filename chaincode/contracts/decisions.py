"""RecordDecision, ReviseDecision, ConfirmDecision.

The contract checks what is public: the rule in force on the day, the decider that it names, who
may decide without a person, and that the decider states what the rule sends to a person and keeps
to its word. What the facts were stands in commitments: whether the word is true a replay finds.
That the credit stood and its holder consented is checked where it is redeemed.
"""

from chaincode.contracts.deciding import require_day, require_programme, rule_in_force, today
from chaincode.contracts.operation import Call, Operations
from chaincode.domain.actor import actor_of
from chaincode.domain.caller import Role
from chaincode.domain.commands.decisions import ConfirmDecision, RecordDecision, ReviseDecision
from chaincode.domain.decision import Computed, Decision
from chaincode.domain.errors import InvalidArgument, NotParty, NotPermitted
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.recognition.claims import require_claims
from chaincode.domain.recognition.evaluate import EVALUATORS
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.rules.rule_version import RuleVersion

operations = Operations()


@operations.writes(Role.REGISTRAR, Role.GATEWAY)
async def record_decision(call: Call, command: RecordDecision) -> None:
    """Under the rule in force today; automatic by the gateway alone, where the rule allows."""
    decider = call.caller.msp_id
    rule = await rule_in_force(call, command.rule, decider=decider, on=command.computed.decided_on)
    rule.require_digest(command.rule_digest)
    _require_may_decide(call, command.computed, rule.content)
    if command.evaluator not in EVALUATORS:
        raise InvalidArgument(
            "there is no such evaluator: nobody could replay the decision",
            field="evaluator",
            facts={"known": tuple(sorted(EVALUATORS))},
        )
    await require_programme(call, command.programme, decider)
    decision = Decision.recorded(
        key=record_key(Kind.DECISION, decider, command.decision),
        decider=decider,
        rule=command.rule,
        rule_digest=command.rule_digest,
        evaluator=command.evaluator,
        programme=command.programme,
        computed=command.computed,
        trigger=command.trigger,
        by=actor_of(call.caller),
        at=call.ledger.now,
        operation=command.operation,
    )
    await call.ledger.create(decision, changed_by=None)


@operations.writes(Role.REGISTRAR, Role.GATEWAY)
async def revise_decision(call: Call, command: ReviseDecision) -> None:
    """The same rule again, on the first day or today, also after it was superseded."""
    decision = await _own(call, command.decision)
    decision.expect(command.expected_version)
    rule = await call.ledger.load(RuleVersion, decision.rule)
    rule.require_digest(decision.rule_digest, field="decision")
    first = decision.revisions[0].computed.decided_on
    require_day(command.computed.decided_on, (first, *today(call, rule.content)))
    _require_may_decide(call, command.computed, rule.content)
    await call.ledger.replace(
        decision.revised(
            command.computed,
            trigger=command.trigger,
            differs=command.differs,
            by=actor_of(call.caller),
            at=call.ledger.now,
            operation=command.operation,
        )
    )


@operations.writes(Role.REGISTRAR)
async def confirm_decision(call: Call, command: ConfirmDecision) -> None:
    """A registrar who did not record it makes it stand."""
    decision = await _own(call, command.decision)
    decision.expect(command.expected_version)
    await call.ledger.replace(
        decision.confirmed(
            outcome=command.outcome,
            reason=command.reason,
            by=call.caller.account,
            at=call.ledger.now,
            operation=command.operation,
        )
    )


async def _own(call: Call, key: str) -> Decision:
    decision = await call.ledger.load(Decision, key)
    if decision.decider != call.caller.msp_id:
        raise NotParty("another university decided this", field="decision")
    return decision


def _require_may_decide(call: Call, computed: Computed, rule: RuleContent) -> None:
    """Hold a decision to its own claims, and `automatic` to a machine where the rule lets it.

    Raises:
        InvalidArgument: what the rule asks for is not stated.
        NotPermitted: a person records it as automatic, or the rule wants one.
    """
    require_claims(computed, rule)
    if not computed.automatic:
        return
    if call.caller.role is not Role.GATEWAY:
        raise NotPermitted("what a person records is not automatic")
    if rule.confirmation.always:
        raise NotPermitted("this rule always wants a person's confirmation")
