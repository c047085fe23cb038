"""Rules as REST takes and shows them."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self, TypeAlias

from pydantic import Field, PlainValidator, ValidationError

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.faults import located
from chaincode.domain.keys import split_key
from chaincode.domain.qualification.days import Day
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import InForce
from chaincode.domain.rules.ballot import Ballot, BallotStatus
from chaincode.domain.rules.series import Series
from chaincode.domain.rules.vote import Objection, Vote
from chaincode.domain.values import Digest, Instant, Number, Value, Version
from gateway.api.documents.identifiers import RecordId, RuleId, identifier_of
from gateway.api.strict import pointer_of
from gateway.services.rules import BrokenPage, RuleState, SeriesPage


def _content(document: object) -> RuleContent:
    if not isinstance(document, Mapping):
        raise InvalidArgument("a rule is a JSON object")
    values = _bounded(dict(document), canonical.MAX_DEPTH)
    try:
        content = RuleContent.model_validate_json(json.dumps(values))
    except ValidationError as error:
        path, message = located(error, values)
        where = pointer_of(path)
        raise InvalidArgument(
            f"{where or 'the document'}: {message}", field=where or None
        ) from None
    written = content.model_dump(mode="json")
    size = len(canonical.encode(written))
    if size > canonical.MAX_RULE_BYTES:
        sizes = {name: len(canonical.encode({name: part})) for name, part in written.items()}
        raise InvalidArgument(
            f"the rule has {size} bytes in canonical form, at most {canonical.MAX_RULE_BYTES} "
            "are taken; this is its largest part",
            field=pointer_of([max(sizes, key=lambda name: sizes[name])]),
        )
    return content


def _bounded(value: Any, depth: int) -> Any:
    """The document as the validator can read it, whatever is wrong with it, to name the place.

    No rule nests as deep as the cut, and none holds the control character that stands for a text
    which is no Unicode: both are refused where they stand.
    """
    match value:
        case dict() if depth:
            return {name: _bounded(item, depth - 1) for name, item in value.items()}
        case list() if depth:
            return [_bounded(item, depth - 1) for item in value]
        case dict() | list():
            return None
        case str() if any("\ud800" <= letter <= "\udfff" for letter in value):
            return "\x00"
        case _:
            return value


RuleBody: TypeAlias = Annotated[
    RuleContent, PlainValidator(_content, json_schema_input_type=RuleContent)
]
"""A rule document, as it stands in a file; the first fault is named by its path."""


class VoteBody(Value):
    """A vote on the content that was seen; one against names its reason."""

    rule_digest: Digest
    approve: bool
    reason: Annotated[Objection | None, Field(strict=False)] = None


class CloseBallotBody(Value):
    """Have the votes counted; the version is the ballot's."""

    expected_version: Version


class WithdrawRuleBody(Value):
    """Take a proposal back; the version is the ballot's."""

    expected_version: Version


class VoteView(Value):
    """A member's vote."""

    member: str
    approve: bool
    reason: Objection | None
    by: RecordId
    at: Instant

    @classmethod
    def of(cls, vote: Vote) -> Self:
        """Show a record."""
        return cls(
            member=split_key(vote.by).owner,
            approve=vote.approve,
            reason=vote.reason,
            by=identifier_of(vote.by),
            at=vote.at,
        )


class BallotView(Value):
    """Who is asked, until when, and what came of it."""

    version: Version
    status: BallotStatus
    electorate: tuple[str, ...]
    threshold: int
    answer_by: Instant
    closed_at: Instant | None
    votes: tuple[VoteView, ...]

    @classmethod
    def of(cls, ballot: Ballot, votes: tuple[Vote, ...]) -> Self:
        """Show a record with its votes."""
        return cls(
            version=ballot.version,
            status=ballot.status,
            electorate=ballot.electorate,
            threshold=ballot.threshold,
            answer_by=ballot.answer_by,
            closed_at=ballot.closed_at,
            votes=tuple(map(VoteView.of, votes)),
        )


class PeriodView(Value):
    """Days, first and last included; without a last one there is no end."""

    first: Day
    last: Day | None


class RuleView(Value):
    """One version of a rule. `in_force` lists the days on which it is the one that decides."""

    id: RuleId
    proposed_by: RecordId
    proposed_at: Instant
    digest: Digest
    content: RuleContent
    ballot: BallotView
    in_force: tuple[PeriodView, ...]
    in_force_today: bool
    today: date

    @classmethod
    def of(cls, state: RuleState) -> Self:
        """Show a version with all that bears on it."""
        return cls(
            id=identifier_of(state.rule.key),
            proposed_by=identifier_of(state.rule.proposed_by),
            proposed_at=state.rule.proposed_at,
            digest=state.rule.digest,
            content=state.rule.content,
            ballot=BallotView.of(state.ballot, state.votes),
            in_force=tuple(PeriodView(first=p.first, last=p.last) for p in state.in_force),
            in_force_today=any(period.holds(state.today) for period in state.in_force),
            today=state.today,
        )


class AdoptedView(Value):
    """A version that was adopted, and the days that it names."""

    id: RuleId
    digest: Digest
    valid: InForce
    adopted_at: Instant


class SeriesView(Value):
    """A rule in all its versions: the last one proposed, and those adopted."""

    id: RecordId
    member: str
    latest: RuleId
    latest_number: Number
    adopted: tuple[AdoptedView, ...]

    @classmethod
    def of(cls, series: Series) -> Self:
        """Show a record."""
        return cls(
            id=identifier_of(series.key),
            member=split_key(series.key).owner,
            latest=identifier_of(series.rule_key(series.latest)),
            latest_number=series.latest,
            adopted=tuple(
                AdoptedView(
                    id=identifier_of(series.rule_key(version.number)),
                    digest=version.digest,
                    valid=version.valid,
                    adopted_at=version.adopted_at,
                )
                for version in series.versions
            ),
        )


class RuleList(Value):
    """Rules of one member; `next` continues where there are more."""

    rules: tuple[SeriesView, ...]
    next: str | None

    @classmethod
    def of(cls, page: SeriesPage) -> Self:
        """Show a page."""
        return cls(rules=tuple(map(SeriesView.of, page.series)), next=page.after)


class ViolationView(Value):
    """Where a rule demands less than a framework."""

    path: str
    demand: str
    framework: RuleId


class BrokenRuleView(Value):
    """A rule that breaks a framework from the framework's first day on."""

    id: RuleId
    violations: tuple[ViolationView, ...]


class BrokenRuleList(Value):
    """Rules of one member that break a framework; `next` continues where there are more."""

    broken: tuple[BrokenRuleView, ...]
    next: str | None

    @classmethod
    def of(cls, page: BrokenPage) -> Self:
        """Show a page."""
        return cls(
            broken=tuple(
                BrokenRuleView(
                    id=identifier_of(item.rule),
                    violations=tuple(
                        ViolationView(
                            path=str(one["path"]),
                            demand=str(one["demand"]),
                            framework=identifier_of(str(one["framework"])),
                        )
                        for one in item.violations
                    ),
                )
                for item in page.broken
            ),
            next=page.after,
        )
