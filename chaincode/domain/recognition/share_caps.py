"""Share caps: which of them a mapping falls under, what each allows and what was counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from chaincode.domain.keys import TermKey
from chaincode.domain.qualification.shares import Load, ShareUnit, at_most
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.case import Case
from chaincode.domain.recognition.counted import Counted
from chaincode.domain.recognition.demands import (
    OfCourseKind,
    OfEachHost,
    OfHost,
    ShareCap,
    Within,
)
from chaincode.domain.recognition.facts import CountedHost, Source
from chaincode.domain.recognition.verdict import Plain


@dataclass(frozen=True, slots=True)
class Share:
    """One cap in one term, or in the degree; None where a fact is missing."""

    demand: ShareCap
    subject: str
    """What is counted: a kind of course, or a host."""
    term: TermKey | None
    limit: int | None
    counted: int | None
    certain: bool
    """Whether the mapping is known to fall under it."""
    sources: tuple[Source, ...]

    @property
    def left(self) -> int | None:
        """What is left for this decision: courses, or hundredths of credits."""
        if self.limit is None or self.counted is None or not self.certain:
            return None
        return self.limit - self.counted

    def quote(self, value: int) -> Plain:
        """A number of courses as it is, credits as a text."""
        return value if self.demand.unit is ShareUnit.COURSES else format_hundredths(value)


def share_caps(case: Case, demand: ShareCap, hosts: Sequence[CountedHost]) -> Iterator[Share]:
    """The caps that courses of these hosts fall under, or may fall under."""
    for subject in _subjects(case, demand, hosts):
        answers = [(_concerns(demand, subject, host), host.term) for host in hosts]
        concerned = [(answer, term) for answer, term in answers if answer is not False]
        if not concerned:
            continue
        surely = {term for answer, term in concerned if answer}
        in_term = demand.within is Within.TERM
        terms = {term for _, term in concerned} if in_term else {None}
        for term in sorted(terms, key=lambda key: key or ""):
            certain = term is not None and term in surely if in_term else bool(surely)
            whole, sources = _whole(case, demand, term)
            yield Share(
                demand=demand,
                subject=subject,
                term=term,
                limit=None if whole is None else at_most(whole.by(demand.unit), demand.at_most),
                counted=_counted(case, demand, subject, term),
                certain=certain,
                sources=sources,
            )


def _subjects(case: Case, demand: ShareCap, hosts: Iterable[CountedHost]) -> list[str]:
    match demand.of:
        case OfCourseKind():
            return [demand.of.course_kind.value]
        case OfHost():
            return [demand.of.host]
        case OfEachHost():
            return sorted({host.host for host in hosts} - {case.facts.decider})


def _concerns(demand: ShareCap, subject: str, host: CountedHost) -> bool | None:
    """Whether a host course is of those that a cap counts; None where its kind is unknown."""
    if isinstance(demand.of, OfCourseKind):
        return None if host.course_kind is None else host.course_kind.value == subject
    return host.host == subject


def _whole(
    case: Case, demand: ShareCap, term: TermKey | None
) -> tuple[Load | None, tuple[Source, ...]]:
    if demand.within is Within.DEGREE:
        programme = case.facts.programme
        return (programme.load, programme.sources) if programme else (None, ())
    found = next((entry for entry in case.facts.terms if entry.key == term), None)
    return (found.load, found.sources) if found else (None, ())


def _counted(case: Case, demand: ShareCap, subject: str, term: TermKey | None) -> int | None:
    if case.facts.counted is None:
        return None
    key = f"{demand.of.by == 'course-kind'} {subject}"
    counted = case.counted.get(key)
    if counted is None:
        counted = Counted.of(case.facts.counted, partial(_concerns, demand, subject))
        case.counted[key] = counted
    load = counted.in_degree() if demand.within is Within.DEGREE else counted.in_term(term)
    return None if load is None else load.by(demand.unit)
