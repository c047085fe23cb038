"""Who asks: access tokens for people who know their passphrase."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from gateway.custody.errors import PassphraseUnfit, PassphraseWrong
from gateway.custody.owner import Owner, OwnerGate
from gateway.custody.passphrases import Passphrases
from gateway.custody.tokens import new_token, token_digest
from gateway.model.people import (
    AccessToken,
    Account,
    AccountPurpose,
    LoginAttempts,
    Person,
    PersonStatus,
)
from gateway.services.errors import (
    CredentialsRefused,
    InvalidRequest,
    NotAuthenticated,
    NotPermitted,
    TooManyAttempts,
)
from gateway.services.ports import Clock, Database, Session

TOKEN_LIFE: Final = timedelta(hours=8)
_REQUEST_LIFE: Final = timedelta(minutes=30)
"""How long the keys of who authenticated stay open for one request; uploads take time."""
_FREE_FAILURES: Final = 5
_FIRST_BLOCK: Final = timedelta(seconds=30)
_LONGEST_BLOCK: Final = timedelta(minutes=15)
_FORGET_FAILURES: Final = timedelta(hours=24)
_REFUSED: Final = "login and passphrase do not belong together"


@dataclass(frozen=True, slots=True)
class AuthenticatedPerson:
    """Somebody of this member who proved to be it, for one request."""

    id: str
    login: str
    name: str = field(repr=False)
    role: str
    account: str
    """Ledger key of the account at this member."""
    msp_id: str
    owner: Owner = field(repr=False)
    """Opens the person's own keys, and nobody else's."""

    def require(self, *roles: str) -> None:
        """Refuse early what the contract would refuse by the certificate.

        Raises:
            NotPermitted: the person has none of the roles.
        """
        if self.role not in roles:
            raise NotPermitted(
                f"this is for: {', '.join(sorted(roles))}; you are a {self.role}",
                facts={"role": self.role},
            )


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token, shown once."""

    token: str = field(repr=False)
    expires_at: datetime


class Authentication:
    """Issues, checks and revokes access tokens."""

    def __init__(
        self,
        *,
        database: Database,
        passphrases: Passphrases,
        gate: OwnerGate,
        msp_id: str,
        clock: Clock,
    ) -> None:
        """Take the gate that vouches for whom this service has recognised."""
        self._database = database
        self._passphrases = passphrases
        self._gate = gate
        self._msp_id = msp_id
        self._clock = clock

    async def log_in(self, login: str, passphrase: str) -> IssuedToken:
        """Give a token for eight hours.

        Raises:
            CredentialsRefused: they do not belong together; unknown logins read the same.
            TooManyAttempts: this login has to wait.
        """
        return await self._issue(await self._proven(login, passphrase))

    async def change_passphrase(
        self, person: AuthenticatedPerson, token: str, *, passphrase: str, new_passphrase: str
    ) -> None:
        """Replace the passphrase; every token but `token` ends.

        Raises:
            CredentialsRefused: the old passphrase is wrong.
            InvalidRequest: the new one is unfit.
            TooManyAttempts: this login has to wait.
        """
        try:
            self._passphrases.require_fit(new_passphrase)
        except PassphraseUnfit as error:
            raise InvalidRequest(str(error), field="new_passphrase") from error
        proven = await self._proven(person.login, passphrase)
        hashed = await self._passphrases.hash(new_passphrase)
        kept = token_digest(token)
        async with self._database.writing() as session:
            holder = await _unchanged(session, proven)
            holder.passphrase_hash = hashed
            for other in await session.find(AccessToken, person=holder.id):
                if other.digest != kept:
                    await session.delete(other)

    async def authenticate(self, token: str) -> AuthenticatedPerson:
        """Find whose token it is.

        Raises:
            NotAuthenticated: unknown, expired, or of somebody who left.
        """
        now = self._clock()
        async with self._database.reading() as session:
            found = await session.get(AccessToken, token_digest(token))
            if found is None or found.expires_at <= now:
                raise NotAuthenticated("the access token is unknown or has expired: log in again")
            person = await session.get(Person, found.person)
            accounts = await session.find(Account, person=found.person, purpose=AccountPurpose.HOME)
        if person is None or person.status is PersonStatus.CLOSED or not accounts:
            raise NotAuthenticated("the account is closed")
        return AuthenticatedPerson(
            id=person.id,
            login=person.login,
            name=person.name,
            role=person.role,
            account=accounts[0].key,
            msp_id=self._msp_id,
            owner=self._gate.admit(person.id, until=min(found.expires_at, now + _REQUEST_LIFE)),
        )

    async def log_out(self, token: str) -> None:
        """Revoke a token; one that is not there is no error."""
        async with self._database.writing() as session:
            found = await session.get(AccessToken, token_digest(token))
            if found is not None:
                await session.delete(found)

    async def _proven(self, login: str, passphrase: str) -> Person:
        """Whose login and passphrase belong together."""
        person = await self._attempt(login)
        stored = None if person is None else person.passphrase_hash
        try:
            await self._passphrases.verify(stored, passphrase)
        except PassphraseWrong as error:
            raise CredentialsRefused(_REFUSED) from error
        if person is None or person.status is PersonStatus.CLOSED:
            raise CredentialsRefused(_REFUSED)
        return person

    async def _attempt(self, login: str) -> Person | None:
        """Count the attempt before it is made, so that many at once are many."""
        now, digest = self._clock(), _login_digest(login)
        async with self._database.writing() as session:
            for old in await session.find(
                LoginAttempts, at_most={"last_at": now - _FORGET_FAILURES}, limit=100
            ):
                await session.delete(old)
            attempts = await session.get(LoginAttempts, digest)
            if attempts is None:
                attempts = LoginAttempts(digest, 0, None, now)
                session.add(attempts)
            _require_free(attempts, now)
            attempts.failures += 1
            attempts.last_at = now
            attempts.blocked_until = _blocked_until(attempts.failures, now)
            return await _by_login(session, login)

    async def _issue(self, proven: Person) -> IssuedToken:
        now, token = self._clock(), new_token()
        async with self._database.writing() as session:
            person = await _unchanged(session, proven)
            for old in await session.find(AccessToken, at_most={"expires_at": now}, limit=100):
                await session.delete(old)
            session.add(AccessToken(token.digest, person.id, now, now + TOKEN_LIFE))
        return IssuedToken(token.text, now + TOKEN_LIFE)


async def _unchanged(session: Session, proven: Person) -> Person:
    """The person whose passphrase was right, where it still is; earlier failures are forgotten.

    Raises:
        CredentialsRefused: it was changed, or the account closed, while the passphrase was hashed.
    """
    person = await session.get(Person, proven.id)
    if (
        person is None
        or person.status is PersonStatus.CLOSED
        or person.passphrase_hash != proven.passphrase_hash
    ):
        raise CredentialsRefused(_REFUSED)
    attempts = await session.get(LoginAttempts, _login_digest(proven.login))
    if attempts is not None:
        await session.delete(attempts)
    return person


async def _by_login(session: Session, login: str) -> Person | None:
    found = await session.find(Person, login=login)
    return found[0] if found else None


def _login_digest(login: str) -> str:
    return hashlib.sha256(login.encode(errors="replace")).hexdigest()


def _blocked_until(failures: int, now: datetime) -> datetime | None:
    if failures < _FREE_FAILURES:
        return None
    doubled: int = 1 << min(failures - _FREE_FAILURES, 10)
    return now + min(_FIRST_BLOCK * doubled, _LONGEST_BLOCK)


def _require_free(attempts: LoginAttempts, now: datetime) -> None:
    if attempts.blocked_until is not None and now < attempts.blocked_until:
        wait = int((attempts.blocked_until - now).total_seconds()) + 1
        raise TooManyAttempts(
            f"too many attempts for this login: wait {wait} s", facts={"retry_after": wait}
        )
