"""How much of a credit is used: the sum that never exceeds what was awarded."""

from collections.abc import Iterable
from itertools import groupby

from chaincode.domain import canonical
from chaincode.domain.errors import AlreadyRedeemed
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.redemption import RedemptionEntry, RedemptionStatus
from chaincode.domain.values import format_instant


def used(entries: Iterable[RedemptionEntry]) -> int:
    """The sum over all members, in hundredths.

    Programmes of one joint set count once, by the one that used most; two redemptions towards
    one programme of the set add up like any others.
    """
    counting = [entry for entry in entries if entry.counts]
    total = sum(entry.amount for entry in counting if entry.joint is None)
    joint = sorted((entry for entry in counting if entry.joint), key=lambda e: e.joint or "")
    for _, members in groupby(joint, key=lambda entry: entry.joint):
        by_programme: dict[str, int] = {}
        for entry in members:
            programme = sibling(entry.programme, Kind.PROGRAMME)
            by_programme[programme] = by_programme.get(programme, 0) + entry.amount
        total += max(by_programme.values())
    return total


def left(entries: Iterable[RedemptionEntry], awarded: int) -> int:
    """What no redemption has taken, in hundredths."""
    return max(awarded - used(entries), 0)


def require_room(
    entries: tuple[RedemptionEntry, ...], wanted: RedemptionEntry, *, awarded: int
) -> None:
    """Hold a redemption to what is left for it.

    Raises:
        AlreadyRedeemed: too little; `facts` say who used it, when, under which rule, and how
            much is left.
    """
    taken = wanted.model_copy(update={"status": RedemptionStatus.HELD})
    others = tuple(entry for entry in entries if entry.number != wanted.number)
    if used((*others, taken)) <= awarded:
        return
    by = [use_of(entry) for entry in others if entry.counts]
    free = left(others, awarded)
    raise AlreadyRedeemed(
        f"{format_hundredths(wanted.amount)} credits are wanted, "
        f"{format_hundredths(free)} are left: "
        f"{', '.join(str(use['redeemer']) for use in by)} redeemed before",
        facts={"left": free, "wanted": wanted.amount, "awarded": awarded, "by": list(by)},
    )


def joint_set(programme: str, rule: RuleContent) -> str | None:
    """The digest of the rule's joint programmes where this one (ledger key) is among them."""
    names = sorted(set(rule.joint_programmes))
    if sibling(programme, Kind.PROGRAMME) not in names:
        return None
    return canonical.digest({"joint_programmes": list(names)})


def use_of(entry: RedemptionEntry) -> dict[str, JsonValue]:
    """By whom, towards what, under which rule, how much and when a credit was used."""
    return {
        "redeemer": entry.redeemer,
        "programme": entry.programme,
        "rule": entry.rule,
        "amount": entry.amount,
        "status": entry.status.value,
        "at": format_instant(entry.at),
    }
