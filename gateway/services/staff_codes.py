"""New codes for staff whom the founding invited: no application leads to them."""

from chaincode.domain.caller import Role
from gateway.custody.activation import issue_code
from gateway.model.people import ActivationCode, Person, PersonStatus
from gateway.services.applications import CODE_LIFE, CODE_PURPOSE
from gateway.services.founding import Invitation
from gateway.services.ports import Clock, Database, SecretBox

_STAFF = (Role.REGISTRAR.value, Role.SUPERVISOR.value)


class StaffCodes:
    """For the member's operator alone: with another registrar's code one could act as two."""

    def __init__(self, *, database: Database, box: SecretBox, clock: Clock) -> None:
        """Take where codes are kept."""
        self._database = database
        self._box = box
        self._clock = clock

    async def renew(self) -> tuple[Invitation, ...]:
        """Replace the codes that have expired unused.

        Returns:
            All invitations that are unused then; none where nothing had expired.
        """
        now = self._clock()
        async with self._database.writing() as session:
            invited = await session.find(
                Person, role=_STAFF, status=PersonStatus.INVITED, order_by=("login",)
            )
            found = [(one, await session.get(ActivationCode, one.id)) for one in invited]
            unused = [(one, row) for one, row in found if row is not None and not row.used]
            expired = [row for _, row in unused if row.expires_at <= now]
            for row in expired:
                code, activation = issue_code(row.person, expires=now + CODE_LIFE)
                row.digest, row.expires_at = activation.digest, activation.expires
                row.sealed_code = self._box.seal(
                    code.encode(), owner=row.person, purpose=CODE_PURPOSE
                )
        if not expired:
            return ()
        return tuple(
            Invitation(
                one.login,
                one.role,
                self._box.open(row.sealed_code, owner=one.id, purpose=CODE_PURPOSE).decode(),
            )
            for one, row in unused
            if row.sealed_code is not None
        )
