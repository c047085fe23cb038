import pytest

from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.errors import StaleReference, WrongState
from tests.support.records import NEXT, NOW, REGISTRAR, open_credit

AWARD = Award(
    credits=600,
    result_commitment="0" * 64,
    work_version=3,
    grade_version=4,
    grade_entries=2,
    by=REGISTRAR,
    at=NOW,
)


def test_the_life_of_a_credit() -> None:
    opened = open_credit()
    applied = opened.applied(grades=4, at=NOW, operation=NEXT)
    assert (applied.status, applied.applied_at, applied.version) == (CreditStatus.APPLIED, NOW, 2)
    awarded = applied.awarded(AWARD, operation=NEXT)
    assert (awarded.status, awarded.award, awarded.version) == (CreditStatus.AWARDED, AWARD, 3)
    assert awarded.applied_at == NOW
    assert Credit.decode(awarded.key, awarded.encode()) == awarded


def test_grades_that_changed_need_another_application() -> None:
    applied = open_credit().applied(grades=3, at=NOW, operation=NEXT)
    with pytest.raises(StaleReference) as refused:
        applied.awarded(AWARD, operation=NEXT)
    assert (refused.value.field, refused.value.facts) == ("grade_version", {"applied": 3})
    anew = applied.applied(grades=4, at=NOW, operation=NEXT)
    assert anew.awarded(AWARD, operation=NEXT).award == AWARD


def test_every_other_step_is_refused() -> None:
    opened = open_credit()
    applied = opened.applied(grades=4, at=NOW, operation=NEXT)
    awarded = applied.awarded(AWARD, operation=NEXT)
    for credit, grades in ((applied, 4), (awarded, 4), (awarded, 5)):
        with pytest.raises(WrongState) as refused:
            credit.applied(grades=grades, at=NOW, operation=NEXT)
        assert refused.value.facts == {"status": credit.status.value}
    for credit in (opened, awarded):
        with pytest.raises(WrongState) as refused:
            credit.awarded(AWARD, operation=NEXT)
        assert refused.value.facts == {"status": credit.status.value}
