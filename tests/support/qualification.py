"""Programmes and presented credits for tests: the credit bank of the facts page."""

from datetime import date
from typing import Any

from chaincode.domain.qualification.findings import EarnedCredit
from chaincode.domain.qualification.programme import (
    Group,
    Limit,
    Minimum,
    ProgrammeContent,
    Trait,
    Within,
)

BANK = ProgrammeContent(
    title="Bachelor of Engineering",
    granted_by="bankMSP",
    total=14_000,
    groups=(
        Group(id="major", title="Major", at_least=6_000),
        Group(id="liberal", title="Liberal arts", at_least=3_000),
        Group(id="free", title="Free", at_least=0),
    ),
    minimums=(
        Minimum(id="accredited", traits=(Trait.ACCREDITED, Trait.PART_TIME), at_least=1_800),
    ),
    limits=(
        Limit(id="per-year", within=Within.ACADEMIC_YEAR, at_most=4_200),
        Limit(id="per-term", within=Within.TERM, at_most=2_400),
        Limit(id="per-institution", within=Within.INSTITUTION, at_most=10_500),
    ),
)


def earned(amount: int, group: str, when: str, **change: Any) -> EarnedCredit:
    """A credit of a term such as 2024-1, from a course that the bank accredited."""
    year, _, half = when.partition("-")
    fields = {
        "key": f"{when}.{group}.{amount}",
        "amount": amount,
        "groups": (group,),
        "awarded_on": date(int(year), 6 if half == "1" else 12, 20),
        "academic_year": year,
        "term": when,
        "institution": f"college-{half}",
        "traits": (Trait.ACCREDITED,),
    }
    return EarnedCredit(**(fields | change))


def learner(*, major: int = 6_200, liberal: int = 3_000, free: int = 5_800) -> list[EarnedCredit]:
    """150.00 credits: 46.00 of 2024, of which 10.00 free, and the rest within all limits."""
    of_2024 = [
        earned(1_000, "major", "2024-1"),
        earned(800, "liberal", "2024-1"),
        earned(500, "free", "2024-1"),
        earned(1_200, "major", "2024-2"),
        earned(600, "liberal", "2024-2"),
        earned(500, "free", "2024-2"),
    ]
    rest = {"major": major - 2_200, "liberal": liberal - 1_400, "free": free - 1_000}
    found = list(of_2024)
    for year in (2021, 2022, 2023):
        for half in (1, 2):
            room = 2_000
            for group, open_ in rest.items():
                amount = min(room, open_)
                if amount:
                    found.append(earned(amount, group, f"{year}-{half}"))
                    rest[group] -= amount
                    room -= amount
    if any(rest.values()):
        raise ValueError(f"the other years do not hold {rest}")
    return found
