"""The rule document: what counts for what, and what is demanded."""

from datetime import date
from typing import Self

from pydantic import ValidationError, model_validator

from chaincode.domain import canonical
from chaincode.domain.faults import refusal
from chaincode.domain.recognition.references import require_consistent
from chaincode.domain.recognition.rule_parts import RuleParts


class RuleContent(RuleParts):
    """A version of a rule: immutable, bounded, and without anything that could run long."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        require_consistent(self)
        return self

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.model_dump(mode="json"))

    def in_force_on(self, day: date) -> bool:
        """Whether a day lies in its period; the day is one of its own time zone."""
        return self.valid.holds(day)


def read_rule(document: bytes) -> RuleContent:
    """Read a rule document of at most 256 KiB.

    Raises:
        InvalidArgument: names the first field at fault by its path, and repeats no value.
    """
    values = canonical.decode(document, limit=canonical.MAX_RULE_BYTES)
    try:
        return RuleContent.model_validate_json(canonical.encode(values))
    except ValidationError as error:
        raise refusal(error, values) from None
