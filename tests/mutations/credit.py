"""Rules of accounts, courses, grades, credits and verifications."""

from tests.mutations.runner import CONTRACTS, DOMAIN, UNIT, Mutation

REFUSALS = f"{UNIT}/contracts/test_refusals.py"
LIFE = f"{UNIT}/contracts/test_life.py"
POLICIES = f"{UNIT}/contracts/test_policies.py"
CALLERS = f"{UNIT}/contracts/test_callers.py"
MEMBERSHIP = f"{UNIT}/contracts/test_membership.py"
MUTATIONS = (
    Mutation(
        f"{DOMAIN}/grading.py",
        "return mark >= self.pass_mark",
        "return mark > self.pass_mark",
        f"{UNIT}/domain/test_grading.py",
    ),
    Mutation(
        f"{DOMAIN}/grading.py",
        "Rounding.HALF_UP: twice >= whole",
        "Rounding.HALF_UP: twice > whole",
        f"{UNIT}/domain/test_grading.py",
    ),
    Mutation(
        f"{DOMAIN}/grading.py",
        "if total != FULL_WEIGHT:",
        "if total > FULL_WEIGHT:",
        f"{UNIT}/domain/test_grading.py",
    ),
    Mutation(
        f"{DOMAIN}/commitment.py",
        "tag + salt + canonical.encode(value)",
        "tag + canonical.encode(value)",
        f"{UNIT}/domain/test_commitment.py",
    ),
    Mutation(
        f"{DOMAIN}/commitment.py",
        '(_TAG + kind).encode() + b"\\x00"',
        '_TAG.encode() + b"\\x00"',
        f"{UNIT}/domain/test_commitment.py",
    ),
    Mutation(
        f"{DOMAIN}/sealed_value.py",
        "transaction_id.encode(), place.encode()",
        "place.encode()",
        f"{UNIT}/domain/test_sealed_value.py",
    ),
    Mutation(
        f"{DOMAIN}/canonical.py",
        "        if name in found:",
        "        if False:",
        f"{UNIT}/domain/test_canonical.py",
    ),
    Mutation(
        f"{DOMAIN}/record.py",
        "        if self.version != version:",
        "        if self.version < version:",
        f"{UNIT}/domain/test_record.py",
    ),
    Mutation(
        f"{DOMAIN}/record.py",
        ' or document.get("key") != key:',
        ":",
        f"{UNIT}/domain/test_record.py",
    ),
    Mutation(
        f"{DOMAIN}/check.py",
        " and _opens(enrolment, entry, grades[entry.number]):",
        ":",
        f"{UNIT}/domain/test_check.py",
    ),
    Mutation(
        f"{DOMAIN}/check.py",
        "latest is not None and latest.number == entry.work_number",
        "latest is not None",
        f"{UNIT}/domain/test_check.py",
    ),
    Mutation(
        f"{DOMAIN}/check.py",
        "for outcome in (Outcome.INVALID, Outcome.COULD_NOT_CHECK):",
        "for outcome in (Outcome.INVALID,):",
        f"{UNIT}/domain/test_check.py",
    ),
    Mutation(
        f"{DOMAIN}/grade.py",
        "        if entry.by == by:",
        "        if False:",
        f"{UNIT}/domain/test_grade.py",
    ),
    Mutation(
        f"{DOMAIN}/grade.py",
        "return self.review is not None and self.review.outcome is ReviewOutcome.APPROVED",
        "return self.review is not None",
        f"{UNIT}/domain/test_grade.py {UNIT}/domain/test_check.py",
    ),
    Mutation(
        f"{DOMAIN}/course.py",
        "if at > self.closes + margin:",
        "if at > self.closes + 2 * margin:",
        f"{UNIT}/domain/test_course.py",
    ),
    Mutation(
        f"{DOMAIN}/course.py",
        "if self.digest != digest or self.content.digest() != digest:",
        "if self.digest != digest:",
        f"{UNIT}/domain/test_course.py",
    ),
    Mutation(
        f"{DOMAIN}/account.py",
        "if caller.key_digest != self.key_digest or caller.role != self.role:",
        "if caller.role != self.role:",
        f"{UNIT}/domain/test_account.py",
    ),
    Mutation(
        f"{DOMAIN}/constitution.py",
        "if self.majority != voting // 2 + 1:",
        "if self.majority < voting // 2:",
        f"{UNIT}/domain/test_constitution.py",
    ),
    Mutation(
        f"{DOMAIN}/verification.py",
        "self.request != request.key or self.request_digest != request.digest()",
        "self.request != request.key",
        f"{UNIT}/domain/test_verification.py",
    ),
    Mutation(
        f"{DOMAIN}/verification.py",
        "        if finding.by == self.review.by:",
        "        if False:",
        f"{UNIT}/domain/test_verification.py",
    ),
    Mutation(
        f"{CONTRACTS}/router.py",
        "        if caller.role not in operation.callers:",
        "        if False:",
        CALLERS,
        "declared_roles",
    ),
    Mutation(
        f"{CONTRACTS}/router.py",
        "        constitution.kind_of(caller.msp_id)\n",
        "",
        CALLERS,
        "no_member",
    ),
    Mutation(
        f"{CONTRACTS}/router.py",
        "        if found.content.digest() != self._constitution_digest:",
        "        if False:",
        MEMBERSHIP,
        "compares",
    ),
    Mutation(
        f"{CONTRACTS}/learning.py",
        "await call.ledger.create(record, changed_by=enrolment.parties)",
        "await call.ledger.create(record, changed_by=(teaching,))",
        POLICIES,
        "slots_begin",
    ),
    Mutation(
        f"{CONTRACTS}/learning.py",
        "    enrolment.require_teacher(call.caller)\n    enrolment.require_admitted()\n",
        "    enrolment.require_admitted()\n",
        REFUSALS,
        "GradeEssay-teacher2",
    ),
    Mutation(
        f"{CONTRACTS}/learning.py",
        '    require_equal(command.commitment, computed, field="commitment")\n',
        "",
        REFUSALS,
        "GradeEssay and commitment-mismatch",
    ),
    Mutation(
        f"{CONTRACTS}/learning.py",
        "    if latest.number != command.work_number:",
        "    if latest.number < command.work_number:",
        REFUSALS,
        "GradeEssay and stale",
    ),
    Mutation(
        f"{CONTRACTS}/credit.py",
        "    if enrolment.home != call.caller.msp_id:",
        "    if call.caller.msp_id not in enrolment.parties:",
        REFUSALS,
        "AwardCredit-registrar",
    ),
    Mutation(
        f"{CONTRACTS}/credit.py",
        '    grade.expect(command.grade_version, field="grade_version")\n    mark = ',
        "    mark = ",
        REFUSALS,
        "AwardCredit and version",
    ),
    Mutation(
        f"{CONTRACTS}/credit.py",
        "    mark = report.require_valid()",
        "    mark = report.mark or 0",
        REFUSALS,
        "AwardCredit and check-failed",
    ),
    Mutation(
        f"{CONTRACTS}/parties.py",
        '    require_equal(enrolment.key_commitment, key_commitment(key), field="enrolment_key")\n',
        "",
        REFUSALS,
        "enrolment_key",
    ),
    Mutation(
        f"{CONTRACTS}/parties.py",
        "if enrolment.course_digest != course.digest or",
        "if",
        f"{UNIT}/contracts/test_traitors.py",
        "course_rewritten",
    ),
    Mutation(
        f"{CONTRACTS}/verification.py",
        "    consent.require_covers(request, call.ledger.now)\n",
        "",
        REFUSALS,
        "consent-missing",
    ),
    Mutation(
        f"{CONTRACTS}/verification.py",
        "    holding.require_holder(call.caller)\n",
        "",
        REFUSALS,
        "AnswerRequest-student2",
    ),
)
