"""The calls by which an application's credits move on: each names what was seen of its credit."""

from collections.abc import Callable, Iterable, Mapping

from chaincode.domain.commands.base import Command
from chaincode.domain.commands.redemption import (
    GrantDegree,
    HoldCredit,
    RedeemCredit,
    ReleaseRedemption,
    WithdrawPermission,
)
from chaincode.domain.holding import Holding
from gateway.services.intent import LedgerCall
from gateway.services.recognition.applied import Applied


def hold(applied: Applied, enrolments: Iterable[str], operation: str, by: str) -> list[LedgerCall]:
    """HoldCredit for each."""

    def command(holding: Holding, number: int, version: int) -> Command:
        return HoldCredit(
            operation=operation,
            enrolment=holding.enrolment.key,
            expected_version=version,
            number=number,
            credit_version=holding.credit.version,
        )

    return _each(applied, enrolments, by, command)


def redeem(
    applied: Applied,
    enrolments: Iterable[str],
    operation: str,
    by: str,
    commitments: Mapping[str, str],
) -> list[LedgerCall]:
    """RedeemCredit for each; `commitments` bind the decision to each credit."""

    def command(holding: Holding, number: int, version: int) -> Command:
        return RedeemCredit(
            operation=operation,
            enrolment=holding.enrolment.key,
            expected_version=version,
            number=number,
            credit_version=holding.credit.version,
            decision_commitment=commitments[holding.enrolment.key],
        )

    return _each(applied, enrolments, by, command)


def release(
    applied: Applied, enrolments: Iterable[str], operation: str, by: str
) -> list[LedgerCall]:
    """ReleaseRedemption for each."""

    def command(holding: Holding, number: int, version: int) -> Command:
        return ReleaseRedemption(
            operation=operation,
            enrolment=holding.enrolment.key,
            expected_version=version,
            number=number,
        )

    return _each(applied, enrolments, by, command)


def grant(applied: Applied, enrolments: Iterable[str], operation: str, by: str) -> list[LedgerCall]:
    """GrantDegree for each."""

    def command(holding: Holding, number: int, version: int) -> Command:
        return GrantDegree(
            operation=operation,
            enrolment=holding.enrolment.key,
            expected_version=version,
            number=number,
            credit_version=holding.credit.version,
        )

    return _each(applied, enrolments, by, command)


def withdraw(applied: Applied, enrolments: Iterable[str], operation: str) -> list[LedgerCall]:
    """WithdrawPermission for each, by the account that holds it."""
    calls: list[LedgerCall] = []
    for enrolment in sorted(enrolments):
        holding = applied.holdings[enrolment]
        command = WithdrawPermission(
            operation=operation,
            enrolment=enrolment,
            expected_version=_version(holding),
            number=applied.credits[enrolment].number,
        )
        calls.append(LedgerCall(holding.holder, command))
    return calls


def _each(
    applied: Applied,
    enrolments: Iterable[str],
    by: str,
    command: Callable[[Holding, int, int], Command],
) -> list[LedgerCall]:
    calls: list[LedgerCall] = []
    for enrolment in sorted(enrolments):
        holding = applied.holdings[enrolment]
        number = applied.credits[enrolment].number
        calls.append(LedgerCall(by, command(holding, number, _version(holding))))
    return calls


def _version(holding: Holding) -> int:
    if holding.redemption is None:
        raise LookupError(f"there is no permission on {holding.enrolment.key}")
    return holding.redemption.version
