"""An authority's framework rules: what no other rule may break."""

from collections import defaultdict
from datetime import datetime
from typing import Annotated, ClassVar, Self

from pydantic import Field

from chaincode.domain.errors import WrongState
from chaincode.domain.keys import Kind, RuleKey, split_key
from chaincode.domain.recognition.rule_parts import InForce
from chaincode.domain.record import Record
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Adopted, in_force_within

MAX_FRAMEWORKS = 200


class AdoptedFramework(Adopted):
    """A framework rule's version that was adopted."""

    rule: RuleKey


class FrameworkIndex(Record):
    """All framework rules of one authority that were adopted, found without a range."""

    kind: ClassVar[Kind] = Kind.FRAMEWORK

    entries: Annotated[tuple[AdoptedFramework, ...], Field(max_length=MAX_FRAMEWORKS)]

    @classmethod
    def begun(cls, key: str, rule: RuleVersion, *, at: datetime, operation: str) -> Self:
        """The authority's first framework is adopted."""
        return cls(key=key, version=1, operation=operation, entries=(_entry(rule, at),))

    def adopted(self, rule: RuleVersion, *, at: datetime, operation: str) -> Self:
        """One more is adopted.

        Raises:
            WrongState: there is no room.
        """
        if len(self.entries) >= MAX_FRAMEWORKS:
            raise WrongState(
                "the authority has all its frameworks", facts={"limit": MAX_FRAMEWORKS}
            )
        return self.next(operation, entries=(*self.entries, _entry(rule, at)))

    def binding(self, period: InForce) -> tuple[AdoptedFramework, ...]:
        """The frameworks in force at some instant of a period."""
        series: dict[str, list[AdoptedFramework]] = defaultdict(list)
        for entry in self.entries:
            series[split_key(entry.rule).identifier].append(entry)
        return tuple(
            entry for versions in series.values() for entry in in_force_within(versions, period)
        )


def _entry(rule: RuleVersion, at: datetime) -> AdoptedFramework:
    return AdoptedFramework(
        rule=rule.key,
        number=split_key(rule.key).number or 0,
        digest=rule.digest,
        valid=rule.content.valid,
        adopted_at=at,
    )
