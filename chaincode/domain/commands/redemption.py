"""Redeeming a credit: the holder's permission, and what the redeemer makes of it."""

from chaincode.domain.commands.base import Command
from chaincode.domain.keys import EnrolmentKey, ProgrammeKey, RuleKey
from chaincode.domain.values import Credits, Digest, Instant, MspId, Number, Version


class PermitRedemption(Command):
    """The holder permits one member to redeem an amount towards one degree under one rule."""

    enrolment: EnrolmentKey
    expected_version: Version | None
    """Of the credit's redemptions, None where there are none yet."""
    credit_version: Version
    """The credit as the holder has seen it."""
    redeemer: MspId
    programme: ProgrammeKey
    amount: Credits
    rule: RuleKey
    expires_at: Instant


class WithdrawPermission(Command):
    """The holder takes a permission back before the decision: what was held is free again."""

    enrolment: EnrolmentKey
    expected_version: Version
    number: Number


class HoldCredit(Command):
    """The redeemer takes up the application: the amount is reserved."""

    enrolment: EnrolmentKey
    expected_version: Version
    number: Number
    credit_version: Version


class RedeemCredit(Command):
    """The redeemer has decided; the commitment binds the decision to this credit unseen."""

    enrolment: EnrolmentKey
    expected_version: Version
    number: Number
    credit_version: Version
    decision_commitment: Digest


class ReleaseRedemption(Command):
    """The redeemer gives free what it holds or has redeemed."""

    enrolment: EnrolmentKey
    expected_version: Version
    number: Number


class GrantDegree(Command):
    """The degree is granted and keeps the credit."""

    enrolment: EnrolmentKey
    expected_version: Version
    number: Number
    credit_version: Version
