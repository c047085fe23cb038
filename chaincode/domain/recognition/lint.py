"""What somebody should know of a rule before it is proposed: pure, and never a decision."""

from collections.abc import Iterable
from itertools import chain
from types import MappingProxyType

from chaincode.domain.recognition.frameworks import framework_violations
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, finding, in_order
from chaincode.domain.recognition.lint_courses import KnownCourses, lint_courses
from chaincode.domain.recognition.lint_demands import lint_demands
from chaincode.domain.recognition.lint_grades import lint_grades
from chaincode.domain.recognition.lint_reach import lint_reach
from chaincode.domain.recognition.lint_tables import lint_tables
from chaincode.domain.recognition.rule import RuleContent

_NONE: KnownCourses = MappingProxyType({})


def lint(
    rule: RuleContent, courses: KnownCourses = _NONE, frameworks: Iterable[RuleContent] = ()
) -> tuple[LintFinding, ...]:
    """Unreachable parts, gaps in tables, demands that contradict; errors first.

    Args:
        rule: a rule that was read, and so is well formed.
        courses: what is known of the courses that it names; what is not known is not judged.
        frameworks: framework rules in force within its period.
    """
    return in_order(
        chain(
            lint_reach(rule, courses),
            lint_tables(rule),
            lint_grades(rule, courses),
            lint_demands(rule, courses),
            lint_courses(rule, courses),
            _broken(rule, frameworks),
        )
    )


def _broken(rule: RuleContent, frameworks: Iterable[RuleContent]) -> Iterable[LintFinding]:
    for framework in frameworks:
        for violation in framework_violations(rule, (framework,)):
            yield finding(
                LintCode.FRAMEWORK_BROKEN,
                violation.path,
                demand=violation.demand,
                framework=violation.framework,
                title=framework.title,
            )
