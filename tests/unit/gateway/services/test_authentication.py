from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.custody.errors import NotTheOwner
from gateway.custody.owner import OwnerGate
from gateway.custody.passphrases import Passphrases
from gateway.model.people import (
    AccessToken,
    Account,
    AccountPurpose,
    AccountState,
    LoginAttempts,
    Person,
    PersonStatus,
)
from gateway.services.authentication import TOKEN_LIFE, Authentication
from gateway.services.errors import (
    CredentialsRefused,
    InvalidRequest,
    NotAuthenticated,
    NotPermitted,
    TooManyAttempts,
)
from gateway.storage.database import Database
from tests.support.databases import fresh_database
from tests.support.gateways import CHEAP, PASSPHRASE

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


class School:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.gate = OwnerGate(self.clock)
        self.passphrases = Passphrases(hasher=CHEAP)
        self.authentication = Authentication(
            database=database,
            passphrases=self.passphrases,
            gate=self.gate,
            msp_id="alphaMSP",
            clock=self.clock,
        )

    async def add(self, login: str, status: PersonStatus = PersonStatus.ACTIVE) -> None:
        hashed = await self.passphrases.hash(PASSPHRASE)
        identifier = login.ljust(32, "0")
        async with self.database.writing() as session:
            session.add(
                Person(identifier, login, login.title(), "student", status, START, hashed),
                Account(
                    key=f"account/alphaMSP/{identifier}",
                    person=identifier,
                    purpose=AccountPurpose.HOME,
                    teaching=None,
                    role="student",
                    state=AccountState.ACTIVE,
                    certificate=b"",
                    sealing_key="",
                    sealed_signing_key=b"",
                    sealed_sealing_key=b"",
                    created_at=START,
                ),
            )


@pytest_asyncio.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    database = Database(fresh_database(tmp_path / "gateway.sqlite"))
    await database.open()
    made = School(database)
    await made.add("maria")
    yield made
    await database.close()


async def fail(school: School, login: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(CredentialsRefused):
            await school.authentication.log_in(login, "not the passphrase")


async def test_a_token_says_who_it_is_and_opens_only_their_keys(school: School) -> None:
    issued = await school.authentication.log_in("maria", PASSPHRASE)
    person = await school.authentication.authenticate(issued.token)
    assert (person.login, person.role, person.msp_id) == ("maria", "student", "alphaMSP")
    school.gate.require(person.owner, person.id)
    with pytest.raises(NotTheOwner):
        school.gate.require(person.owner, "somebody else")


async def test_only_the_digest_of_a_token_is_stored(school: School) -> None:
    issued = await school.authentication.log_in("maria", PASSPHRASE)
    async with school.database.reading() as session:
        (row,) = await session.find(AccessToken)
    assert issued.token not in repr(row)
    assert issued.token not in repr(issued)


async def test_a_token_lives_eight_hours(school: School) -> None:
    issued = await school.authentication.log_in("maria", PASSPHRASE)
    assert issued.expires_at == START + timedelta(hours=8)
    school.clock.now = START + TOKEN_LIFE - timedelta(seconds=1)
    await school.authentication.authenticate(issued.token)
    school.clock.now = START + TOKEN_LIFE
    with pytest.raises(NotAuthenticated):
        await school.authentication.authenticate(issued.token)


async def test_unknown_login_and_wrong_passphrase_read_the_same(school: School) -> None:
    with pytest.raises(CredentialsRefused) as wrong:
        await school.authentication.log_in("maria", "not the passphrase")
    with pytest.raises(CredentialsRefused) as unknown:
        await school.authentication.log_in("nobody", "not the passphrase")
    assert str(wrong.value) == str(unknown.value)
    assert wrong.value.facts == unknown.value.facts


@pytest.mark.parametrize("login", ["maria", "nobody"])
async def test_five_failures_and_one_waits_known_or_not(school: School, login: str) -> None:
    await fail(school, login, 5)
    with pytest.raises(TooManyAttempts) as refused:
        await school.authentication.log_in(login, PASSPHRASE)
    assert refused.value.facts["retry_after"] in range(1, 32)
    school.clock.now += timedelta(seconds=31)
    if login == "maria":
        await school.authentication.log_in(login, PASSPHRASE)
    else:
        await fail(school, login, 1)


async def test_waiting_grows_and_success_forgets(school: School) -> None:
    await fail(school, "maria", 5)
    school.clock.now += timedelta(seconds=31)
    await fail(school, "maria", 1)
    school.clock.now += timedelta(seconds=31)
    with pytest.raises(TooManyAttempts):
        await school.authentication.log_in("maria", PASSPHRASE)
    school.clock.now += timedelta(seconds=31)
    await school.authentication.log_in("maria", PASSPHRASE)
    await fail(school, "maria", 4)
    await school.authentication.log_in("maria", PASSPHRASE)


async def test_one_login_does_not_block_another(school: School) -> None:
    await school.add("nina")
    await fail(school, "maria", 5)
    await school.authentication.log_in("nina", PASSPHRASE)


async def test_old_failures_and_old_tokens_are_forgotten(school: School) -> None:
    await fail(school, "nobody", 3)
    await school.authentication.log_in("maria", PASSPHRASE)
    school.clock.now += timedelta(days=2)
    await school.authentication.log_in("maria", PASSPHRASE)
    async with school.database.reading() as session:
        assert len(await session.find(AccessToken)) == 1
        assert await session.find(LoginAttempts) == []


async def test_who_left_has_no_way_in(school: School) -> None:
    issued = await school.authentication.log_in("maria", PASSPHRASE)
    async with school.database.writing() as session:
        (person,) = await session.find(Person)
        person.status = PersonStatus.CLOSED
    with pytest.raises(NotAuthenticated):
        await school.authentication.authenticate(issued.token)
    with pytest.raises(CredentialsRefused):
        await school.authentication.log_in("maria", PASSPHRASE)


async def test_a_role_that_is_asked_for(school: School) -> None:
    issued = await school.authentication.log_in("maria", PASSPHRASE)
    person = await school.authentication.authenticate(issued.token)
    person.require("teacher", "student")
    with pytest.raises(NotPermitted):
        person.require("registrar")


NEW = "nine grey herons by the weir"


async def change(school: School, token: str, *, old: str = PASSPHRASE, new: str = NEW) -> None:
    person = await school.authentication.authenticate(token)
    await school.authentication.change_passphrase(person, token, passphrase=old, new_passphrase=new)


async def test_a_new_passphrase_ends_every_other_token(school: School) -> None:
    await school.add("nina")
    other = await school.authentication.log_in("nina", PASSPHRASE)
    stolen, own = [await school.authentication.log_in("maria", PASSPHRASE) for _ in range(2)]
    await change(school, own.token)
    with pytest.raises(NotAuthenticated):
        await school.authentication.authenticate(stolen.token)
    await school.authentication.authenticate(own.token)
    await school.authentication.authenticate(other.token)
    with pytest.raises(CredentialsRefused):
        await school.authentication.log_in("maria", PASSPHRASE)
    await school.authentication.log_in("maria", NEW)


async def test_with_a_stolen_token_alone_nobody_changes_a_passphrase(school: School) -> None:
    own, stolen = [await school.authentication.log_in("maria", PASSPHRASE) for _ in range(2)]
    for _ in range(5):
        with pytest.raises(CredentialsRefused):
            await change(school, stolen.token, old="not the passphrase")
    with pytest.raises(TooManyAttempts):
        await change(school, stolen.token)
    await school.authentication.authenticate(own.token)
    school.clock.now += timedelta(seconds=31)
    await change(school, own.token)
    await fail(school, "maria", 4)
    await school.authentication.log_in("maria", NEW)


async def test_an_unfit_passphrase_is_named_and_is_no_failed_attempt(school: School) -> None:
    own = await school.authentication.log_in("maria", PASSPHRASE)
    for _ in range(6):
        with pytest.raises(InvalidRequest) as refused:
            await change(school, own.token, new="short")
        assert refused.value.field == "new_passphrase"
    await school.authentication.log_in("maria", PASSPHRASE)


@pytest.mark.parametrize("what", ["changed", "closed"])
async def test_who_logs_in_while_the_door_is_shut_stays_outside(
    school: School, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The hash takes its time: what was right when it began need not be so at its end."""
    verify = Passphrases.verify

    async def meanwhile(self: Passphrases, stored: str | None, passphrase: str) -> None:
        await verify(self, stored, passphrase)
        async with school.database.writing() as session:
            (person,) = await session.find(Person)
            if what == "closed":
                person.status = PersonStatus.CLOSED
            else:
                person.passphrase_hash = "another"

    monkeypatch.setattr(Passphrases, "verify", meanwhile)
    with pytest.raises(CredentialsRefused):
        await school.authentication.log_in("maria", PASSPHRASE)
    async with school.database.reading() as session:
        assert await session.find(AccessToken) == []
