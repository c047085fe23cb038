"""Constitution, accounts and members' keys."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.account import AttestationKind, PersonRole
from chaincode.domain.commands.base import Command
from chaincode.domain.constitution import ConstitutionContent
from chaincode.domain.keys import AccountKey
from chaincode.domain.values import Digest, PublicKey, RandomId, Version


class InitLedger(Command):
    """The paper's InitLedger: found the consortium."""

    content: ConstitutionContent


class RegisterAccount(Command):
    """Bring a person onto the ledger; the certificate's common name is `identifier`."""

    identifier: RandomId
    role: PersonRole
    key_digest: Digest
    sealing_key: PublicKey
    attestations: Annotated[tuple[AttestationKind, ...], Field(min_length=1, max_length=8)]


class RegisterPseudonym(Command):
    """Bring one pseudonym of a student onto the ledger; nothing links it to another."""

    identifier: RandomId
    key_digest: Digest
    sealing_key: PublicKey


class ActivateAccount(Command):
    """The person shows the key of a registered account."""

    expected_version: Version


class CloseAccount(Command):
    """The member closes an account."""

    account: AccountKey
    expected_version: Version


class PublishMemberKeys(Command):
    """Publish, or with the version expected replace, the keys that others seal to."""

    expected_version: Version | None
    evidence_key: PublicKey
    intake_key: PublicKey
