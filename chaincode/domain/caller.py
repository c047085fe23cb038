"""Who calls, as the certificate says."""

from dataclasses import dataclass
from enum import StrEnum

from chaincode.domain.keys import Kind, record_key


class Role(StrEnum):
    """What a certificate may act as."""

    OPERATOR = "operator"
    """Runs a member's machines: a Fabric administrator (OU admin), no person of the university."""
    GATEWAY = "gateway"
    REGISTRAR = "registrar"
    TEACHER = "teacher"
    STUDENT = "student"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Caller:
    """The signer of a proposal. `identifier` is the certificate's random common name."""

    msp_id: str
    role: Role
    identifier: str
    key_digest: str
    """SHA-256 of the public key (SubjectPublicKeyInfo, DER), hexadecimal."""

    @property
    def account(self) -> str:
        """The key of the caller's account."""
        return record_key(Kind.ACCOUNT, self.msp_id, self.identifier)
