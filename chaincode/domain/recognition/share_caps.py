"""Share caps: which of them a mapping falls under, what each allows and what was counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from chaincode.domain.keys import TermKey
from chaincode.domain.qualification.shares import Load, ShareUnit, at_most
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.case import Case, every, some
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
        concerned = [host for host in hosts if _concerns(demand, subject, host) is not False]
        terms = {host.term for host in concerned} if demand.within is Within.TERM else {None}
        for term in sorted(terms, key=lambda key: key or ""):
            answer = _falls_under(demand, subject, term, concerned)
            if answer is False:
                continue
            whole, sources = _whole(case, demand, term)
            yield Share(
                demand=demand,
                subject=subject,
                term=term,
                limit=None if whole is None else at_most(whole.by(demand.unit), demand.at_most),
                counted=_counted(case, demand, subject, term),
                certain=answer is True,
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


def _falls_under(
    demand: ShareCap, subject: str, term: TermKey | None, hosts: Iterable[CountedHost]
) -> bool | None:
    return some(
        [every((_concerns(demand, subject, host), _in_term(demand, term, host))) for host in hosts]
    )


def _in_term(demand: ShareCap, term: TermKey | None, host: CountedHost) -> bool | None:
    if demand.within is Within.DEGREE:
        return True
    return None if term is None or host.term is None else host.term == term


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
