import pytest

from chaincode.domain.caller import Role
from chaincode.domain.enrolment import AdmissionRefusal, EnrolmentStatus
from chaincode.domain.errors import InvalidArgument, NotParty, WrongState
from tests.support.records import (
    NEXT,
    NOW,
    REGISTRAR,
    STUDENT,
    TEACHER,
    caller,
    commit_work,
    empty_work,
    make_enrolment,
    opened_work,
    upload,
)


def test_both_universities_are_parties_each_once() -> None:
    enrolment = make_enrolment()
    assert enrolment.parties == ("alphaMSP", "betaMSP")
    assert enrolment.model_copy(update={"home": "betaMSP"}).parties == ("betaMSP",)
    assert enrolment.model_copy(update={"home": "zMSP"}).parties == ("betaMSP", "zMSP")


@pytest.mark.parametrize(
    ("admit", "reason", "status"),
    [
        (True, None, EnrolmentStatus.ADMITTED),
        (False, AdmissionRefusal.COURSE_FULL, EnrolmentStatus.REFUSED),
    ],
)
def test_the_teachers_decision(
    *,
    admit: bool,
    reason: AdmissionRefusal | None,
    status: EnrolmentStatus,
) -> None:
    applied = make_enrolment(status=EnrolmentStatus.APPLIED)
    found = applied.learned(admit=admit, reason=reason, at=NOW, operation=NEXT)
    assert (found.status, found.decided_at, found.reason) == (status, NOW, reason)
    assert (found.version, found.operation) == (2, NEXT)
    for again in (True, False):
        with pytest.raises(WrongState) as refused:
            found.learned(admit=again, reason=AdmissionRefusal.OTHER, at=NOW, operation=NEXT)
        assert refused.value.facts == {"status": status.value}


def test_a_refusal_needs_its_reason() -> None:
    applied = make_enrolment(status=EnrolmentStatus.APPLIED)
    with pytest.raises(InvalidArgument) as refused:
        applied.learned(admit=False, reason=None, at=NOW, operation=NEXT)
    assert refused.value.field == "reason"


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_only_the_admitted_go_on(status: EnrolmentStatus) -> None:
    enrolment = make_enrolment(status=status)
    if status is EnrolmentStatus.ADMITTED:
        enrolment.require_admitted()
        return
    with pytest.raises(WrongState) as refused:
        enrolment.require_admitted()
    assert refused.value.facts == {"status": status.value}


def test_the_enrolments_own_people() -> None:
    enrolment = make_enrolment()
    enrolment.require_student(caller(STUDENT))
    enrolment.require_teacher(caller(TEACHER, Role.TEACHER))
    for other in (TEACHER, STUDENT.replace("a" * 32, "0" * 32), STUDENT.replace("alpha", "beta")):
        with pytest.raises(NotParty, match="another student"):
            enrolment.require_student(caller(other))
    for other in (STUDENT, REGISTRAR, TEACHER.replace("beta", "alpha")):
        with pytest.raises(NotParty, match="another teacher"):
            enrolment.require_teacher(caller(other, Role.TEACHER))


def test_work_is_appended_and_the_last_of_a_part_counts() -> None:
    work = upload(upload(upload(empty_work(), "essay"), "exam"), "essay")
    assert [entry.number for entry in work.entries] == [1, 2, 3]
    assert work.version == 4
    latest = work.latest("essay")
    assert latest is not None
    assert (latest.number, latest.commitment, latest.by, latest.at) == (
        3,
        commit_work("essay", opened_work(3)),
        STUDENT,
        NOW,
    )
    other = work.latest("exam")
    assert other is not None
    assert other.number == 2
    assert work.latest("oral") is None


def test_a_commitment_stands_once() -> None:
    work = upload(empty_work(), "essay")
    for part in ("essay", "exam"):
        with pytest.raises(WrongState, match="very commitment"):
            work.uploaded(
                part=part,
                commitment=work.entries[0].commitment,
                by=STUDENT,
                at=NOW,
                limit=64,
                operation=NEXT,
            )


def test_a_slot_holds_as_many_as_the_constitution_says() -> None:
    work = upload(upload(empty_work(), "essay", limit=2), "essay", limit=2)
    assert len(work.entries) == 2
    with pytest.raises(WrongState, match="at most 2"):
        upload(work, "essay", limit=2)
