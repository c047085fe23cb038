import pytest

from chaincode.domain.errors import CommitmentMismatch
from gateway.evidence.opening import Opening, require_committed, work_commitment_of

OPENING = Opening(
    content_key="1" * 64,
    salt="2" * 64,
    digest="3" * 64,
    size=1234,
    media_type="application/pdf",
    file_name="essay.pdf",
)
BODY, ENROLMENT, PART = "4" * 64, "enrolment/betaMSP/" + "5" * 32, "essay"
COMMITTED = work_commitment_of(OPENING, body=BODY, enrolment=ENROLMENT, part=PART)


def test_an_honest_opening_recomputes_the_commitment() -> None:
    require_committed(OPENING, body=BODY, enrolment=ENROLMENT, part=PART, expected=COMMITTED)


@pytest.mark.parametrize(
    "change",
    [{"salt": "0" * 64}, {"digest": "0" * 64}, {"size": 1235}, {"media_type": "text/plain"}],
)
def test_any_other_work_is_not_what_was_committed(change: dict[str, object]) -> None:
    other = OPENING.model_copy(update=change)
    with pytest.raises(CommitmentMismatch):
        require_committed(other, body=BODY, enrolment=ENROLMENT, part=PART, expected=COMMITTED)


def test_a_commitment_cannot_be_carried_elsewhere() -> None:
    elsewhere = "enrolment/betaMSP/" + "6" * 32
    for body, enrolment, part in [
        ("0" * 64, ENROLMENT, PART),
        (BODY, elsewhere, PART),
        (BODY, ENROLMENT, "exam"),
    ]:
        with pytest.raises(CommitmentMismatch):
            require_committed(
                OPENING, body=body, enrolment=enrolment, part=part, expected=COMMITTED
            )
