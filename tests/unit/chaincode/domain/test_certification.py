from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.certification import (
    Certification,
    CertificationStatus,
    CertificationWithdrawal,
)
from chaincode.domain.errors import RecordCorrupt, WrongState
from chaincode.domain.keys import Kind, word_key
from tests.support.records import COURSE, NEXT, NOW, OPERATION, VERIFIER


def make(**change: Any) -> Certification:
    fields = {
        "key": word_key(Kind.CERTIFICATION, COURSE, "gammaMSP"),
        "version": 1,
        "operation": OPERATION,
        "course": COURSE,
        "course_digest": "0" * 64,
        "certifier": "gammaMSP",
        "status": CertificationStatus.IN_FORCE,
        "by": VERIFIER,
        "at": NOW,
        "withdrawal": None,
    }
    return Certification.model_validate(fields | change)


def withdrawn(certification: Certification) -> Certification:
    return certification.withdrawn(
        reason=CertificationWithdrawal.EXAMINATION, by=VERIFIER, at=NOW, operation=NEXT
    )


def test_it_is_withdrawn_once_with_its_reason() -> None:
    gone = withdrawn(make())
    assert (gone.status, gone.version) == (CertificationStatus.WITHDRAWN, 2)
    assert gone.withdrawal is not None
    assert gone.withdrawal.reason is CertificationWithdrawal.EXAMINATION
    with pytest.raises(WrongState) as refused:
        withdrawn(gone)
    assert refused.value.facts == {
        "status": "withdrawn",
        "reason": "examination",
        "at": "2026-11-22T09:00:00Z",
    }
    assert Certification.decode(gone.key, gone.encode()) == gone


@pytest.mark.parametrize(
    "change",
    [
        {"certifier": "alphaMSP"},
        {"course": COURSE[:-1] + "2"},
        {"status": CertificationStatus.WITHDRAWN},
    ],
)
def test_what_contradicts_itself_is_no_certificate(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(**change)
    forged = make().model_copy(update=change)
    with pytest.raises(RecordCorrupt):
        Certification.decode(forged.key, forged.encode())
