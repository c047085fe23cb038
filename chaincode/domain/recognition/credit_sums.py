"""Demands about amounts and kinds of credits, judged for a mapping as a whole."""

from collections.abc import Iterator

from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.case import Case, every, judged
from chaincode.domain.recognition.codes import Code
from chaincode.domain.recognition.demands import (
    Category,
    CategoryDemand,
    ClassHoursDemand,
    CreditGap,
    CreditRatio,
)
from chaincode.domain.recognition.facts import CreditFacts
from chaincode.domain.recognition.rule_parts import HomeCourse, HostCourse, Mapping
from chaincode.domain.recognition.verdict import Node, Quoted


def check_sums(case: Case, mapping: Mapping) -> Iterator[Node]:
    """Do the host's credits, as the rule counts them, carry the home courses'?"""
    measured: list[int | None] = []
    for item in mapping.host:
        credit = case.credits.get(item.course)
        if credit is not None:
            amount, node = _measure(case, mapping, item, credit)
            measured.append(amount)
            if node is not None:
                yield node
    if len(measured) == len(mapping.host):
        yield _check_gap(case, mapping, measured)
    demand = case.demand(mapping, "category")
    if isinstance(demand, CategoryDemand):
        for home in mapping.home:
            yield _check_category(case, mapping, demand, home)


def _measure(
    case: Case, mapping: Mapping, item: HostCourse, credit: CreditFacts
) -> tuple[int | None, Node | None]:
    """The credits that one host course brings, counted by hours, by a ratio, or as awarded."""
    amount = case.amount(item)
    hours = case.demand(mapping, "class-hours")
    ratio = case.demand(mapping, "credit-ratio")
    if isinstance(hours, ClassHoursDemand):
        counted = _by_hours(hours, credit, amount)
        node = judged(
            Code.CLASS_HOURS,
            None if counted is None else True,
            about=item.course,
            demanded={"hours_per_credit": hours.hours_per_credit},
            found={
                "class_hours": credit.class_hours or 0,
                "credits": format_hundredths(counted or 0),
            },
            where=credit.sources,
        )
        return counted, node
    if isinstance(ratio, CreditRatio):
        counted = None if amount is None else amount * ratio.home // ratio.host
        node = judged(
            Code.CREDIT_RATIO,
            None if counted is None else True,
            about=item.course,
            demanded={
                "host": format_hundredths(ratio.host),
                "home": format_hundredths(ratio.home),
            },
            found={
                "awarded": format_hundredths(amount or 0),
                "credits": format_hundredths(counted or 0),
            },
            where=credit.sources,
        )
        return counted, node
    return amount, None


def _by_hours(demand: ClassHoursDemand, credit: CreditFacts, amount: int | None) -> int | None:
    if credit.class_hours is None or credit.credits is None or amount is None:
        return None
    return 100 * credit.class_hours * amount // (demand.hours_per_credit * credit.credits)


def _check_gap(case: Case, mapping: Mapping, measured: list[int | None]) -> Node:
    """Without a demand of its own the host's credits must cover the home courses'."""
    required = sum(home.credits for home in mapping.home)
    known = [amount for amount in measured if amount is not None]
    total, complete = sum(known), len(known) == len(measured)
    found: Quoted = {"credits": format_hundredths(total)}
    where = [source for item in mapping.host for source in case.credits[item.course].sources]
    demand = case.demand(mapping, "credit-gap")
    if not isinstance(demand, CreditGap):
        return judged(
            Code.CREDITS_COVERED,
            total >= required if complete else None,
            demanded={"required": format_hundredths(required)},
            found=found,
            where=where,
        )
    above = total - required
    holds = abs(above) <= demand.largest_gap and (above >= 0 or not demand.more_for_less)
    return judged(
        Code.CREDIT_GAP,
        holds if complete else None,
        demanded={
            "required": format_hundredths(required),
            "largest_gap": format_hundredths(demand.largest_gap),
            "more_for_less": demand.more_for_less,
        },
        found=found,
        where=where,
    )


def _check_category(case: Case, mapping: Mapping, demand: CategoryDemand, home: HomeCourse) -> Node:
    here = home.category or (case.categories or {}).get(home.course)
    there = [
        item.category or case.credits[item.course].category
        for item in mapping.host
        if item.course in case.credits
    ]
    answers = [_may_replace(category, here, demand) for category in there]
    return judged(
        Code.CATEGORY,
        every(answers),
        about=home.course,
        demanded={
            "home": here.value if here else "unknown",
            "elective_by_compulsory": demand.elective_by_compulsory,
        },
        found={"host": tuple(category.value for category in there if category)},
        where=[
            source
            for item in mapping.host
            if item.course in case.credits
            for source in case.credits[item.course].sources
        ],
    )


def _may_replace(
    host: Category | None, home: Category | None, demand: CategoryDemand
) -> bool | None:
    if host is None or home is None:
        return None
    return host is home or (
        host is Category.COMPULSORY and home is Category.ELECTIVE and demand.elective_by_compulsory
    )
