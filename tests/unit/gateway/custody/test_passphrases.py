import asyncio
import unicodedata

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from gateway.custody.errors import PassphraseUnfit, PassphraseWrong
from gateway.custody.passphrases import Passphrases

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "a long enough passphrase"


@pytest.fixture
def passphrases() -> Passphrases:
    return Passphrases(hasher=CHEAP)


async def test_the_right_passphrase_is_let_through(passphrases: Passphrases) -> None:
    stored = await passphrases.hash(GOOD)
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    await passphrases.verify(stored, GOOD)


@pytest.mark.parametrize("typed", ["", GOOD + " ", GOOD.upper(), "x" * 5000])
async def test_any_other_is_not(passphrases: Passphrases, typed: str) -> None:
    stored = await passphrases.hash(GOOD)
    with pytest.raises(PassphraseWrong):
        await passphrases.verify(stored, typed)


async def test_an_unknown_account_costs_and_answers_the_same(passphrases: Passphrases) -> None:
    stored = await passphrases.hash(GOOD)
    with pytest.raises(PassphraseWrong) as unknown:
        await passphrases.verify(None, GOOD)
    with pytest.raises(PassphraseWrong) as wrong:
        await passphrases.verify(stored, "another passphrase")
    assert str(unknown.value) == str(wrong.value)
    with pytest.raises(PassphraseWrong):
        await passphrases.verify(None, "nobody's passphrase")


async def test_a_stored_value_that_is_no_hash_lets_nobody_in(passphrases: Passphrases) -> None:
    with pytest.raises(PassphraseWrong):
        await passphrases.verify("no hash", GOOD)


@pytest.mark.parametrize("unfit", ["", "eleven char", "x" * 1025])
async def test_an_unfit_passphrase_is_refused(passphrases: Passphrases, unfit: str) -> None:
    with pytest.raises(PassphraseUnfit):
        await passphrases.hash(unfit)


async def test_composed_and_decomposed_letters_are_one(passphrases: Passphrases) -> None:
    stored = await passphrases.hash(unicodedata.normalize("NFD", "Prüfungsgebühr"))
    await passphrases.verify(stored, unicodedata.normalize("NFC", "Prüfungsgebühr"))


async def test_equal_passphrases_have_different_hashes(passphrases: Passphrases) -> None:
    assert await passphrases.hash(GOOD) != await passphrases.hash(GOOD)


async def test_weaker_parameters_are_noticed(passphrases: Passphrases) -> None:
    stored = await passphrases.hash(GOOD)
    assert not passphrases.wants_new_hash(stored)
    assert Passphrases().wants_new_hash(stored)


async def test_a_flood_is_taken_a_few_at_a_time() -> None:
    running = highest = 0

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal running, highest
            running += 1
            highest = max(highest, running)
            result = super().hash(password, salt=salt)
            running -= 1
            return result

    passphrases = Passphrases(
        hasher=Counting(time_cost=1, memory_cost=1024, parallelism=1), concurrency=2
    )
    await asyncio.gather(*(passphrases.hash(GOOD) for _ in range(20)))
    assert 1 <= highest <= 2


@pytest.mark.parametrize("hasher", [CHEAP, PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)])
def test_a_stranger_is_verified_at_the_cost_of_anybody_else(hasher: PasswordHasher) -> None:
    nobody = Passphrases(hasher=hasher)._nobody
    assert not hasher.check_needs_rehash(nobody)
    with pytest.raises(VerifyMismatchError):  # it was computed, and differs
        hasher.verify(nobody, "a passphrase of somebody")
