"""Founding one member's part of the consortium, by its operator. A second run changes nothing.

InitLedger, two registrars (a university) or a supervisor (the authority), and the keys that others
seal to: the evidence key is split between the two registrars and its private half forgotten, the
intake key stays in custody.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from chaincode.domain.account import Account as LedgerAccount
from chaincode.domain.account import AttestationKind
from chaincode.domain.caller import Role
from chaincode.domain.commands.base import Command
from chaincode.domain.commands.membership import InitLedger, PublishMemberKeys, RegisterAccount
from chaincode.domain.constitution import (
    Constitution,
    ConstitutionContent,
    MemberKind,
)
from chaincode.domain.keys import CONSTITUTION_KEY, member_key
from chaincode.domain.member import MemberProfile
from gateway.custody.activation import issue_code
from gateway.custody.managed_keys import ManagedKeys
from gateway.evidence.escrow import split_key
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.model.people import (
    Account,
    AccountPurpose,
    AccountState,
    ActivationCode,
    EscrowShareRow,
    MemberKey,
    MemberKeyUse,
    Person,
    PersonStatus,
)
from gateway.services.applications import CODE_LIFE, CODE_PURPOSE
from gateway.services.errors import Conflict, ServiceError
from gateway.services.intent import new_id
from gateway.services.keyring import UNIVERSITY, Keyring
from gateway.services.ports import Clock, Database, Ledger, SecretBox, Speaker
from gateway.services.records import Records
from gateway.services.writing import Writer


class AnotherConstitution(ServiceError):
    """The ledger was founded with other terms than this member's operator agreed to."""

    code = "constitution-unexpected"
    title = "The ledger has another constitution"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who has not taken the account over yet, and the code to do it with."""

    login: str
    role: str
    code: str = field(repr=False)


class Founding:
    """What a member's operator does once."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        records: Records,
        keyring: Keyring,
        keys: ManagedKeys,
        box: SecretBox,
        operator: Speaker,
        clock: Clock,
    ) -> None:
        """Take the operator's identity (OU admin)."""
        self._database = database
        self._records = records
        self._keyring = keyring
        self._keys = keys
        self._box = box
        self._operator = operator
        self._clock = clock
        self._writer = Writer(ledger, records)

    async def found(self, content: ConstitutionContent) -> tuple[Invitation, ...]:
        """Do what is missing; the invitations that were not used yet.

        Raises:
            AnotherConstitution: the ledger was founded with other terms.
            LedgerRefused, LedgerInvalid: a contract or the peers refused.
            CertificationUnavailable, CertificationRefused: the authority did not certify.
        """
        await self.init_ledger(content)
        kind = next(
            member.kind for member in content.members if member.msp_id == self._keyring.msp_id
        )
        staff = _staff(kind)
        await _all(*(self._person(login, role) for login, role in staff))
        await self._publish_keys([login for login, _ in staff])
        invited = [await self._invitation(login, role) for login, role in staff]
        return tuple(invitation for invitation in invited if invitation is not None)

    async def init_ledger(self, content: ConstitutionContent) -> None:
        """InitLedger, unless a member has done it; then its terms must be these.

        Raises:
            AnotherConstitution: they are others.
        """
        found = await self._constitution()
        if found is None:
            command = InitLedger(operation=new_id(), content=content)
            await self._write(command, CONSTITUTION_KEY)
            found = await self._constitution()
        if found is None or found.content.digest() != content.digest():
            raise AnotherConstitution("the ledger was founded with another constitution")

    async def _constitution(self) -> Constitution | None:
        try:
            return await self._records.find(Constitution, CONSTITUTION_KEY)
        except ServiceError as error:
            # Before InitLedger every other function says so.
            if getattr(error, "refusal", None) == "wrong-state":
                return None
            raise

    async def _person(self, login: str, role: Role) -> None:
        """Make somebody, or finish what a killed run began: rows first, then the ledger."""
        async with self._database.reading() as session:
            found = await session.find(Person, login=login)
            accounts = await session.find(Account, person=found[0].id) if found else []
        account = accounts[0] if accounts else await self._invite(login, role)
        if account.state is not AccountState.PENDING:
            return
        if await self._records.find(LedgerAccount, account.key) is None:
            await self._register(account)
        async with self._database.writing() as session:
            row = await session.get(Account, account.key)
            if row is not None:
                row.state = AccountState.REGISTERED

    async def _invitation(self, login: str, role: Role) -> Invitation | None:
        async with self._database.reading() as session:
            found = await session.find(Person, login=login)
            row = await session.get(ActivationCode, found[0].id) if found else None
        if row is None or row.sealed_code is None:
            return None
        code = self._box.open(row.sealed_code, owner=row.person, purpose=CODE_PURPOSE)
        return Invitation(login, role.value, code.decode())

    async def _invite(self, login: str, role: Role) -> Account:
        now = self._clock()
        person = Person(
            id=new_id(),
            login=login,
            name=login.replace("-", " ").capitalize(),
            role=role.value,
            status=PersonStatus.INVITED,
            created_at=now,
        )
        account = await self._keyring.new_account(
            person=person.id, role=role.value, purpose=AccountPurpose.HOME
        )
        code, activation = issue_code(person.id, expires=now + CODE_LIFE)
        async with self._database.writing() as session:
            session.add(
                person,
                account.row,
                ActivationCode(
                    person=person.id,
                    digest=activation.digest,
                    sealed_code=self._box.seal(
                        code.encode(), owner=person.id, purpose=CODE_PURPOSE
                    ),
                    expires_at=activation.expires,
                ),
            )
        return account.row

    async def _register(self, account: Account) -> None:
        identifier = account.key.rpartition("/")[2]
        command = RegisterAccount.check(
            {
                "operation": new_id(),
                "identifier": identifier,
                "role": account.role,
                "key_digest": self._keyring.key_digest(account),
                "sealing_key": account.sealing_key,
                "attestations": [AttestationKind.IDENTITY.value],
            }
        )
        await self._write(command, account.key)

    async def _publish_keys(self, administrators: Sequence[str]) -> None:
        key = member_key(self._keyring.msp_id)
        if await self._records.find(MemberProfile, key) is not None:
            return
        evidence = await self._evidence_key(administrators)
        command = PublishMemberKeys(
            operation=new_id(),
            expected_version=None,
            evidence_key=evidence,
            intake_key=await self._intake_key(),
        )
        await self._write(command, key)

    async def _intake_key(self) -> str:
        async with self._database.reading() as session:
            found = await session.find(MemberKey, use=MemberKeyUse.INTAKE)
        if found:
            return found[0].public
        kept = self._keys.new_sealing_key(UNIVERSITY)
        async with self._database.writing() as session:
            session.add(
                MemberKey(
                    key_id=kept.public.key_id,
                    use=MemberKeyUse.INTAKE,
                    public=kept.public.text,
                    sealed=kept.sealed,
                    created_at=self._clock(),
                )
            )
        return kept.public.text

    async def _evidence_key(self, administrators: Sequence[str]) -> str:
        """Split a new key between the administrators; nobody keeps it whole.

        A member with one administrator has no second one to open with: its evidence key is made
        and forgotten, since nothing is sealed to it.
        """
        private = SealingPrivateKey.generate()
        accounts = [await self._account_of(login) for login in administrators]
        if len(accounts) > 1:
            shares = split_key(
                private, [SealingPublicKey.from_text(item.sealing_key) for item in accounts]
            )
            async with self._database.writing() as session:
                for old in await session.find(EscrowShareRow):
                    await session.delete(old)
                session.add(
                    *(
                        EscrowShareRow(
                            evidence_key=private.public.key_id,
                            administrator=account.key,
                            document=share.model_dump_json(),
                            created_at=self._clock(),
                        )
                        for account, share in zip(accounts, shares, strict=True)
                    )
                )
        return private.public.text

    async def _account_of(self, login: str) -> Account:
        async with self._database.reading() as session:
            people = await session.find(Person, login=login)
            found = await session.find(Account, person=people[0].id) if people else []
        if not found:
            raise Conflict(f"{login} has no account")
        return found[0]

    async def _write(self, command: Command, key: str) -> None:
        await self._writer.create(self._operator, command, key)


async def _all(*steps: Coroutine[Any, Any, None]) -> None:
    """Take steps at the same time; where one fails the others are ended in peace first."""
    for ended in await asyncio.gather(*steps, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


def _staff(kind: MemberKind) -> tuple[tuple[str, Role], ...]:
    if kind is MemberKind.AUTHORITY:
        return (("supervisor-1", Role.SUPERVISOR),)
    if kind in {MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK}:
        return (("registrar-1", Role.REGISTRAR), ("registrar-2", Role.REGISTRAR))
    return ()
