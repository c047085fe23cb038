"""What one member's gateway keeps encrypted, opened with that member's own master key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

import gateway.storage.tables  # noqa: F401 - maps the rows
from chaincode.domain import canonical
from chaincode.domain.sealed_value import open_value
from fabric_client import Identity, PrivateKeySigner, SigningIdentity
from gateway.config import load
from gateway.custody.managed_keys import KeptSealingKey, KeptSigningKey
from gateway.custody.master_keys import MasterKeys
from gateway.custody.secret_box import SecretBox
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.evidence.opening import Opening, Wrap, open_wrap
from gateway.model.learning import EnrolmentSecret, SealedWork, WorkWrap
from gateway.model.people import Account, MemberKey, Person
from gateway.services.enrolment_access import KEY_PURPOSE
from gateway.services.keyring import UNIVERSITY
from gateway.storage.database import Database
from network.layout import MemberLayout


class Vault:
    """The rows of a gateway's database, and the secrets in them."""

    def __init__(self, member: MemberLayout, database: Database) -> None:
        """Take the member whose master key opens the rows."""
        self._msp_id = member.member.msp_id
        self._box = SecretBox(MasterKeys.load(member.master_key))
        self._database = database

    async def rows(self, kind: type[Any], **equal: Any) -> list[Any]:
        """Rows by their values."""
        async with self._database.reading() as session:
            return list(await session.find(kind, **equal))

    async def account(self, key: str) -> Account:
        """An account's row."""
        [found] = await self.rows(Account, key=key)
        assert isinstance(found, Account)
        return found

    async def accounts_of(self, login: str) -> dict[str, Account]:
        """A person's accounts by purpose: home, and each teaching university."""
        [person] = await self.rows(Person, login=login)
        found = await self.rows(Account, person=person.id)
        return {account.teaching or account.purpose.value: account for account in found}

    def scalar(self, account: Account) -> bytes:
        """The private value of an account's signing key, 32 bytes."""
        certificate = x509.load_pem_x509_certificate(account.certificate)
        public = certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        kept = KeptSigningKey(account.person, public, account.sealed_signing_key)
        return self._box.open(kept.sealed, owner=kept.owner, purpose=kept.purpose)

    def identity(self, account: Account) -> SigningIdentity:
        """An account's certificate and key: what its holder could do past the gateway."""
        number = int.from_bytes(self.scalar(account), "big")
        key = ec.derive_private_key(number, ec.SECP256R1())
        return SigningIdentity(Identity(self._msp_id, account.certificate), PrivateKeySigner(key))

    def sealing_seed(self, account: Account) -> bytes:
        """The seed of an account's sealing key."""
        public = SealingPublicKey.from_text(account.sealing_key)
        kept = KeptSealingKey(account.person, public, account.sealed_sealing_key)
        return self._box.open(kept.sealed, owner=kept.owner, purpose=kept.purpose)

    def intake_seed(self, row: MemberKey) -> bytes:
        """The seed of the university's intake key."""
        public = SealingPublicKey.from_text(row.public)
        kept = KeptSealingKey(UNIVERSITY, public, row.sealed)
        return self._box.open(kept.sealed, owner=kept.owner, purpose=kept.purpose)

    async def enrolment_key(self, enrolment: str) -> bytes:
        """The key that an enrolment's private values lie under."""
        [row] = await self.rows(EnrolmentSecret, enrolment=enrolment)
        return self._box.open(row.sealed_key, owner=enrolment, purpose=KEY_PURPOSE)

    async def opening(self, work: SealedWork, account: Account) -> Opening:
        """The opening of a piece of work that was sealed to an account."""
        private = SealingPrivateKey(self.sealing_seed(account))
        [row] = await self.rows(
            WorkWrap, commitment=work.commitment, recipient=private.public.key_id
        )
        wrap = Wrap(recipient=row.recipient, sealed=row.sealed)
        return open_wrap(wrap, body=work.body, private=private)


@asynccontextmanager
async def vault_of(member: MemberLayout) -> AsyncIterator[Vault]:
    """Open a member's vault beside its running gateway."""
    database = Database(load(member.gateway_config).storage.database)
    try:
        yield Vault(member, database)
    finally:
        await database.close()


def opened(key: bytes, *, place: str, sealed: str) -> dict[str, Any]:
    """A private value of a collection, opened under its enrolment's key."""
    plain = open_value(key, place=place, sealed=bytes.fromhex(sealed))
    return dict(canonical.decode(plain))
