"""CheckStudent's answer as it comes back from a peer."""

from collections.abc import Mapping

from chaincode.domain.check import Check, Report
from chaincode.domain.commands.base import Arguments
from chaincode.domain.json_value import JsonValue
from chaincode.domain.values import Mark, Outcome


class _Answer(Arguments):
    outcome: Outcome
    mark: Mark | None
    checks: tuple[Check, ...]


def report_of(answer: Mapping[str, JsonValue]) -> Report:
    """Read the answer of CheckStudent.

    Raises:
        InvalidArgument: it has another form.
    """
    read = _Answer.check(answer)
    return Report(checks=read.checks, mark=read.mark)
