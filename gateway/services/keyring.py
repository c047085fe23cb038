"""The keys that speak for people's accounts, and the gateway's own."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chaincode.domain.keys import Kind, record_key
from gateway.custody.managed_keys import KeptSealingKey, KeptSigningKey, ManagedKeys
from gateway.custody.owner import Owner, OwnerGate
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.model.people import Account, AccountPurpose, AccountState, MemberKey, MemberKeyUse
from gateway.services.errors import NotFound
from gateway.services.intent import GATEWAY, new_id
from gateway.services.ports import Certification, Clock, Database, Identity, Speaker

UNIVERSITY: Final = "university"
"""In place of a person: the owner of the university's own keys."""
_NEW_KEY_LIFE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that is ready to be registered: what the ledger needs, and the row to store."""

    row: Account
    identifier: str
    """The certificate's random common name."""
    key_digest: str
    sealing_key: str


class Keyring:
    """Finds and opens keys; each for its owner alone."""

    def __init__(
        self,
        *,
        database: Database,
        keys: ManagedKeys,
        gate: OwnerGate,
        certification: Certification,
        gateway: Speaker,
        clock: Clock,
    ) -> None:
        """Take the gateway's own speaker, which needs no owner."""
        self._database = database
        self._keys = keys
        self._gate = gate
        self._certification = certification
        self._gateway = gateway
        self._clock = clock

    @property
    def msp_id(self) -> str:
        """The member."""
        return self._gateway.identity.msp_id

    def gateway_speaker(self) -> Speaker:
        """The gateway's own identity (`crosscredit.role` gateway)."""
        return self._gateway

    def key_digest(self, account: Account) -> str:
        """SHA-256 of an account's public key (SubjectPublicKeyInfo, DER), as the ledger has it."""
        return hashlib.sha256(_public_key(account.certificate)).hexdigest()

    async def speaker(self, account: str, *, owner: Owner) -> Speaker:
        """Identity and signer of an account of the owner, or of the gateway for `GATEWAY`.

        Raises:
            NotFound: there is no such account here.
            NotTheOwner: it is another person's.
            OwnerProofExpired: authenticate again.
        """
        if account == GATEWAY:
            return self._gateway
        row = await self._account(account)
        kept = KeptSigningKey(row.person, _public_key(row.certificate), row.sealed_signing_key)
        return Speaker(Identity(self.msp_id, row.certificate), self._keys.signer(owner, kept))

    async def sealing_key(self, account: str, *, owner: Owner) -> SealingPrivateKey:
        """The key that opens what was sealed to an account; same errors as `speaker`."""
        row = await self._account(account)
        public = SealingPublicKey.from_text(row.sealing_key)
        return self._keys.sealing_key(
            owner, KeptSealingKey(row.person, public, row.sealed_sealing_key)
        )

    async def intake_key(self) -> SealingPrivateKey:
        """The university's own key for what others seal to it.

        Raises:
            NotFound: the member was not founded yet.
        """
        async with self._database.reading() as session:
            found = await session.find(
                MemberKey, use=MemberKeyUse.INTAKE, order_by=("-created_at",), limit=1
            )
        if not found:
            raise NotFound("this member has published no keys yet: run the founding")
        row, owner = found[0], self._admit(UNIVERSITY, self._clock())
        public = SealingPublicKey.from_text(row.public)
        return self._keys.sealing_key(owner, KeptSealingKey(UNIVERSITY, public, row.sealed))

    async def new_account(
        self, *, person: str, role: str, purpose: AccountPurpose, teaching: str | None = None
    ) -> NewAccount:
        """Make keys and have the member's authority certify them. Nothing is stored.

        Raises:
            CertificationUnavailable: try again.
            CertificationRefused: the authority refused.
        """
        identifier, now = new_id(), self._clock()
        signing = self._keys.new_signing_key(person)
        sealing = self._keys.new_sealing_key(person)
        signer = self._keys.signer(self._admit(person, now), signing)
        certificate = await self._certification.certify(
            common_name=identifier,
            role=role,
            signing_request=signer.certificate_request(identifier),
        )
        return NewAccount(
            row=Account(
                key=record_key(Kind.ACCOUNT, self.msp_id, identifier),
                person=person,
                purpose=purpose,
                teaching=teaching,
                role=role,
                state=AccountState.PENDING,
                certificate=certificate,
                sealing_key=sealing.public.text,
                sealed_signing_key=signing.sealed,
                sealed_sealing_key=sealing.sealed,
                created_at=now,
            ),
            identifier=identifier,
            key_digest=hashlib.sha256(signing.public).hexdigest(),
            sealing_key=sealing.public.text,
        )

    def _admit(self, person: str, now: datetime) -> Owner:
        # Keys that are being made belong to nobody's session yet.
        return self._gate.admit(person, until=now + _NEW_KEY_LIFE)

    async def _account(self, key: str) -> Account:
        async with self._database.reading() as session:
            row = await session.get(Account, key)
        if row is None:
            raise NotFound("there is no such account at this member")
        return row


def _public_key(certificate: bytes) -> bytes:
    key = x509.load_pem_x509_certificate(certificate).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
