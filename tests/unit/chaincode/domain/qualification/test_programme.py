from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.errors import InvalidArgument, RecordCorrupt, StaleReference
from chaincode.domain.qualification.programme import (
    Group,
    Limit,
    Minimum,
    Programme,
    ProgrammeContent,
    ShareLimit,
    Trait,
    Within,
)
from tests.support.qualification import BANK
from tests.support.records import NOW, OPERATION

KEY = f"programme/bankMSP/{'1' * 32}/1"
BY = f"account/bankMSP/{'2' * 32}"
ONLINE = (Trait.ONLINE,)


def publish(content: ProgrammeContent = BANK) -> Programme:
    return Programme.published(KEY, content, by=BY, at=NOW, operation=OPERATION)


def test_a_published_programme() -> None:
    programme = publish()
    assert (programme.version, programme.owner, programme.published_by) == (1, "bankMSP", BY)
    assert programme.digest == BANK.digest()
    assert Programme.decode(KEY, programme.encode()) == programme


def test_it_belongs_to_whom_its_key_says() -> None:
    other = publish(BANK.model_copy(update={"granted_by": "alphaMSP"}))
    with pytest.raises(RecordCorrupt, match="another owner"):
        Programme.decode(KEY, other.encode())


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"granted_by": "alphaMSP"},
        {"total": 14_001},
        {"groups": BANK.groups[::-1]},
        {"minimums": ()},
        {"limits": BANK.limits[:2]},
        {"shares": (ShareLimit(id="s", within=Within.TERM, traits=ONLINE, at_most=4_000),)},
        {"home_credits": 8_400},
        {"home_share": 5_000},
    ],
)
def test_the_digest_binds_every_part_of_the_content(change: dict[str, Any]) -> None:
    assert set(change) <= set(ProgrammeContent.model_fields)
    assert BANK.model_copy(update=change).digest() != BANK.digest()


def test_a_silent_rewrite_shows() -> None:
    programme = publish()
    programme.require_seen(programme.digest)
    easier = BANK.model_copy(update={"total": 100})
    kept = programme.model_copy(update={"content": easier})
    rewritten = programme.model_copy(update={"content": easier, "digest": easier.digest()})
    for other in (kept, rewritten):
        with pytest.raises(StaleReference) as stale:
            other.require_seen(programme.digest)
        assert stale.value.field == "programme_digest"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"groups": (BANK.groups[0], BANK.groups[0])}, "groups.1.id"),
        ({"minimums": (Minimum(id="major", traits=ONLINE, at_least=1),)}, "minimums.0.id"),
        ({"limits": (BANK.limits[0], BANK.limits[1], BANK.limits[0])}, "limits.2.id"),
        (
            {"shares": (ShareLimit(id="per-year", within=Within.TERM, traits=ONLINE, at_most=1),)},
            "shares.0.id",
        ),
        ({"groups": (Group(id="a", title="A", at_least=14_001),)}, "groups"),
        (
            {
                "groups": (
                    Group(id="a", title="A", at_least=14_000),
                    Group(id="b", title="B", at_least=1),
                )
            },
            "groups",
        ),
        ({"minimums": (Minimum(id="m", traits=ONLINE, at_least=14_001),)}, "minimums.0.at_least"),
        ({"home_credits": 14_001}, "home_credits"),
        ({"limits": (Limit(id="x", within=Within.DEGREE, at_most=13_999),)}, "limits.0.at_most"),
        (
            {
                "limits": (
                    Limit(
                        id="x",
                        within=Within.DEGREE,
                        traits=(Trait.ACCREDITED, Trait.PART_TIME, Trait.ONLINE),
                        at_most=1_799,
                    ),
                )
            },
            "limits.0.at_most",
        ),
        (
            {
                "minimums": (Minimum(id="m", traits=ONLINE, at_least=1_401),),
                "shares": (ShareLimit(id="x", within=Within.DEGREE, traits=ONLINE, at_most=1_000),),
            },
            "shares.0.at_most",
        ),
        (
            {
                "home_credits": 8_400,
                "limits": (Limit(id="x", within=Within.INSTITUTION, at_most=8_399),),
            },
            "limits.0.at_most",
        ),
        (
            {
                "home_share": 6_000,
                "limits": (Limit(id="x", within=Within.INSTITUTION, at_most=8_399),),
            },
            "limits.0.at_most",
        ),
    ],
)
def test_what_nobody_could_fulfil_is_refused_with_its_place(
    change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        publish(BANK.model_copy(update=change))
    assert refused.value.field == field


def test_what_can_just_be_fulfilled_is_taken() -> None:
    publish(
        BANK.model_copy(
            update={
                "groups": (Group(id="a", title="A", at_least=14_000),),
                "home_credits": 10_500,
                "limits": (
                    Limit(id="all", within=Within.DEGREE, at_most=14_000),
                    Limit(id="one", within=Within.INSTITUTION, at_most=10_500),
                    Limit(id="online", within=Within.DEGREE, traits=ONLINE, at_most=0),
                    # The minimum can be reached by part-time courses.
                    Limit(id="bank", within=Within.DEGREE, traits=(Trait.ACCREDITED,), at_most=1),
                ),
            }
        )
    )


def test_what_is_owed_at_home_is_the_larger_of_both() -> None:
    def home(**change: int) -> int:
        return BANK.model_copy(update=change).home

    assert home() == 0
    assert home(home_credits=8_400) == 8_400
    assert home(home_share=5_000) == 7_000
    assert home(home_credits=8_400, home_share=5_000) == 8_400
    assert home(total=14_001, home_share=5_000) == 7_001


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"total": 0}, ("total",)),
        ({"total": 100_001}, ("total",)),
        ({"groups": ()}, ("groups",)),
        ({"groups": BANK.groups * 20}, ("groups",)),
        ({"home_share": 10_001}, ("home_share",)),
        ({"home_credits": -1}, ("home_credits",)),
        ({"granted_by": "nobody"}, ("granted_by",)),
    ],
)
def test_amounts_and_lists_are_bounded(change: dict[str, Any], place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        ProgrammeContent(**(dict(BANK) | change))
    assert refused.value.errors()[0]["loc"] == place


def test_a_share_is_of_something() -> None:
    with pytest.raises(ValidationError):
        ShareLimit(id="x", within=Within.TERM, traits=(), at_most=4_000)
