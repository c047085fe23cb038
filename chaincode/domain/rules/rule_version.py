"""A version of a rule as it was proposed: immutable content under the peers of all who vote."""

from datetime import datetime
from typing import ClassVar, Self

from pydantic import model_validator

from chaincode.domain import canonical
from chaincode.domain.errors import StaleReference
from chaincode.domain.keys import AccountKey, Kind, RuleKey
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant


class RuleVersion(Record):
    """Version n of a rule, proposed by the member that the key names; no function changes it."""

    kind: ClassVar[Kind] = Kind.RULE
    size_limit: ClassVar[int] = canonical.MAX_RULE_BYTES

    key: RuleKey
    content: RuleContent
    digest: Digest
    proposed_by: AccountKey
    proposed_at: Instant

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.content.digest() != self.digest:
            raise ValueError("the content is not what the digest says")
        return self

    @classmethod
    def proposed(
        cls, key: str, content: RuleContent, *, by: str, at: datetime, operation: str
    ) -> Self:
        """A member proposes a version."""
        return cls(
            key=key,
            version=1,
            operation=operation,
            content=content,
            digest=content.digest(),
            proposed_by=by,
            proposed_at=at,
        )

    def require_digest(self, digest: str, *, field: str = "rule_digest") -> None:
        """Hold a reference to the content that stands here.

        Raises:
            StaleReference: it names another content; `facts` have the digest that holds.
        """
        if self.digest != digest:
            raise StaleReference(
                "the rule is not the one that was seen",
                field=field,
                facts={"rule": self.key, "digest": self.digest},
            )
