"""A lost code is replaced: whoever applied comes to a registrar again."""

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from chaincode.domain.caller import Role
from gateway.custody.activation import issue_code
from gateway.model.people import ActivationCode, ApplicationStatus
from gateway.services.applications import CODE_LIFE, application_of, require_status
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import Conflict, InvalidRequest
from gateway.services.ports import Clock, Database

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReissuedCode:
    """A code that is shown once: it is kept as a digest only."""

    code: str = field(repr=False)
    expires_at: datetime


class ActivationCodes:
    """Replaces codes of accounts that nobody has taken over yet.

    Only of people who applied: with the code of another registrar one could act as two.
    """

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Take where codes are kept."""
        self._database = database
        self._clock = clock

    async def reissue(
        self, registrar: AuthenticatedPerson, application: str, *, identity_verified: bool
    ) -> ReissuedCode:
        """Give a new code for an approved application; the old one is good no more.

        Raises:
            NotPermitted, NotFound: not a registrar, no such application.
            InvalidRequest: it was not verified who asks.
            Conflict: not approved, or the account is taken over or being so.
        """
        registrar.require(Role.REGISTRAR)
        if not identity_verified:
            raise InvalidRequest(
                "the registrar has to verify who asks for the code", field="identity_verified"
            )
        expires = self._clock() + CODE_LIFE
        async with self._database.writing() as session:
            row = await application_of(session, application)
            require_status(row, ApplicationStatus.APPROVED)
            kept = await session.get(ActivationCode, row.person)
            if kept is None or kept.used:
                raise Conflict("the account has been taken over, is being so now, or is closed")
            code, activation = issue_code(kept.person, expires=expires)
            kept.digest = activation.digest
            kept.sealed_code = None
            kept.expires_at = activation.expires
        _log.info("activation code reissued", application=row.id, by=registrar.account)
        return ReissuedCode(code, expires)
