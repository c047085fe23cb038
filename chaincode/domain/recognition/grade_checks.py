"""The grade that is recognised, and whether the host's grade is one that a person looks at."""

from collections.abc import Sequence
from functools import partial

from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.case import Case, judged
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.conversions import ByDistribution, Conversion
from chaincode.domain.recognition.converting import GradeOf, combine, host_better
from chaincode.domain.recognition.course_checks import reaches
from chaincode.domain.recognition.facts import CreditFacts
from chaincode.domain.recognition.rule_parts import Mapping
from chaincode.domain.recognition.verdict import Node, Quoted


def check_grade(case: Case, mapping: Mapping) -> tuple[Node, int | None]:
    """The node about the home grade, and the grade (hundredths); None for passed only."""
    conversion = case.rule.conversions[mapping.conversion]
    combined = mapping.combine
    code = Code.GRADE_COMBINED if combined else Code.GRADE_CONVERTED
    taken = [case.credits[item.course] for item in mapping.host if item.course in case.credits]
    where = [source for credit in taken for source in credit.sources]
    if conversion.kind == "pass-only" or (combined and combined.grade == "pass-only"):
        return judged(Code.PASSED_ONLY, holds=True, where=where), None
    demanded: Quoted = {"conversion": mapping.conversion}
    if combined is not None:
        demanded |= {"combine": combined.grade, "order": combined.order}
    grades = _grades(case, mapping, conversion, taken)
    grade = None
    if grades is not None:
        to_home = partial(case.converted, mapping.conversion)
        grade = (
            combine(conversion, combined, grades, to_home) if combined else to_home(grades[0].mark)
        )
    found: Quoted = {
        "host": tuple(format_hundredths(one.mark) for one in grades or ()),
        "grade": format_hundredths(grade or 0),
    }
    holds = None if grade is None else True
    return judged(code, holds, demanded=demanded, found=found, where=where), grade


def _grades(
    case: Case, mapping: Mapping, conversion: Conversion, taken: Sequence[CreditFacts]
) -> list[GradeOf] | None:
    """The host's grades with their weights; None where one is unknown or of another scale."""
    if len(taken) < len(mapping.host):
        return None
    found = []
    for item, credit in zip(mapping.host, taken, strict=True):
        amount = case.amount(item)
        if credit.mark is None or credit.scale is None or amount is None:
            return None
        if credit.scale.better is not host_better(conversion) or not _in_field(conversion, credit):
            return None
        found.append(GradeOf(credit.mark, amount))
    return found


def _in_field(conversion: Conversion, credit: CreditFacts) -> bool:
    field = conversion.host.field if isinstance(conversion, ByDistribution) else None
    return field is None or (credit.field is not None and credit.field.startswith(field))


def check_confirmation(case: Case, mapping: Mapping) -> Node | None:
    """Whether a grade is so low that a person looks at it; one that is not known is."""
    below = case.rule.confirmation.below_grade
    if below is None:
        return None
    taken = [case.credits[item.course] for item in mapping.host if item.course in case.credits]
    answers = [reaches(credit, below) for credit in taken]
    return Node(
        code=Code.CONFIRM_BELOW_GRADE,
        finding=Finding.FULFILLED if all(answers) else Finding.CONFIRM,
        demanded={"grade": format_hundredths(below.grade)},
        found={
            "grades": tuple(
                format_hundredths(credit.mark) for credit in taken if credit.mark is not None
            )
        },
        where=tuple(source for credit in taken for source in credit.sources),
    )
