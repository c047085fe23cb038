"""What becomes of the credits of an agreement is told once to each party, whatever is killed."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import pytest_asyncio

from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.keys import Kind, record_key, sibling
from chaincode.domain.redemption import Redemption, RedemptionEntry, RedemptionStatus
from chaincode.domain.ruling import Ruling, RulingEntry, RulingKind, RulingReason
from gateway.model.agreements import KnownAgreement
from gateway.model.learning import EnrolmentSecret
from gateway.model.recognition import Notice
from gateway.services.recognition.changes import Change
from gateway.services.recognition.notices import CreditsChanged, opened_notice
from tests.support import records as made
from tests.support.agreements import AGREEMENT, PROGRAMME, agreed, host_course
from tests.support.followed import Gamma, Process, gamma_alone
from tests.support.killing import Fuse

pytestmark = pytest.mark.asyncio(loop_scope="module")
STUDENT = "5" * 32
MOMENTS = 2
"""Before and after the one transaction that keeps notices and what was told."""


@dataclass
class Listed:
    """A credit in a course that the agreement lists, at the gateway that the student's home is."""

    gamma: Gamma
    enrolment: str = field(
        default_factory=lambda: record_key(Kind.ENROLMENT, "betaMSP", secrets.token_hex(16))
    )

    async def begun(self, process: Process) -> None:
        row = host_course(1)
        change = {"key": self.enrolment, "course": row.course, "course_digest": row.digest}
        self.gamma.put(made.make_enrolment().model_copy(update=change))
        grade, credit = self._slot(Kind.GRADE), self._slot(Kind.CREDIT)
        self.gamma.put(made.empty_grade().model_copy(update={"key": grade, "version": 4}))
        self.gamma.put(made.open_credit().model_copy(update={"key": credit}))
        secret = EnrolmentSecret(
            self.enrolment, STUDENT, row.course, "betaMSP", b"sealed", made.NOW
        )
        async with process.core.database.writing() as session:
            session.add(secret)

    def award(self, *, grades: int = 4, status: CreditStatus = CreditStatus.AWARDED) -> None:
        """Awarded on the grades that the student applied on, version 4; else corrected."""
        credit = self.gamma.read(Credit, self._slot(Kind.CREDIT))
        assert credit is not None
        award = Award(
            credits=600,
            result_commitment=secrets.token_hex(32),
            work_version=2,
            grade_version=grades,
            grade_entries=grades - 1,
            by=made.REGISTRAR,
            at=made.NOW + timedelta(days=1),
        )
        change = {"award": award, "status": status, "applied_grades": 4}
        self.gamma.put(credit.model_copy(update={**change, "version": credit.version + 1}))

    def suspend(self) -> None:
        entry = RulingEntry(
            number=1,
            ruling=RulingKind.SUSPEND,
            reason=RulingReason.INVESTIGATION,
            gives_back=False,
            authority="ministryMSP",
            by=f"account/ministryMSP/{'6' * 32}",
            at=made.NOW + timedelta(days=2),
        )
        key = self._slot(Kind.RULING)
        self.gamma.put(Ruling(key=key, version=1, operation=made.NEXT, entries=(entry,)))

    def redeem(self) -> None:
        """Home has decided, and uses it."""
        entry = RedemptionEntry(
            number=1,
            redeemer="alphaMSP",
            programme=PROGRAMME,
            amount=600,
            rule=f"rule/alphaMSP/{'6' * 32}/1",
            joint=None,
            permitted_by=made.STUDENT,
            permitted_at=made.NOW,
            expires_at=made.NOW + timedelta(days=14),
            status=RedemptionStatus.REDEEMED,
            credit_version=2,
            decision_commitment="4" * 64,
            by="gateway/alphaMSP",
            at=made.NOW,
        )
        key = self._slot(Kind.REDEMPTION)
        self.gamma.put(Redemption(key=key, version=1, operation=made.NEXT, entries=(entry,)))

    async def told(self, process: Process, person: str | None) -> list[Change]:
        """What one person was told of this credit, sorted."""
        core = process.core
        async with core.database.reading() as session:
            rows = await session.find(Notice, decision=AGREEMENT, person=person)
        found = [opened_notice(core.box, row) for row in rows]
        return sorted(
            change.what
            for news in found
            if isinstance(news, CreditsChanged)
            for credit in news.credits
            if credit.enrolment == self.enrolment
            for change in credit.changes
        )

    def _slot(self, kind: Kind) -> str:
        return sibling(self.enrolment, kind)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gamma(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gamma]:
    async with gamma_alone(tmp_path_factory.mktemp("gamma")) as found:
        found.put(agreed())
        async with found.process() as process, process.core.database.writing() as session:
            session.add(KnownAgreement(AGREEMENT, STUDENT, made.NOW))
        yield found


async def test_each_change_is_told_once_to_student_and_registrars(gamma: Gamma) -> None:
    credit = Listed(gamma)
    async with gamma.process() as process:
        await credit.begun(process)
        for step, expected in (
            (lambda: None, []),
            (credit.award, []),
            (lambda: credit.award(grades=5), [Change.CORRECTED]),
            (lambda: None, [Change.CORRECTED]),
            (credit.suspend, [Change.CORRECTED, Change.SUSPENDED]),
        ):
            step()
            for _ in range(2):
                await process.follower.sweep()
            for person in (None, STUDENT):
                assert await credit.told(process, person) == expected


async def test_what_was_corrected_before_anybody_looked_is_told(gamma: Gamma) -> None:
    credit = Listed(gamma)
    async with gamma.process() as process:
        await credit.begun(process)
        credit.award()
        credit.award(grades=5, status=CreditStatus.FAILED)
        await process.follower.sweep()
        assert await credit.told(process, STUDENT) == [Change.FAILED]


async def test_a_decision_tells_of_what_it_uses(gamma: Gamma) -> None:
    credit = Listed(gamma)
    async with gamma.process() as process:
        await credit.begun(process)
        credit.award()
        await process.follower.sweep()
        credit.redeem()
        credit.suspend()
        await process.follower.sweep()
        assert await credit.told(process, STUDENT) == []


@pytest.mark.parametrize("moment", range(MOMENTS))
async def test_killed_at_any_moment(gamma: Gamma, moment: int) -> None:
    credit = Listed(gamma)
    async with gamma.process() as process:
        await credit.begun(process)
        credit.award()
        await process.follower.sweep()
    credit.suspend()
    fuse = Fuse(moment)
    await gamma.killed(fuse)
    assert fuse.passed == moment
    async with gamma.process() as process:
        await process.follower.sweep()
        for person in (None, STUDENT):
            assert await credit.told(process, person) == [Change.SUSPENDED]
