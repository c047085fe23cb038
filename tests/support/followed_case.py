"""One decision that is followed, and everything that can become of the credit behind it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from chaincode.domain.certification import (
    Certification,
    CertificationStatus,
    CertificationWithdrawal,
)
from chaincode.domain.commitment import result_commitment
from chaincode.domain.course import Course
from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.decision import (
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionStatus,
    DecisionTrigger,
)
from chaincode.domain.grade import Grade
from chaincode.domain.keys import Kind, record_key, sibling, word_key
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.record import Record
from chaincode.domain.redemption import Redemption, RedemptionEntry, RedemptionStatus
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.ruling import Ruling, RulingEntry, RulingKind, RulingReason
from gateway.model.recognition import (
    AppliedCredit,
    DecisionInput,
    KeptRevision,
    Notice,
    RecognitionApplication,
)
from gateway.services.recognition.corrected_results import CORRECTED_MESSAGE
from gateway.services.recognition.difference import Difference, same
from gateway.services.recognition.kept import keep, opened_revision, sealed_revision
from gateway.services.recognition.notices import opened_notice
from gateway.services.recognition.results import OpenedResult
from gateway.services.recognition.telling import seal_to
from tests.support import recognition
from tests.support import records as made
from tests.support.followed import GAMMA, AnyRecord, Gamma, Process
from tests.support.qualification import BANK

STUDENT = "5" * 32
_BAVARIAN = {
    "kind": "modified-bavarian",
    "host_pass": "50.00",
    "host_best": "100.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
_DEMANDS = [
    {"kind": "minimum-grade", "grade": "75.00", "better": "higher"},
    {"kind": "quality", "certified_by": 1, "recheck": True},
]
_REGISTRAR = f"account/{GAMMA}/{'d' * 32}"
_SUPERVISOR = f"account/ministryMSP/{'6' * 32}"
_AWARDED = 3
"""The version of a credit that was awarded without detours."""


def _key(kind: Kind, owner: str, number: int | None = None) -> str:
    return record_key(kind, owner, secrets.token_hex(16), number)


@dataclass
class Case:
    """A credit of alpha's student at beta, with 85.00, that gamma recognised and redeemed."""

    gamma: Gamma
    course: str = field(default_factory=lambda: _key(Kind.COURSE, "betaMSP", 1))
    enrolment: str = field(default_factory=lambda: _key(Kind.ENROLMENT, "betaMSP"))
    decision: str = field(default_factory=lambda: _key(Kind.DECISION, GAMMA))
    rule: str = field(default_factory=lambda: _key(Kind.RULE, GAMMA, 1))
    programme: str = field(default_factory=lambda: _key(Kind.PROGRAMME, GAMMA, 1))
    application: str = field(default_factory=lambda: secrets.token_hex(16))
    marks: dict[str, OpenedResult] = field(default_factory=dict)
    """By the award's commitment, whether gamma was told or not."""

    async def decided(self, process: Process) -> None:
        """The ledger and gamma's database as they are after the redemption."""
        course = Course.proposed(
            self.course, "betaMSP", made.make_content(), at=made.NOW, operation=made.OPERATION
        ).checked(approve=True, reason=None, by=made.REGISTRAR, at=made.NOW, operation=made.NEXT)
        slot = {"key": self.enrolment}
        enrolment = made.make_enrolment(course).model_copy(update=slot)
        grade = made.empty_grade().model_copy(update={"key": self._slot(Kind.GRADE), "version": 4})
        credit = made.open_credit().model_copy(
            update={
                "key": self._slot(Kind.CREDIT),
                "version": _AWARDED,
                "status": CreditStatus.AWARDED,
                "award": self._award(8_500, 3),
            }
        )
        for record in (course, enrolment, grade, credit, *self._agreed(course)):
            self.gamma.put(record)
        await self._kept(process, credit)

    def _agreed(self, course: Course) -> Sequence[Record]:
        at, by = made.NOW, _REGISTRAR
        home = _key(Kind.COURSE, GAMMA, 1)
        content = recognition.rule(
            recognition.mapping("single", [self.course], [(home, "6.00")], conversion="bavarian"),
            deciders=[GAMMA],
            conversions={"bavarian": _BAVARIAN},
            demands=_DEMANDS,
        )
        rule = RuleVersion.proposed(self.rule, content, by=by, at=at, operation=made.NEXT)
        degree = BANK.model_copy(update={"granted_by": GAMMA})
        programme = Programme.published(self.programme, degree, by=by, at=at, operation=made.NEXT)
        certificate = Certification(
            key=word_key(Kind.CERTIFICATION, self.course, GAMMA),
            version=1,
            operation=made.NEXT,
            course=self.course,
            course_digest=course.digest,
            certifier=GAMMA,
            status=CertificationStatus.IN_FORCE,
            by=by,
            at=at,
            withdrawal=None,
        )
        entry = RedemptionEntry(
            number=1,
            redeemer=GAMMA,
            programme=self.programme,
            amount=600,
            rule=self.rule,
            joint=None,
            permitted_by=made.STUDENT,
            permitted_at=at,
            expires_at=at + timedelta(days=14),
            status=RedemptionStatus.REDEEMED,
            credit_version=_AWARDED,
            decision_commitment="4" * 64,
            by=f"gateway/{GAMMA}",
            at=at,
        )
        redemption = Redemption(
            key=self._slot(Kind.REDEMPTION), version=1, operation=made.NEXT, entries=(entry,)
        )
        return (rule, programme, certificate, redemption)

    async def _kept(self, process: Process, credit: Credit) -> None:
        core, parts = process.core, process.parts
        row = RecognitionApplication(
            id=self.application,
            person=STUDENT,
            student=secrets.token_hex(16),
            home=GAMMA,
            decider=GAMMA,
            programme=self.programme,
            rule=self.rule,
            agreement=None,
            created_at=made.NOW,
            decision=self.decision,
            open=False,
        )
        assert credit.award is not None
        result = self.marks[credit.award.result_commitment]
        async with core.database.writing() as session:
            session.add(row, AppliedCredit(self.application, self.enrolment, 1, 600))
            session.add(parts.results.shown(self.enrolment, credit.award, result))
        applied = await parts.applying.load(self.application)
        case = await parts.considering.case(applied, None)
        kept = keep(case.facts, evaluate(applied.rule.content, case.facts, recognition.DAY))
        assert kept.verdict.outcome is DecisionOutcome.RECOGNISED
        decision = Decision.recorded(
            key=self.decision,
            decider=GAMMA,
            rule=self.rule,
            rule_digest=applied.rule.digest,
            evaluator=kept.verdict.evaluator,
            programme=self.programme,
            computed=kept.computed(self.decision, recognition.DAY, automatic=True),
            trigger=DecisionTrigger.APPLICATION,
            by=f"gateway/{GAMMA}",
            at=made.NOW,
            operation=made.NEXT,
        )
        self.gamma.put(decision)
        async with core.database.writing() as session:
            session.add(sealed_revision(core.box, self.decision, 1, kept))
            session.add(
                *(DecisionInput(self.decision, key, seen) for key, seen in case.watched.items())
            )

    def correct(self) -> None:
        """The teacher corrects a grade: nothing yet, before home accepts it."""
        grade = self._record(Grade, Kind.GRADE)
        self.gamma.put(grade.model_copy(update={"version": grade.version + 1}))

    def accept(self, mark: int) -> None:
        """Home accepts what was corrected; the mark is on its way."""
        credit = self._record(Credit, Kind.CREDIT)
        assert credit.award is not None
        award = self._award(mark, credit.award.grade_entries + 1)
        self.gamma.put(credit.corrected(award, passed=mark >= 5_000, operation=made.NEXT))

    async def arrive(self, process: Process) -> None:
        """Home's message with the mark of the present award arrives; perhaps once more."""
        credit = self._record(Credit, Kind.CREDIT)
        assert credit.award is not None
        result = self.marks[credit.award.result_commitment]
        sent = {
            "enrolment": self.enrolment,
            "mark": result.mark,
            "salt": result.salt,
            "commitment": credit.award.result_commitment,
            "credit_version": credit.version,
        }
        core = process.core
        sealed = await seal_to(
            core.records, GAMMA, purpose=CORRECTED_MESSAGE, place=self.enrolment, document=sent
        )
        handler = core.handlers[CORRECTED_MESSAGE]
        keep_ = await handler.examined("alphaMSP", {"enrolment": self.enrolment, "sealed": sealed})
        async with core.database.writing() as session:
            await keep_(session)

    def say(self, ruling: RulingKind) -> None:
        """The authority rules, where that can be said now."""
        before = self.gamma.read(Ruling, self._slot(Kind.RULING))
        now = before.in_force if before else None
        lifts, revoked = ruling is RulingKind.LIFT, now and now.ruling is RulingKind.REVOKE
        if lifts is (now is None) or (not lifts and (revoked or (now and now.ruling is ruling))):
            return
        entries = before.entries if before else ()
        entry = RulingEntry(
            number=len(entries) + 1,
            ruling=ruling,
            reason=RulingReason.INVESTIGATION,
            gives_back=False,
            authority="ministryMSP",
            by=_SUPERVISOR,
            at=made.NOW,
        )
        self.gamma.put(
            Ruling(
                key=self._slot(Kind.RULING),
                version=entry.number,
                operation=made.NEXT,
                entries=(*entries, entry),
            )
        )

    def take_back(self) -> None:
        """The certificate of the course is withdrawn, once."""
        key = word_key(Kind.CERTIFICATION, self.course, GAMMA)
        certificate = self.gamma.read(Certification, key)
        assert certificate is not None
        if certificate.withdrawal is None:
            reason = CertificationWithdrawal.EXAMINATION
            self.gamma.put(
                certificate.withdrawn(
                    reason=reason, by=_REGISTRAR, at=made.NOW, operation=made.NEXT
                )
            )

    def judge(self) -> None:
        """A registrar confirms what was computed, where anything waits for her."""
        decision = self.recorded()
        if decision.status in {DecisionStatus.AWAITING_CONFIRMATION, DecisionStatus.REOPENED}:
            self.gamma.put(
                decision.confirmed(
                    outcome=decision.latest.computed.outcome,
                    reason=ConfirmationReason.AS_COMPUTED,
                    by=_REGISTRAR,
                    at=made.NOW,
                    operation=made.NEXT,
                )
            )

    def recorded(self) -> Decision:
        """The decision on the ledger."""
        found = self.gamma.read(Decision, self.decision)
        assert found is not None
        return found

    async def require_true(self, process: Process) -> None:
        """What holds is what a fresh evaluation gives, or it is open; each difference told once."""
        decision, core = self.recorded(), process.core
        async with core.database.reading() as session:
            rows = await session.find(KeptRevision, decision=self.decision, order_by=("number",))
            notices = await session.find(Notice, decision=self.decision)
        kept = [opened_revision(core.box, row) for row in rows]
        assert [row.number for row in rows] == [one.number for one in decision.revisions]
        applied = await process.parts.applying.load(self.application)
        fresh = await process.parts.considering.again(applied, decision)
        assert fresh.held is not None
        assert same(kept[-1].verdict, fresh.now.verdict), "the last revision is out of date"
        if decision.status is DecisionStatus.REOPENED:
            assert not same(fresh.held.verdict, fresh.now.verdict)
        else:
            assert same(fresh.held.verdict, fresh.now.verdict)
        differing = [
            place + 1
            for place in range(1, len(kept))
            if not same(kept[place - 1].verdict, kept[place].verdict)
        ]
        for person in (None, STUDENT):
            mine = [opened_notice(core.box, one) for one in notices if one.person == person]
            numbers = [one.number for one in mine if isinstance(one, Difference)]
            assert sorted(numbers) == differing
            assert len(numbers) == len(mine)

    async def forgotten(self, process: Process) -> None:
        """Nobody follows it any more: the next case is alone."""
        async with process.core.database.writing() as session:
            for row in await session.find(DecisionInput, decision=self.decision):
                await session.delete(row)

    def _award(self, mark: int, entries: int) -> Award:
        salt = secrets.token_bytes(32)
        commitment = result_commitment(enrolment=self.enrolment, mark=mark, salt=salt)
        self.marks[commitment] = OpenedResult(mark=mark, salt=salt.hex())
        return Award(
            credits=600,
            result_commitment=commitment,
            work_version=2,
            grade_version=entries + 1,
            grade_entries=entries,
            by=made.STUDENT.replace("a" * 32, "f" * 32),
            at=made.NOW,
        )

    def _slot(self, kind: Kind) -> str:
        return sibling(self.enrolment, kind)

    def _record(self, kind: type[AnyRecord], of: Kind) -> AnyRecord:
        found = self.gamma.read(kind, self._slot(of))
        assert found is not None
        return found
