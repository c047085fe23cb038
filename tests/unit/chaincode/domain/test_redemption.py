import pytest

from chaincode.domain.errors import AlreadyRedeemed, InvalidArgument, NotParty, WrongState
from chaincode.domain.redemption import Permission, Redemption, RedemptionEntry, RedemptionStatus
from chaincode.domain.redemption_count import left, require_room, used
from tests.support.records import ENROLMENT, NEXT, NOW, OPERATION, REGISTRAR, STUDENT

KEY = ENROLMENT.replace("enrolment", "redemption")
RULE = f"rule/gammaMSP/{'6' * 32}/1"
BY = {"by": REGISTRAR, "at": NOW, "operation": NEXT}


def permitted(
    before: Redemption | None = None,
    *,
    redeemer: str = "gammaMSP",
    programme: str = "5" * 32,
    amount: int = 600,
    joint: str | None = None,
) -> Redemption:
    permission = Permission(
        redeemer=redeemer,
        programme=f"programme/{redeemer}/{programme}/1",
        amount=amount,
        rule=RULE,
        joint=joint,
        expires_at=NOW,
        credit_version=3,
    )
    return Redemption.with_permission(
        before, permission, key=KEY, by=STUDENT, at=NOW, operation=OPERATION
    )


def uses(*given: tuple[str, int, str | None]) -> tuple[RedemptionEntry, ...]:
    """Held uses: programme, amount, joint set."""
    (like,) = permitted().entries
    return tuple(
        like.model_copy(
            update={
                "number": number,
                "programme": f"programme/gammaMSP/{programme * 32}/1",
                "amount": amount,
                "joint": joint,
                "status": RedemptionStatus.HELD,
            }
        )
        for number, (programme, amount, joint) in enumerate(given, 1)
    )


def test_the_life_of_a_redemption() -> None:
    held = permitted().held(1, credit_version=4, **BY)
    redeemed = held.redeemed(1, decision_commitment="0" * 64, credit_version=5, **BY)
    granted = redeemed.granted(1, credit_version=6, **BY)
    (entry,) = granted.entries
    assert (entry.status, entry.credit_version) == (RedemptionStatus.GRANTED, 6)
    assert entry.decision_commitment == "0" * 64
    assert Redemption.decode(KEY, granted.encode()) == granted
    assert granted.given_back(**BY) is None
    assert granted.freed_from("gammaMSP", **BY) is None


def test_numbers_and_parties() -> None:
    found = permitted()
    with pytest.raises(InvalidArgument) as refused:
        found.entry(2)
    assert refused.value.field == "number"
    with pytest.raises(NotParty):
        found.entry_of("alphaMSP", 1)
    with pytest.raises(WrongState):
        permitted(found)
    assert len(permitted(found, programme="4" * 32).entries) == 2


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ([], 0),
        ([("1", 600, None)], 600),
        ([("1", 200, None), ("1", 300, None)], 500),
        ([("1", 400, "a" * 64), ("2", 600, "a" * 64)], 600),
        ([("1", 400, "a" * 64), ("1", 400, "a" * 64), ("2", 600, "a" * 64)], 800),
        ([("1", 400, "a" * 64), ("2", 100, "b" * 64)], 500),
        ([("1", 400, "a" * 64), ("2", 100, None)], 500),
    ],
)
def test_joint_programmes_count_once_by_the_largest(
    given: list[tuple[str, int, str | None]], total: int
) -> None:
    entries = uses(*given)
    assert used(entries) == used(reversed(entries)) == total
    assert left(entries, 600) == max(600 - total, 0)


def test_versions_of_one_programme_are_one() -> None:
    first, second = uses(("1", 400, "a" * 64), ("1", 400, "a" * 64))
    second = second.model_copy(update={"programme": first.programme[:-1] + "2"})
    assert used((first, second)) == 800


def test_room_is_what_all_others_leave() -> None:
    entries = uses(("1", 400, None), ("2", 200, None))
    wanted = entries[1].model_copy(update={"status": RedemptionStatus.PERMITTED})
    require_room((entries[0], wanted), wanted, awarded=600)
    more = wanted.model_copy(update={"amount": 201})
    with pytest.raises(AlreadyRedeemed) as refused:
        require_room((entries[0], more), more, awarded=600)
    assert refused.value.facts["left"] == 200
    assert refused.value.detail.startswith("2.01 credits are wanted, 2.00 are left: ")
    assert refused.value.detail.endswith("gammaMSP redeemed before")


def test_a_record_bounds_its_entries() -> None:
    found = permitted()
    for number in range(1, 64):
        found = permitted(found.withdrawn(number, **BY))
    with pytest.raises(WrongState, match="at most 64"):
        permitted(found.withdrawn(64, **BY))
    assert len(found.encode()) < 64 * 1024
