"""Accounts: the pseudonym under which a person acts, and the key that speaks for it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from chaincode.domain.caller import Caller, Role
from chaincode.domain.errors import AccountInactive, NotPermitted, WrongState
from chaincode.domain.keys import AccountKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, PublicKey, Value


class AccountStatus(StrEnum):
    """registered → active (by the person's own key) → closed."""

    REGISTERED = "registered"
    ACTIVE = "active"
    CLOSED = "closed"


class AttestationKind(StrEnum):
    """What a registrar may vouch for."""

    IDENTITY = "identity"
    QUALIFICATION = "qualification"


class Attestation(Value):
    """A registrar's word on a person; what was seen stays with the member."""

    kind: AttestationKind
    by: str
    at: Instant


PersonRole = Literal[Role.REGISTRAR, Role.TEACHER, Role.STUDENT, Role.SUPERVISOR]


class Account(Record):
    """A person's account, or one pseudonym of a student."""

    kind: ClassVar[Kind] = Kind.ACCOUNT
    owner_field: ClassVar[str | None] = "owner"

    key: AccountKey
    owner: str
    role: PersonRole
    status: AccountStatus
    key_digest: Digest
    sealing_key: PublicKey
    """The person's HPKE public key, base64url: others seal work to it."""
    attestations: Annotated[tuple[Attestation, ...], Field(max_length=8)]
    registered_at: Instant

    def require_speaks(self, caller: Caller, *, activating: bool = False) -> None:
        """Hold the caller's certificate to this account.

        Raises:
            AccountInactive: another key, another role, or not active.
        """
        if caller.key_digest != self.key_digest or caller.role != self.role:
            raise AccountInactive("the account was registered for another key or role")
        wanted = AccountStatus.REGISTERED if activating else AccountStatus.ACTIVE
        if self.status is not wanted:
            raise AccountInactive(
                f"the account is {self.status.value}, this step needs it {wanted.value}",
                facts={"status": self.status.value},
            )

    def activated(self, *, operation: str) -> Self:
        """The person has shown the key: the account is active."""
        return self.next(operation, status=AccountStatus.ACTIVE)

    def closed(self, *, operation: str) -> Self:
        """The member closes the account.

        Raises:
            WrongState: it is closed already.
        """
        if self.status is AccountStatus.CLOSED:
            raise WrongState("the account is closed already")
        return self.next(operation, status=AccountStatus.CLOSED)


REGISTERED_BY: dict[Role, Role] = {
    Role.REGISTRAR: Role.OPERATOR,
    Role.SUPERVISOR: Role.OPERATOR,
    Role.TEACHER: Role.REGISTRAR,
    Role.STUDENT: Role.REGISTRAR,
}
"""Who brings whom onto the ledger."""


def require_may_register(caller: Caller, role: Role) -> None:
    """Hold the caller to the people whom the role may bring in.

    Raises:
        NotPermitted: this role is registered by somebody else.
    """
    if REGISTERED_BY.get(role) is not caller.role:
        raise NotPermitted(f"a {caller.role.value} does not register a {role.value}")


def attested(
    kinds: tuple[AttestationKind, ...], *, by: str, at: datetime
) -> tuple[Attestation, ...]:
    """One attestation for each kind."""
    return tuple(Attestation(kind=kind, by=by, at=at) for kind in kinds)


def required_attestations(role: Role) -> frozenset[AttestationKind]:
    """What must have been verified before an account of this role is registered."""
    if role is Role.TEACHER:
        return frozenset({AttestationKind.IDENTITY, AttestationKind.QUALIFICATION})
    return frozenset({AttestationKind.IDENTITY})
