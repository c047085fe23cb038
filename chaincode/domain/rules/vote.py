"""A member's vote on a version of a rule: given once, never changed."""

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import model_validator

from chaincode.domain.errors import RecordCorrupt, StaleReference
from chaincode.domain.keys import AccountKey, Kind, RuleKey, split_key, word_key
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant


class Objection(StrEnum):
    """Why a member votes against a rule: a closed list."""

    CONTENT = "content"
    CREDITS = "credits"
    GRADES = "grades"
    QUALITY = "quality"
    PROCESS = "process"
    LAW = "law"
    OTHER = "other"


class Vote(Record):
    """For or against the content that the digest names."""

    kind: ClassVar[Kind] = Kind.VOTE

    rule: RuleKey
    rule_digest: Digest
    approve: bool
    reason: Objection | None
    by: AccountKey
    at: Instant

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.approve is (self.reason is not None):
            raise ValueError("a vote against names its reason, a vote for has none")
        return self

    def require_counts(self, rule: str, digest: str, member: str) -> None:
        """Hold a vote to the ballot that counts it.

        Raises:
            StaleReference: it was given on another content.
            RecordCorrupt: it names another rule, or somebody of another member.
        """
        if self.key != word_key(Kind.VOTE, rule, member) or self.rule != rule:
            raise RecordCorrupt(f"{self.key} is no vote of {member} on {rule}")
        if split_key(self.by).owner != member:
            raise RecordCorrupt(f"{self.key} was given by somebody of another member")
        if self.rule_digest != digest:
            raise StaleReference(
                "a vote was given on another content", facts={"key": self.key, "digest": digest}
            )
