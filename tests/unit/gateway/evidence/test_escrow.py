import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.evidence.errors import (
    EscrowIncomplete,
    EscrowInvalid,
    EscrowMismatch,
    EscrowShareRefused,
)
from gateway.evidence.escrow import (
    EscrowShare,
    OpenShare,
    combine_shares,
    open_share,
    split_key,
)
from gateway.evidence.gf256 import invert, multiply
from gateway.evidence.keys import SealingPrivateKey

EVIDENCE = SealingPrivateKey.generate()
ADMINISTRATORS = [SealingPrivateKey.generate() for _ in range(4)]
PUBLIC = [administrator.public for administrator in ADMINISTRATORS]


def opened(shares: tuple[EscrowShare, ...]) -> list[OpenShare]:
    return [open_share(share, key) for share, key in zip(shares, ADMINISTRATORS, strict=False)]


def test_the_field_is_the_one_of_aes() -> None:
    assert multiply(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    assert multiply(0x57, 0x13) == 0xFE  # FIPS 197, section 4.2.1


def test_the_field_has_its_laws() -> None:
    for left, right in itertools.product(range(256), repeat=2):
        product = multiply(left, right)
        assert product == multiply(right, left)
        assert product == carryless(left, right)
    assert all(multiply(element, invert(element)) == 1 for element in range(1, 256))
    with pytest.raises(ZeroDivisionError):
        invert(0)


def carryless(left: int, right: int) -> int:
    product = 0
    for bit in range(8):
        if right >> bit & 1:
            product ^= left << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11B << (bit - 8)
    return product


@pytest.mark.parametrize("pair", list(itertools.combinations(range(4), 2)))
def test_any_two_administrators_open_it(pair: tuple[int, int]) -> None:
    shares = opened(split_key(EVIDENCE, PUBLIC))
    key = combine_shares([shares[place] for place in pair], evidence_key=EVIDENCE.public)
    assert key.export_seed() == EVIDENCE.export_seed()


def test_all_of_them_open_it_too() -> None:
    shares = opened(split_key(EVIDENCE, PUBLIC))
    assert combine_shares(shares, evidence_key=EVIDENCE.public).public == EVIDENCE.public


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_threshold_opens_and_one_less_does_not(data: st.DataObject) -> None:
    threshold = data.draw(st.integers(2, 4))
    shares = opened(split_key(EVIDENCE, PUBLIC, threshold=threshold))
    chosen = data.draw(st.permutations(shares))
    assert combine_shares(chosen[:threshold], evidence_key=EVIDENCE.public)
    with pytest.raises(EscrowIncomplete):
        combine_shares(chosen[: threshold - 1], evidence_key=EVIDENCE.public)


def test_one_administrator_counts_once() -> None:
    first = opened(split_key(EVIDENCE, PUBLIC))[0]
    with pytest.raises(EscrowIncomplete):
        combine_shares([first, first], evidence_key=EVIDENCE.public)


def test_a_single_share_is_uniform_whatever_the_secret() -> None:
    fixed = SealingPrivateKey(bytes(32))
    values = {opened(split_key(fixed, PUBLIC))[0].value for _ in range(20)}
    assert len(values) == 20
    assert bytes(32) not in values


def test_nobody_opens_anothers_share() -> None:
    share = split_key(EVIDENCE, PUBLIC)[0]
    with pytest.raises(EscrowShareRefused):
        open_share(share, ADMINISTRATORS[1])
    stolen = share.model_copy(update={"administrator": PUBLIC[1].key_id})
    with pytest.raises(EscrowShareRefused):
        open_share(stolen, ADMINISTRATORS[1])


@pytest.mark.parametrize("change", [{"point": 3}, {"threshold": 3}, {"split": "0" * 32}])
def test_a_share_is_bound_to_its_place(change: dict[str, object]) -> None:
    share = split_key(EVIDENCE, PUBLIC)[0].model_copy(update=change)
    with pytest.raises(EscrowShareRefused):
        open_share(share, ADMINISTRATORS[0])


def test_shares_of_two_splits_or_two_keys_do_not_mix() -> None:
    one, two = opened(split_key(EVIDENCE, PUBLIC)), opened(split_key(EVIDENCE, PUBLIC))
    with pytest.raises(EscrowShareRefused):
        combine_shares([one[0], two[1]], evidence_key=EVIDENCE.public)
    with pytest.raises(EscrowShareRefused):
        combine_shares(one, evidence_key=SealingPrivateKey.generate().public)


def test_a_false_share_shows() -> None:
    shares = opened(split_key(EVIDENCE, PUBLIC))
    false = OpenShare(shares[0].share, bytes(32))
    with pytest.raises(EscrowMismatch):
        combine_shares([false, shares[1]], evidence_key=EVIDENCE.public)


def test_no_share_at_all_is_said() -> None:
    with pytest.raises(EscrowIncomplete):
        combine_shares([], evidence_key=EVIDENCE.public)


@pytest.mark.parametrize(("threshold", "count"), [(1, 3), (0, 3), (4, 3), (2, 1)])
def test_a_split_that_is_no_escrow_is_refused(threshold: int, count: int) -> None:
    with pytest.raises(EscrowInvalid):
        split_key(EVIDENCE, PUBLIC[:count], threshold=threshold)


def test_an_administrator_stands_there_once() -> None:
    with pytest.raises(EscrowInvalid):
        split_key(EVIDENCE, [PUBLIC[0], PUBLIC[0]])


def test_an_opened_share_shows_nothing() -> None:
    share = opened(split_key(EVIDENCE, PUBLIC))[0]
    assert share.value.hex() not in repr(share)
    assert repr(share.value) not in repr(share)
    with pytest.raises(TypeError):
        share.__reduce__()


def test_shares_survive_json() -> None:
    share = split_key(EVIDENCE, PUBLIC)[0]
    assert EscrowShare.model_validate_json(share.model_dump_json()) == share
