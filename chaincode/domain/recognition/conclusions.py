"""What follows from the choice: items, a person's part, scores, what was wanted and is missing."""

from collections.abc import Iterator, Sequence

from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.candidates import Candidate
from chaincode.domain.recognition.case import Case
from chaincode.domain.recognition.choice import Choice
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.demands import MinimumScore
from chaincode.domain.recognition.selection import uses
from chaincode.domain.recognition.verdict import Node, Recognised, UsedCredit


def recognised(case: Case, chosen: Sequence[Candidate]) -> tuple[Recognised, ...]:
    """The items of the chosen mappings, home course by home course; in an admission, scores."""
    return tuple(item for candidate in chosen for item in _items(case, candidate))


def _items(case: Case, candidate: Candidate) -> Iterator[Recognised]:
    mapping = candidate.mapping
    used = tuple(
        UsedCredit.model_construct(
            enrolment=case.credits[item.course].enrolment,
            course=item.course,
            amount=case.amount(item) or 0,
        )
        for item in mapping.host
    )
    if mapping.score is not None:
        yield Recognised.model_construct(
            mapping=mapping.id, subject=mapping.score.subject, grade=candidate.grade, used=()
        )
    for home in mapping.home:
        yield Recognised.model_construct(
            mapping=mapping.id,
            home=home.course,
            credits=home.credits,
            grade=candidate.grade,
            used=used,
        )


def confirmations(
    case: Case, candidates: Sequence[Candidate], chosen: Sequence[Candidate], choice: Choice
) -> Iterator[Node]:
    """Where a person confirms what was chosen."""
    confirmation = case.rule.confirmation
    if confirmation.always:
        yield Node(code=Code.CONFIRM_ALWAYS, finding=Finding.CONFIRM)
    if confirmation.above_credits is not None:
        total = sum(candidate.credits for candidate in chosen)
        above = total > confirmation.above_credits
        yield Node(
            code=Code.CONFIRM_ABOVE_CREDITS,
            finding=Finding.CONFIRM if above else Finding.FULFILLED,
            demanded={"limit": format_hundredths(confirmation.above_credits)},
            found={"credits": format_hundredths(total)},
        )
    if not choice.finished:
        yield Node(code=Code.CHOICE_UNFINISHED, finding=Finding.CONFIRM)
    yield from _unknown_choices(case, candidates, chosen)


def _unknown_choices(
    case: Case, candidates: Sequence[Candidate], chosen: Sequence[Candidate]
) -> Iterator[Node]:
    """A mapping that could not be checked might bring more than those it competes with."""
    if case.admission:
        return
    taken = [(other, uses(case, other).keys(), other.credits) for other in chosen]
    for candidate in candidates:
        if candidate.finding is not Finding.UNKNOWN:
            continue
        # Two mappings compete that want the same course, or fall under one cap.
        wanted = uses(case, candidate).keys()
        found = [(other, brings) for other, used, brings in taken if not used.isdisjoint(wanted)]
        rivals = [other for other, _ in found]
        if rivals and candidate.credits > sum(brings for _, brings in found):
            yield Node(
                code=Code.CHOICE_UNKNOWN,
                finding=Finding.CONFIRM,
                about=candidate.id,
                found={"instead": tuple(rival.id for rival in rivals)},
            )


def check_scores(
    case: Case, candidates: Sequence[Candidate], chosen: Sequence[Candidate]
) -> Iterator[Node]:
    """Admission: are the scores high enough, alone and together?"""
    for demand in case.rule.demands:
        if not isinstance(demand, MinimumScore):
            continue
        counted = [one for one in chosen if _in_subject(one, demand)]
        open_ones = [
            one for one in candidates if one.finding is Finding.UNKNOWN and _in_subject(one, demand)
        ]
        total = sum(candidate.grade or 0 for candidate in counted)
        finding = Finding.UNKNOWN if open_ones else Finding.FAILED
        yield Node(
            code=Code.MINIMUM_SCORE,
            finding=Finding.FULFILLED if total >= demand.at_least else finding,
            about=demand.subject,
            demanded={"least": format_hundredths(demand.at_least)},
            found={"score": format_hundredths(total)},
        )


def _in_subject(candidate: Candidate, demand: MinimumScore) -> bool:
    score = candidate.mapping.score
    return demand.subject is None or (score is not None and score.subject == demand.subject)


def check_wanted(
    case: Case, candidates: Sequence[Candidate], chosen: Sequence[Candidate]
) -> Iterator[Node]:
    """Each wanted home course: replaced, not replaced, or not known."""
    for course in sorted(case.facts.wanted or ()):
        if _replaced(course, chosen):
            finding = Finding.FULFILLED
        elif _replaced(course, [one for one in candidates if one.finding is Finding.UNKNOWN]):
            finding = Finding.UNKNOWN
        else:
            finding = Finding.FAILED
        yield Node(code=Code.WANTED_COURSE, finding=finding, about=course)


def _replaced(course: str, candidates: Sequence[Candidate]) -> bool:
    return any(home.course == course for one in candidates for home in one.mapping.home)
