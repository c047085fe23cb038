"""Which of the possible mappings are taken: the student's best choice.

A home course is replaced once, a host credit is used up once, caps hold. What counts is, in this
order: most credits (in an admission the highest score), least for a person to confirm, most with a
grade (from evaluator 3 on), best grades weighted by credits, fewest host credits used up, and then
the order of ids.
"""

from collections.abc import Iterable, Sequence

from chaincode.domain.grading import Better
from chaincode.domain.recognition.candidates import Candidate
from chaincode.domain.recognition.case import Case
from chaincode.domain.recognition.choice import Choice, Option, choose
from chaincode.domain.recognition.codes import Finding
from chaincode.domain.recognition.converting import home_better
from chaincode.domain.recognition.credit_checks import free, version_less

# Each weight is beyond what the sums behind it can reach: 500 mappings of 2,400.00 credits.
_CONFIRMED = 10**10
_GRADED = 10**18
_USED = 10**11


def select(case: Case, candidates: Sequence[Candidate], *, graded_first: bool) -> Choice:
    """Choose among those that are possible; `graded_first` puts a grade before passed only."""
    capacity: dict[str, int] = {}
    options = []
    for candidate in candidates:
        if candidate.possible:
            used = uses(case, candidate)
            value = _value(case, candidate, graded_first=graded_first)
            options.append(Option(candidate.id, value, used))
            capacity |= _capacity(case, candidate, used)
    return choose(options, capacity)


def uses(case: Case, candidate: Candidate) -> dict[str, int]:
    """What a mapping uses up, and how much of it."""
    mapping = candidate.mapping
    used = {
        f"host {item.course}": _amount(case, candidate, place)
        for place, item in enumerate(mapping.host)
    }
    # A course in another version is the same course: a degree has it once.
    used |= {f"home {version_less(home.course)}": 1 for home in mapping.home}
    if mapping.score is not None:
        used[f"subject {mapping.score.subject}"] = 1
    return used | {use.name: use.amount for use in candidate.caps}


def _amount(case: Case, candidate: Candidate, place: int) -> int:
    """An admission uses nothing up: a grade serves it once."""
    return 1 if case.admission else case.amount(candidate.mapping.host[place]) or 0


def _capacity(case: Case, candidate: Candidate, used: Iterable[str]) -> dict[str, int]:
    capacity = dict.fromkeys(used, 1)
    if not case.admission:
        for item in candidate.mapping.host:
            capacity[f"host {item.course}"] = free(case, case.credits[item.course]) or 0
    return capacity | {use.name: use.left or 0 for use in candidate.caps}


def _value(case: Case, candidate: Candidate, *, graded_first: bool) -> int:
    used = sum(_amount(case, candidate, place) for place in range(len(candidate.mapping.host)))
    if case.admission:
        main, weight, grade = (candidate.grade or 0) + 1, 1, 0
    else:
        main = weight = candidate.credits
        better = home_better(case.rule.conversions[candidate.mapping.conversion])
        grade = candidate.grade or 0
        grade = -grade if better is Better.LOWER else grade
    unconfirmed = weight if candidate.finding is Finding.FULFILLED else 0
    value = main * _CONFIRMED + unconfirmed
    if graded_first:
        value = value * _CONFIRMED + (0 if candidate.grade is None else weight)
    return (value * _GRADED + grade * weight) * _USED - used
