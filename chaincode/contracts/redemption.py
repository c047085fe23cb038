"""PermitRedemption to GrantDegree: a credit counts once towards one degree.

Nothing here can bear that a credit be suspended, revoked, failed or used up meanwhile: each
function reads the whole closed list of what bears on it.
"""

from chaincode.contracts.deciding import require_programme, rule_in_force
from chaincode.contracts.holding import expect_version, load_holding, write
from chaincode.contracts.operation import Call, Operations
from chaincode.domain.actor import actor_of
from chaincode.domain.caller import Role
from chaincode.domain.commands.redemption import (
    GrantDegree,
    HoldCredit,
    PermitRedemption,
    RedeemCredit,
    ReleaseRedemption,
    WithdrawPermission,
)
from chaincode.domain.constitution import MemberKind
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import InvalidArgument, NotPermitted, RecordNotFound
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling, split_key
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.claims import person_redeems
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import RuleKind
from chaincode.domain.redemption import (
    Permission,
    Redemption,
    RedemptionStatus,
)
from chaincode.domain.redemption_count import joint_set, require_room
from chaincode.domain.rules.rule_version import RuleVersion

operations = Operations()
_REDEEMERS = (Role.REGISTRAR, Role.GATEWAY)


@operations.writes(Role.STUDENT)
async def permit_redemption(call: Call, command: PermitRedemption) -> None:
    """The holder's consent names redeemer, degree, amount and rule; it reserves nothing."""
    holding = await load_holding(call, command.enrolment)
    holding.require_holder(call.caller)
    key = sibling(command.enrolment, Kind.REDEMPTION)
    expect_version(holding.redemption, key, command.expected_version)
    holding.credit.expect(command.credit_version, field="credit_version")
    award = holding.require_standing()
    if command.expires_at <= call.ledger.now:
        raise InvalidArgument("the permission would have expired already", field="expires_at")
    call.constitution.require_kind(command.redeemer, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    await require_programme(call, command.programme, command.redeemer)
    course = holding.enrolment.course
    rule = await rule_in_force(call, command.rule, decider=command.redeemer, course=course)
    if rule.content.kind is not RuleKind.RECOGNITION:
        # Frameworks on recognition do not concern it, so that it would be a way around them.
        raise InvalidArgument("an admission uses up no credits", field="rule")
    _require_mapped(holding.enrolment, rule.content, command.redeemer)
    _require_amount(command.amount, award.credits, rule.content)
    redemption = Redemption.with_permission(
        holding.redemption,
        Permission(
            redeemer=command.redeemer,
            programme=command.programme,
            amount=command.amount,
            rule=command.rule,
            joint=joint_set(command.programme, rule.content),
            expires_at=command.expires_at,
            credit_version=command.credit_version,
        ),
        key=key,
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    await write(call, redemption)


@operations.writes(Role.STUDENT)
async def withdraw_permission(call: Call, command: WithdrawPermission) -> None:
    """Before the decision the holder takes it back, and what was held is free."""
    holding, redemption = await _load(call, command.enrolment)
    holding.require_holder(call.caller)
    redemption.expect(command.expected_version)
    await call.ledger.replace(
        redemption.withdrawn(
            command.number,
            by=call.caller.account,
            at=call.ledger.now,
            operation=command.operation,
        )
    )


@operations.writes(*_REDEEMERS)
async def hold_credit(call: Call, command: HoldCredit) -> None:
    """Reserve; who comes second is told by whom the credit was used, before anything else."""
    holding, redemption = await _load(call, command.enrolment)
    entry = redemption.entry_of(call.caller.msp_id, command.number)
    if holding.credit.award is not None and entry.status is RedemptionStatus.PERMITTED:
        require_room(redemption.entries, entry, awarded=holding.credit.award.credits)
    _expect(holding, redemption, command)
    holding.require_standing()
    entry.require_current(call.ledger.now, margin_seconds=call.margin_seconds)
    course = holding.enrolment.course
    await rule_in_force(call, entry.rule, decider=entry.redeemer, course=course)
    await call.ledger.replace(
        redemption.held(
            command.number,
            credit_version=command.credit_version,
            by=actor_of(call.caller),
            at=call.ledger.now,
            operation=command.operation,
        )
    )


@operations.writes(*_REDEEMERS)
async def redeem_credit(call: Call, command: RedeemCredit) -> None:
    """Decided; where the rule wants a person for all that it may bring, a person signs this."""
    holding, redemption = await _load(call, command.enrolment)
    entry = redemption.entry_of(call.caller.msp_id, command.number)
    _expect(holding, redemption, command)
    holding.require_standing()
    entry.require_current(call.ledger.now, margin_seconds=call.margin_seconds)
    rule = await call.ledger.load(RuleVersion, entry.rule)
    person = person_redeems(rule.content, holding.enrolment.course, entry.redeemer)
    if person and call.caller.role is not Role.REGISTRAR:
        raise NotPermitted("under this rule a registrar redeems this credit: it wants a person")
    await call.ledger.replace(
        redemption.redeemed(
            command.number,
            decision_commitment=command.decision_commitment,
            credit_version=command.credit_version,
            by=actor_of(call.caller),
            at=call.ledger.now,
            operation=command.operation,
        )
    )


@operations.writes(*_REDEEMERS)
async def release_redemption(call: Call, command: ReleaseRedemption) -> None:
    """The redeemer gives it free: for another university, or another degree."""
    _, redemption = await _load(call, command.enrolment)
    redemption.entry_of(call.caller.msp_id, command.number)
    redemption.expect(command.expected_version)
    await call.ledger.replace(
        redemption.released(
            command.number,
            by=actor_of(call.caller),
            at=call.ledger.now,
            operation=command.operation,
        )
    )


@operations.writes(Role.REGISTRAR)
async def grant_degree(call: Call, command: GrantDegree) -> None:
    """The degree keeps what it used, whatever comes later."""
    holding, redemption = await _load(call, command.enrolment)
    redemption.entry_of(call.caller.msp_id, command.number)
    _expect(holding, redemption, command)
    holding.require_standing()
    await call.ledger.replace(
        redemption.granted(
            command.number,
            credit_version=command.credit_version,
            by=call.caller.account,
            at=call.ledger.now,
            operation=command.operation,
        )
    )


async def _load(call: Call, enrolment: str) -> tuple[Holding, Redemption]:
    holding = await load_holding(call, enrolment)
    if holding.redemption is None:
        key = sibling(enrolment, Kind.REDEMPTION)
        raise RecordNotFound("the holder has permitted no redemption", facts={"key": key})
    return holding, holding.redemption


def _expect(
    holding: Holding, redemption: Redemption, command: HoldCredit | RedeemCredit | GrantDegree
) -> None:
    redemption.expect(command.expected_version)
    holding.credit.expect(command.credit_version, field="credit_version")


def _require_mapped(enrolment: Enrolment, rule: RuleContent, redeemer: str) -> None:
    """Hold a credit to what the rule is about: both are public.

    Raises:
        InvalidArgument: no mapping takes this course version, as it is, for one of the redeemer's.
    """
    for mapping in rule.mappings:
        takes = any(
            host.course == enrolment.course and host.digest in (None, enrolment.course_digest)
            for host in mapping.host
        )
        if takes and any(split_key(home.course).owner == redeemer for home in mapping.home):
            return
    raise InvalidArgument(
        "the rule does not take this course for one of the redeemer's", field="rule"
    )


def _require_amount(amount: int, awarded: int, rule: RuleContent) -> None:
    if amount > awarded:
        raise InvalidArgument(
            f"{format_hundredths(awarded)} credits were awarded, "
            f"{format_hundredths(amount)} are more",
            field="amount",
        )
    if amount != awarded and not rule.partial_redemption:
        raise InvalidArgument(
            f"the rule takes a credit as a whole: {format_hundredths(awarded)}", field="amount"
        )
