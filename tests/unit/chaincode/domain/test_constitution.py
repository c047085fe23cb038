from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.constitution import (
    Alliance,
    Constitution,
    ConstitutionContent,
    Member,
    MemberKind,
    Parameters,
)
from chaincode.domain.errors import InvalidArgument, NotPermitted
from tests.support.records import OPERATION

MEMBERS = (
    Member(msp_id="alphaMSP", kind=MemberKind.UNIVERSITY),
    Member(msp_id="betaMSP", kind=MemberKind.UNIVERSITY),
    Member(msp_id="gammaMSP", kind=MemberKind.UNIVERSITY),
    Member(msp_id="ministryMSP", kind=MemberKind.AUTHORITY),
    Member(msp_id="moocMSP", kind=MemberKind.PLATFORM),
)

NORTH = Alliance(id="north", members=("alphaMSP", "betaMSP", "gammaMSP"), threshold=2)


def content(**changes: Any) -> ConstitutionContent:
    fields = {"members": MEMBERS, "majority": 3, "parameters": Parameters()}
    return ConstitutionContent.model_validate(fields | changes)


def test_the_founded_constitution() -> None:
    founded = Constitution.founded(content(), operation=OPERATION)
    assert (founded.key, founded.version, founded.operation) == ("constitution", 1, OPERATION)
    assert Constitution.decode("constitution", founded.encode()) == founded
    assert founded.content.parameters == Parameters(
        deadline_margin_seconds=300, entries_per_slot=64
    )


def test_its_digest_binds_all_of_it() -> None:
    others = [
        content(),
        content(members=MEMBERS[:4]),
        content(parameters=Parameters(deadline_margin_seconds=301)),
        content(parameters=Parameters(entries_per_slot=63)),
        content(alliances=(NORTH,)),
        content(alliances=(NORTH.model_copy(update={"threshold": 3}),)),
        content(members=(*MEMBERS[:3], Member(msp_id="ministryMSP", kind=MemberKind.UNIVERSITY))),
    ]
    assert len({other.digest() for other in others}) == len(others)


@pytest.mark.parametrize(
    ("voting", "majority"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)]
)
def test_a_majority_is_more_than_half_of_those_who_vote(voting: int, majority: int) -> None:
    members = tuple(
        Member(msp_id=f"a{number}MSP", kind=MemberKind.UNIVERSITY) for number in range(voting)
    )
    assert content(members=members, majority=majority).majority == majority
    for wrong in {majority - 1, majority + 1, voting + 1} - {majority}:
        with pytest.raises(ValidationError, match=r"majority|greater than or equal"):
            content(members=members, majority=wrong)


@pytest.mark.parametrize(
    ("kind", "votes"),
    [
        (MemberKind.UNIVERSITY, True),
        (MemberKind.AUTHORITY, True),
        (MemberKind.PLATFORM, False),
        (MemberKind.EMPLOYER, False),
        (MemberKind.CREDIT_BANK, False),
    ],
)
def test_platforms_employers_and_banks_do_not_count(kind: MemberKind, *, votes: bool) -> None:
    members = (*MEMBERS[:1], Member(msp_id="zMSP", kind=kind))
    assert content(members=members, majority=2 if votes else 1)
    with pytest.raises(ValidationError):
        content(members=members, majority=1 if votes else 2)


@pytest.mark.parametrize(
    "members",
    [
        (),
        MEMBERS[::-1],
        (MEMBERS[0], *MEMBERS),
        (MEMBERS[1], MEMBERS[0], *MEMBERS[2:]),
        (MEMBERS[4],),
    ],
)
def test_members_are_listed_once_in_order_and_somebody_votes(members: tuple[Member, ...]) -> None:
    for majority in (1, 2, 3):
        with pytest.raises(ValidationError):
            content(members=members, majority=majority)


def test_a_slot_filled_to_the_highest_limit_is_allowed_to_be_configured_and_not_more() -> None:
    assert Parameters(entries_per_slot=128)
    for number in (0, 129):
        with pytest.raises(ValidationError):
            Parameters(entries_per_slot=number)
    for seconds in (-1, 3_601):
        with pytest.raises(ValidationError):
            Parameters(deadline_margin_seconds=seconds)


def test_kinds_are_held() -> None:
    founded = Constitution.founded(content(), operation=OPERATION)
    assert founded.kind_of("moocMSP") is MemberKind.PLATFORM
    founded.require_kind("alphaMSP", MemberKind.UNIVERSITY)
    founded.require_kind("alphaMSP", MemberKind.AUTHORITY, MemberKind.UNIVERSITY)
    with pytest.raises(NotPermitted, match="moocMSP is a platform") as refused:
        founded.require_kind("moocMSP", MemberKind.UNIVERSITY, MemberKind.AUTHORITY)
    assert refused.value.facts == {"kind": "platform"}
    for stranger in ("deltaMSP", "ALPHAMSP", ""):
        with pytest.raises(NotPermitted, match="no member"):
            founded.require_kind(stranger, *MemberKind)


def test_an_alliance_is_found_by_its_id() -> None:
    founded = Constitution.founded(content(alliances=(NORTH,)), operation=OPERATION)
    assert founded.alliance("north") == NORTH
    with pytest.raises(InvalidArgument) as refused:
        founded.alliance("south")
    assert (refused.value.field, refused.value.facts) == ("alliance", {"alliances": ["north"]})


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_a_threshold_is_more_than_half_and_at_most_all(threshold: int) -> None:
    with pytest.raises(ValidationError):
        Alliance(id="north", members=NORTH.members, threshold=threshold)


def test_half_of_an_alliance_is_not_enough() -> None:
    four = ("alphaMSP", "betaMSP", "gammaMSP", "ministryMSP")
    with pytest.raises(ValidationError, match="more than half"):
        Alliance(id="north", members=four, threshold=2)
    assert Alliance(id="north", members=four, threshold=3)


@pytest.mark.parametrize(
    "members", [(), ("alphaMSP",), ("betaMSP", "alphaMSP"), ("alphaMSP", "alphaMSP", "betaMSP")]
)
def test_an_alliance_lists_its_members_once_in_order(members: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Alliance(id="north", members=members, threshold=2)


@pytest.mark.parametrize("stranger", ["moocMSP", "zetaMSP"])
def test_who_does_not_vote_is_in_no_alliance(stranger: str) -> None:
    alliance = Alliance(id="north", members=("alphaMSP", "betaMSP", stranger), threshold=2)
    with pytest.raises(ValidationError, match="a member that votes"):
        content(alliances=(alliance,))


def test_alliances_are_listed_once_in_order() -> None:
    south = NORTH.model_copy(update={"id": "south"})
    assert content(alliances=(NORTH, south)).alliances == (NORTH, south)
    for wrong in ((NORTH, NORTH), (south, NORTH)):
        with pytest.raises(ValidationError, match="in the order of their ids"):
            content(alliances=wrong)
