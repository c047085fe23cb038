"""Rules and facts in files: read, linted and applied here, without any gateway."""

from datetime import date
from pathlib import Path
from typing import Any

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.qualification.days import parse_day
from chaincode.domain.recognition.evaluate import EVALUATORS, evaluate
from chaincode.domain.recognition.facts import Facts, read_facts
from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_changes import rule_changes
from chaincode.domain.recognition.lint_codes import Severity
from chaincode.domain.recognition.lint_courses import KnownCourse
from chaincode.domain.recognition.lint_sentences import lint_sentence
from chaincode.domain.recognition.rule import RuleContent, read_rule
from chaincode.domain.recognition.sentences import Language, sentences
from chaincode.domain.recognition.verdict import Verdict
from gateway.cli.errors import stop
from gateway.cli.exit_codes import ExitCode

_LARGEST = 1 << 20


def read(path: Path) -> bytes:
    """A file's bytes; ends the command where it cannot be read or is far too large."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise stop(ExitCode.USAGE, f"{path}: {error.strerror}") from error
    if len(content) > _LARGEST:
        raise stop(ExitCode.USAGE, f"{path}: larger than {_LARGEST} bytes")
    return content


def rule_in(path: Path) -> RuleContent:
    """The rule in a file; ends the command with the path to the first fault."""
    content = read(path)
    try:
        return read_rule(content)
    except InvalidArgument as error:
        raise _faulty(path, error) from error


def facts_in(path: Path) -> Facts:
    """The facts in a file; ends the command with the path to the first fault."""
    content = read(path)
    try:
        return read_facts(content)
    except InvalidArgument as error:
        raise _faulty(path, error) from error


def _faulty(path: Path, error: InvalidArgument) -> Exception:
    where = f" ({error.field})" if error.field and error.field not in error.detail else ""
    return stop(ExitCode.REFUSED, f"{path}: {error.detail}{where}")


def day(text: str | None) -> date:
    """A day such as 2026-11-22, today if none is named; ends the command on another form."""
    if text is None:
        return date.today()  # noqa: DTZ011 - the day where the person sits
    try:
        return parse_day(text)
    except ValueError as error:
        raise stop(ExitCode.USAGE, f"{text}: {error}") from error


def linted(
    rule: RuleContent, against: RuleContent | None, facts: Facts | None, language: str
) -> dict[str, Any]:
    """The report of the linter, in the form that a gateway gives it."""
    courses = (
        {} if facts is None else {one.course: KnownCourse.of_facts(one) for one in facts.credits}
    )
    found = lint(rule, courses)
    changes = rule_changes(against, rule) if against else ()
    return {
        "counts": {
            severity.value: sum(one.severity is severity for one in found) for severity in Severity
        },
        "findings": [
            {
                "severity": one.severity.value,
                "code": one.code.value,
                "path": one.path,
                "sentence": lint_sentence(one, Language(language)),
                "values": one.values,
            }
            for one in found
        ],
        "changed": len(changes),
        "changes": [change.document() for change in changes],
    }


def decided(rule: RuleContent, facts: Facts, on: date, evaluator: int | None) -> Verdict:
    """Apply a rule to facts; ends the command where there is no such evaluator."""
    try:
        if evaluator is None:
            return evaluate(rule, facts, on)
        return evaluate(rule, facts, on, evaluator=evaluator)
    except InvalidArgument as error:
        known = ", ".join(map(str, EVALUATORS))
        raise stop(ExitCode.USAGE, f"{error.detail}; there are: {known}") from error


def explained(verdict: Verdict, language: str) -> list[tuple[int, str]]:
    """The explanation as sentences, each with its depth."""
    return list(sentences(verdict.explanation, Language(language)))
