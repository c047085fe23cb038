"""Rules: proposed, voted on, adopted, withdrawn."""

from typing import Annotated, ClassVar

from pydantic import Field

from chaincode.domain import canonical
from chaincode.domain.commands.base import Command, Query
from chaincode.domain.keys import RuleKey
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.rules.series import VersionNumber
from chaincode.domain.rules.vote import Objection
from chaincode.domain.values import Digest, Instant, MspId, RandomId, Version


class ProposeRule(Command):
    """A member proposes version `number` of a rule of its own, and so votes for it."""

    size_limit: ClassVar[int] = canonical.MAX_RULE_BYTES

    rule: RandomId
    number: VersionNumber
    expected_version: Version | None
    """Of the rule's series; None for the first version, which begins it."""
    content: RuleContent
    answer_by: Instant


class VoteOnRule(Command):
    """A member votes on the content that it has seen; `reason` for a vote against."""

    rule: RuleKey
    rule_digest: Digest
    approve: bool
    reason: Objection | None = None


class CloseBallot(Command):
    """Count the votes: the rule is adopted or refused."""

    rule: RuleKey
    expected_version: Version


class WithdrawRule(Command):
    """The proposer takes a proposal back before its ballot has ended."""

    rule: RuleKey
    expected_version: Version


class FindBrokenRules(Query):
    """A page of one member's rules that break a framework, from the framework's first day on."""

    framework: RuleKey
    owner: MspId
    after: RandomId | None = None
    limit: Annotated[int, Field(ge=1, le=20)] = 20
