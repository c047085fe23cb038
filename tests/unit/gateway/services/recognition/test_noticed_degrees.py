"""What is told of a degree at another university: each change once, by what decisions know."""

from datetime import timedelta

import pytest

from chaincode.domain.credit import Award, CreditStatus
from chaincode.domain.holding import Holding
from chaincode.domain.recognition.facts import Source
from chaincode.domain.recognition.verdict import Verdict
from gateway.services.recognition.changes import Change
from gateway.services.recognition.noticing import _changed
from tests.support.recognition import HOME, course, credit, decide, facts, mapping, rule
from tests.support.records import NOW, REGISTRAR, empty_grade, make_enrolment, open_credit

DECISION = f"decision/gammaMSP/{'9' * 32}"
OPEN = open_credit()


def holding(version: int) -> Holding:
    award = Award(
        credits=600,
        result_commitment="8" * 64,
        work_version=2,
        grade_version=version + 1,
        grade_entries=version,
        by=REGISTRAR,
        at=NOW + timedelta(days=version),
    )
    awarded = OPEN.model_copy(
        update={"status": CreditStatus.AWARDED, "award": award, "version": version}
    )
    return Holding(make_enrolment(), awarded, empty_grade(), None, None, transfer=None)


def verdict(version: int) -> Verdict:
    """One that names the credit in a version."""
    counts = mapping("one", [course(1)], [(course(8, HOME), "6.00")])
    found = decide(rule(counts), facts(credit(1)))
    where = (Source(key=OPEN.key, version=version),)
    return found.model_copy(
        update={"explanation": found.explanation.model_copy(update={"where": where})}
    )


@pytest.mark.parametrize(
    ("told", "now", "ledger", "noticed"),
    [
        (3, 4, 4, True),
        (3, 3, 4, False),  # the ledger is ahead of the decision: its next revision tells
        (4, 4, 4, False),  # the same revision told again
        (3, 4, 3, False),  # this peer is behind, and sees no change
    ],
)
def test_each_change_is_told_once(told: int, now: int, ledger: int, *, noticed: bool) -> None:
    found = _changed(DECISION, verdict(told), verdict(now), [holding(ledger)])
    assert (found is not None) == noticed
    if found is not None:
        [changed] = found.credits
        assert [one.what for one in changed.changes] == [Change.CORRECTED]
