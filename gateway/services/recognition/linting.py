"""What a registrar should know of a rule before it is proposed."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from chaincode.domain.caller import Role
from chaincode.domain.course import Course
from chaincode.domain.decision import Decision
from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_cases import (
    CaseDifference,
    PastCase,
    decided_differently,
)
from chaincode.domain.recognition.lint_changes import RuleChange, rule_changes
from chaincode.domain.recognition.lint_codes import LintFinding, Severity
from chaincode.domain.recognition.lint_courses import KnownCourse
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.rules.series import series_of
from gateway.model.recognition import KeptRevision
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.kept import opened_revision
from gateway.services.recognition.rulebook import Rulebook, contents
from gateway.services.records import Records

_SHOWN: Final = 500
"""Findings, changes and cases in one answer; all are counted."""
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision of this member's that the rule would have made differently."""

    decision: str
    """Ledger key."""
    rule: str
    """Ledger key of the version by which it was made."""
    difference: CaseDifference


@dataclass(frozen=True, slots=True)
class PastCases:
    """How many decisions were tried again, how many differ, and the first of those."""

    considered: int
    different: int
    decisions: tuple[PastDecision, ...]


@dataclass(frozen=True, slots=True)
class LintReport:
    """All that was found; lists are cut, counts are not."""

    counts: dict[Severity, int]
    findings: tuple[LintFinding, ...]
    against: str | None
    """Ledger key of the version that it is compared with."""
    changes: tuple[RuleChange, ...]
    changed: int
    past: PastCases


class Linting:
    """Looks at a rule with all that this member knows; writes nothing."""

    def __init__(
        self, records: Records, rulebook: Rulebook, database: Database, box: SecretBox
    ) -> None:
        self._records = records
        self._rulebook = rulebook
        self._database = database
        self._box = box

    async def lint(
        self, person: AuthenticatedPerson, content: RuleContent, *, series: str | None
    ) -> LintReport:
        """Lint a rule; with `series`, also against what it would supersede.

        Args:
            person: a registrar or a supervisor.
            content: the rule.
            series: ledger key of the rule that it is to be a version of.

        Raises:
            NotPermitted: the person speaks for no member.
            LedgerRefused: there is no such series.
            LedgerUnavailable: the peer cannot be reached.
        """
        person.require(Role.REGISTRAR, Role.SUPERVISOR)
        against = await self._rulebook.comparable(series) if series else None
        frameworks = contents(await self._rulebook.frameworks(content.valid))
        courses = await self._courses(content)
        found = await asyncio.to_thread(lint, content, courses, frameworks)
        changes = rule_changes(against.content, content) if against else ()
        past = await self._past(content, series) if series else PastCases(0, 0, ())
        return LintReport(
            counts=dict.fromkeys(Severity, 0) | Counter(one.severity for one in found),
            findings=found[:_SHOWN],
            against=against.key if against else None,
            changes=changes[:_SHOWN],
            changed=len(changes),
            past=past,
        )

    async def _courses(self, content: RuleContent) -> dict[str, KnownCourse | None]:
        named = {item.course for mapping in content.mappings for item in mapping.host}
        named |= {item.course for mapping in content.mappings for item in mapping.home}
        keys = sorted(named)
        found = await self._records.find_all(Course, keys)
        return {
            key: KnownCourse.of(course) if course else None
            for key, course in zip(keys, found, strict=True)
        }

    async def _past(self, content: RuleContent, series: str) -> PastCases:
        """The last revision of every decision of this member's that was made by the series."""
        considered, different, shown = 0, 0, list[PastDecision]()
        for rows in _in_parts(await self._last_revisions()):
            decisions = await self._records.find_all(Decision, [row.decision for row in rows])
            cases = [
                (decision, self._case(decision, row))
                for decision, row in zip(decisions, rows, strict=True)
                if decision is not None and series_of(decision.rule) == series
            ]
            answers = await asyncio.to_thread(_tried, content, cases)
            considered += len(cases)
            different += len(answers)
            shown += answers[: _SHOWN - len(shown)]
        return PastCases(considered, different, tuple(shown))

    async def _last_revisions(self) -> list[KeptRevision]:
        async with self._database.reading() as session:
            rows = await session.find(KeptRevision, order_by=("decision", "number"))
        return list({row.decision: row for row in rows}.values())

    def _case(self, decision: Decision, row: KeptRevision) -> PastCase:
        kept = opened_revision(self._box, row)
        days = {one.number: one.computed.decided_on for one in decision.revisions}
        on = days.get(row.number, decision.latest.computed.decided_on)
        return PastCase(facts=kept.facts, on=on, verdict=kept.verdict)


def _tried(content: RuleContent, cases: Iterable[tuple[Decision, PastCase]]) -> list[PastDecision]:
    found = []
    for decision, case in cases:
        difference = decided_differently(content, case)
        if difference is not None:
            found.append(PastDecision(decision.key, decision.rule, difference))
    return found


def _in_parts(rows: Sequence[KeptRevision]) -> Iterable[Sequence[KeptRevision]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
