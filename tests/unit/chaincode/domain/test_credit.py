import pytest

from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.errors import WrongState
from tests.support.records import NEXT, NOW, REGISTRAR, open_credit

AWARD = Award(
    credits=600, result_commitment="0" * 64, work_version=3, grade_version=4, by=REGISTRAR, at=NOW
)


def test_the_life_of_a_credit() -> None:
    opened = open_credit()
    applied = opened.applied(at=NOW, operation=NEXT)
    assert (applied.status, applied.applied_at, applied.version) == (CreditStatus.APPLIED, NOW, 2)
    awarded = applied.awarded(AWARD, operation=NEXT)
    assert (awarded.status, awarded.award, awarded.version) == (CreditStatus.AWARDED, AWARD, 3)
    assert awarded.applied_at == NOW
    assert Credit.decode(awarded.key, awarded.encode()) == awarded


def test_every_other_step_is_refused() -> None:
    opened = open_credit()
    applied = opened.applied(at=NOW, operation=NEXT)
    awarded = applied.awarded(AWARD, operation=NEXT)
    for credit in (applied, awarded):
        with pytest.raises(WrongState) as refused:
            credit.applied(at=NOW, operation=NEXT)
        assert refused.value.facts == {"status": credit.status.value}
    for credit in (opened, awarded):
        with pytest.raises(WrongState) as refused:
            credit.awarded(AWARD, operation=NEXT)
        assert refused.value.facts == {"status": credit.status.value}
