"""Grades of a mapping: its minimum, its conversion and the scales of its courses."""

from collections import defaultdict
from collections.abc import Iterator

from chaincode.domain.grading import Better
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.conversions import ByDistribution, ByTable, Conversion
from chaincode.domain.recognition.converting import host_better
from chaincode.domain.recognition.demands import MinimumGrade, MinimumScore
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, finding
from chaincode.domain.recognition.lint_courses import KnownCourse, KnownCourses
from chaincode.domain.recognition.lint_tables import (
    Entries,
    entries_of,
    grade_between,
    is_better,
    missing_grades,
)
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import Mapping


def lint_grades(rule: RuleContent, courses: KnownCourses) -> Iterator[LintFinding]:
    """Minimums that no grade meets, scales read the wrong way round, grades without an entry."""
    for place, mapping in enumerate(rule.mappings):
        yield from _minimum(rule, mapping, place)
        yield from _means(rule, mapping, place)
        for number, item in enumerate(mapping.host):
            known = courses.get(item.course)
            if known is not None and known.scale is not None:
                where = ("mappings", place, "host", number)
                yield from _on_scale(rule, mapping, known, where)
    yield from _unread(rule)
    yield from _below(rule)
    yield from _scores(rule)


def _minimum_of(rule: RuleContent, mapping: Mapping) -> MinimumGrade | None:
    found = mapping.demand(rule, "minimum-grade")
    return found if isinstance(found, MinimumGrade) else None


def _entries(rule: RuleContent, mapping: Mapping) -> Entries | None:
    """Of a mapping that converts each grade by itself, before grades are combined."""
    combine = mapping.combine
    if combine and (combine.order == "combine-then-convert" or combine.grade == "pass-only"):
        return None
    return entries_of(rule.conversions[mapping.conversion])


def _minimum(rule: RuleContent, mapping: Mapping, place: int) -> Iterator[LintFinding]:
    minimum, conversion = _minimum_of(rule, mapping), rule.conversions[mapping.conversion]
    better = host_better(conversion)
    if minimum is None or better is None:
        return
    grade = format_hundredths(minimum.grade)
    where = ("mappings", place, "conversion")
    if minimum.better is not better:
        yield finding(LintCode.SCALE_DIRECTION, *where, conversion=mapping.conversion)
        return
    entries = _entries(rule, mapping)
    if entries is None:
        return
    if is_better(minimum.grade, entries.best, better):
        yield finding(
            LintCode.MINIMUM_OUTSIDE_ENTRIES, *where, grade=grade, conversion=mapping.conversion
        )
    elif is_better(entries.worst, minimum.grade, better):
        step = entries.step if better is Better.HIGHER else -entries.step
        first, last = sorted((minimum.grade, entries.worst - step))
        yield _without_entry(mapping.conversion, first, last)


def _without_entry(conversion: str, first: int, last: int) -> LintFinding:
    return finding(
        LintCode.GRADES_WITHOUT_ENTRY,
        *("conversions", conversion),
        conversion=conversion,
        first=format_hundredths(first),
        last=format_hundredths(last),
    )


def _means(rule: RuleContent, mapping: Mapping, place: int) -> Iterator[LintFinding]:
    """A mean that is converted afterwards may lie between two entries."""
    combine, entries = mapping.combine, entries_of(rule.conversions[mapping.conversion])
    if combine is None or combine.rounding is None or entries is None:
        return
    step = _STEPS[combine.rounding.digits]
    if combine.order == "combine-then-convert" and step % entries.step:
        yield finding(
            LintCode.GRADES_BETWEEN_ENTRIES,
            *("mappings", place, "combine", "rounding"),
            conversion=mapping.conversion,
            grade=format_hundredths(entries.lowest + step % entries.step),
        )


def _on_scale(
    rule: RuleContent, mapping: Mapping, known: KnownCourse, where: tuple[str | int, ...]
) -> Iterator[LintFinding]:
    scale, minimum = known.scale, _minimum_of(rule, mapping)
    conversion = rule.conversions[mapping.conversion]
    if scale is None:
        return
    worst = scale.pass_mark
    if minimum is not None:
        if minimum.better is not scale.better:
            yield finding(LintCode.SCALE_DIRECTION, *where, conversion="minimum-grade")
        elif not scale.lowest <= minimum.grade <= scale.highest:
            grade = format_hundredths(minimum.grade)
            yield finding(LintCode.MINIMUM_OUTSIDE_SCALE, *where, grade=grade)
        elif is_better(minimum.grade, worst, scale.better):
            worst = minimum.grade
    if host_better(conversion) not in (None, scale.better):
        yield finding(LintCode.SCALE_DIRECTION, *where, conversion=mapping.conversion)
        return
    entries = _entries(rule, mapping)
    if entries is None:
        return
    for first, last in missing_grades(entries, scale, worst):
        yield _without_entry(mapping.conversion, first, last)
    between = grade_between(entries, scale)
    if between is not None:
        yield finding(
            LintCode.GRADES_BETWEEN_ENTRIES,
            *("conversions", mapping.conversion),
            conversion=mapping.conversion,
            grade=format_hundredths(between),
        )


def _unread(rule: RuleContent) -> Iterator[LintFinding]:
    """Entries of grades that no mapping's minimum lets through."""
    mildest: dict[str, list[MinimumGrade | None]] = defaultdict(list)
    for mapping in rule.mappings:
        converts = _entries(rule, mapping) is not None
        mildest[mapping.conversion].append(_minimum_of(rule, mapping) if converts else None)
    for name, minimums in sorted(mildest.items()):
        conversion = rule.conversions[name]
        better = host_better(conversion)
        known = [one for one in minimums if one is not None and one.better is better]
        if better is None or len(known) < len(minimums):
            continue
        grades = [one.grade for one in known]
        least = min(grades) if better is Better.HIGHER else max(grades)
        yield from _below_minimum(name, conversion, least, better)


def _below_minimum(
    name: str, conversion: Conversion, least: int, better: Better
) -> Iterator[LintFinding]:
    match conversion:
        case ByTable():
            bands, path = conversion.pairs, ("pairs",)
        case _:
            return
    for place, band in enumerate(bands):
        best = band.highest if better is Better.HIGHER else band.lowest
        if is_better(least, best, better):
            yield finding(
                LintCode.ENTRY_NEVER_READ,
                *("conversions", name, *path, place),
                grade=format_hundredths(least),
            )


def _below(rule: RuleContent) -> Iterator[LintFinding]:
    """A person below a grade: asked always, or never."""
    below = rule.confirmation.below_grade
    if below is None or rule.confirmation.always or not rule.mappings:
        return
    where, grade = ("confirmation", "below_grade"), format_hundredths(below.grade)
    for mapping in rule.mappings:
        entries = entries_of(rule.conversions[mapping.conversion])
        if entries is None:
            continue
        if entries.better is not below.better or is_better(below.grade, entries.best, below.better):
            yield finding(
                LintCode.CONFIRMATION_ALWAYS, *where, grade=grade, conversion=mapping.conversion
            )
    minimums = [_minimum_of(rule, mapping) for mapping in rule.mappings]
    if all(
        one is not None
        and one.better is below.better
        and below.scale in (None, one.scale)
        and not is_better(below.grade, one.grade, below.better)
        for one in minimums
    ):
        yield finding(LintCode.CONFIRMATION_NEVER, *where, because="minimum-grade")


def _scores(rule: RuleContent) -> Iterator[LintFinding]:
    """Scores that even the best grades do not reach."""
    highest: dict[str, int] = {}
    for mapping in rule.mappings:
        best = _best_score(rule.conversions[mapping.conversion])
        if mapping.score is None or best is None:
            return  # some scores have no bound that the rule says
        subject = mapping.score.subject
        highest[subject] = max(best, highest.get(subject, 0))
    for place, demand in enumerate(rule.demands):
        if not isinstance(demand, MinimumScore) or not rule.mappings:
            continue
        alone = demand.subject
        most = sum(highest.values()) if alone is None else highest.get(alone, 0)
        if most < demand.at_least:
            yield finding(
                LintCode.SCORE_UNREACHABLE,
                *("demands", place),
                score=format_hundredths(demand.at_least),
                most=format_hundredths(most),
            )


def _best_score(conversion: Conversion) -> int | None:
    """The highest score that comes out, in hundredths; None where the host's scale decides."""
    match conversion:
        case ByTable():
            return max(pair.becomes for pair in conversion.pairs)
        case ByDistribution():
            return max(band.highest for band in conversion.home.bands) + _ROUNDED
        case _ if conversion.kind == "linear":
            return max(conversion.home_pass, conversion.home_best) + _ROUNDED
        case _ if conversion.kind == "modified-bavarian":
            return 400
        case _:
            return None


_STEPS = (100, 10, 1)
"""Of a grade with so many digits, in hundredths."""
_ROUNDED = 100
"""No rounding adds more: half a unit at most."""
