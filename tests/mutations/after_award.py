"""Rules of what happens after an award."""

from tests.mutations.runner import CONTRACTS, DOMAIN, UNIT, Mutation

AFTER = f"{UNIT}/contracts/after_award"
ATTACKS = f"{AFTER}/test_attacks.py"
ATTENDANCE = f"{AFTER}/test_attendance.py"
CORRECTIONS = f"{AFTER}/test_corrections.py"
DECISIONS = f"{AFTER}/test_decisions.py"
REDEMPTION = f"{AFTER}/test_redemption.py"
SUPERVISION = f"{AFTER}/test_supervision.py"
TRANSFERS = f"{AFTER}/test_transfers.py"
COUNT = f"{UNIT}/domain/test_redemption.py"
RULINGS = f"{UNIT}/domain/test_ruling_and_transfer.py"
CREDIT_EXPECTED = '    holding.credit.expect(command.credit_version, field="credit_version")\n'
BROKEN = (
    ("redemption_count.py", "total += max(by_programme", "total += min(by_programme", COUNT),
    (
        "redemption_count.py",
        "by_programme[programme] = by_programme.get(programme, 0) + entry.amount",
        "by_programme[programme] = entry.amount",
        COUNT,
    ),
    (
        "redemption_count.py",
        "programme = sibling(entry.programme, Kind.PROGRAMME)",
        "programme = entry.programme",
        COUNT,
    ),
    ("redemption_count.py", "<= awarded:", "< awarded:", COUNT),
    (
        "redemption.py",
        "{RedemptionStatus.HELD, RedemptionStatus.REDEEMED, RedemptionStatus.GRANTED}",
        "{RedemptionStatus.REDEEMED, RedemptionStatus.GRANTED}",
        REDEMPTION,
    ),
    ("redemption.py", "if entry.redeemer != home:", "if False:", TRANSFERS),
    ("redemption.py", "if entry.redeemer != redeemer:", "if False:", REDEMPTION),
    ("redemption.py", "if same and entry.status in _OPEN:", "if False:", REDEMPTION),
    (
        "redemption.py",
        "if at > self.expires_at + timedelta(seconds=margin_seconds):",
        "if at > self.expires_at:",
        REDEMPTION,
    ),
    ("ruling.py", "if now.authority != authority:", "if False:", RULINGS),
    ("ruling.py", "if gives_back and ruling is not", "if False and ruling is not", SUPERVISION),
    ("transfer.py", "if last.source != member:", "if False:", TRANSFERS),
    ("transfer.py", "if last.target != member:", "if False:", TRANSFERS),
    ("attendance.py", "is not EnrolmentStatus.REFUSED", "is EnrolmentStatus.ADMITTED", ATTENDANCE),
    ("holding.py", "if caller.account != self.holder:", "if False:", ATTACKS),
    ("holding.py", "if caller.msp_id != self.home:", "if False:", CORRECTIONS),
    ("holding.py", "return moved.target if moved else", "return", TRANSFERS),
    ("holding.py", "return moved.student if moved else", "return", TRANSFERS),
    (
        "check.py",
        "        if doubted or self.mark is None:",
        "        if self.mark is None:",
        CORRECTIONS,
    ),
    ("credit.py", "CreditStatus.AWARDED if passed else", "CreditStatus.AWARDED or", CORRECTIONS),
    ("decision.py", "if self.latest.by == by:", "if False:", DECISIONS),
    ("decision.py", "is self.holds and not revision.differs:", "is self.holds:", DECISIONS),
    ("decision.py", "if outcome not in _CONFIRMABLE[computed]:", "if False:", DECISIONS),
)
BROKEN_CONTRACTS = (
    (
        "redemption.py",
        "if holding.credit.award is not None and entry.status is RedemptionStatus.PERMITTED:",
        "if False and holding.credit.award:",
        REDEMPTION,
    ),
    ("redemption.py", "    if person and call", "    if False and call", REDEMPTION),
    ("redemption.py", "if amount > awarded:", "if False:", REDEMPTION),
    ("redemption.py", "if amount != awarded and not", "if False and not", REDEMPTION),
    ("deciding.py", "if decider not in rule.content.deciders:", "if False:", REDEMPTION),
    ("deciding.py", "if split_key(key).owner != decider:", "if False:", REDEMPTION),
    ("deciding.py", "    if on not in days:", "    if False:", DECISIONS),
    ("decisions.py", "    if rule.confirmation.always:", "    if False:", DECISIONS),
    ("decisions.py", "if call.caller.role is not Role.GATEWAY:", "if False:", DECISIONS),
    ("decisions.py", "if decision.decider != call.caller.msp_id:", "if False:", DECISIONS),
    ("decisions.py", "    rule.require_digest(command.rule_digest)\n", "", DECISIONS),
    ("supervision.py", CREDIT_EXPECTED, "", SUPERVISION),
    (
        "supervision.py",
        "    call.constitution.require_kind(authority, MemberKind.AUTHORITY)\n",
        "",
        SUPERVISION,
    ),
    ("transfers.py", "    holding.require_result()\n", "", TRANSFERS),
    ("transfers.py", "    holding.require_holder(call.caller)\n", "", TRANSFERS),
    ("corrections.py", "    if grade.version != expected:", "    if False:", CORRECTIONS),
    ("corrections.py", "    holding.require_home(call.caller)\n", "", CORRECTIONS),
    ("credit.py", "    holding.require_unruled()\n", "", SUPERVISION),
    ("holding.py", "if actual != (expected or 0):", "if False:", REDEMPTION),
)
MUTATIONS = (
    *(Mutation(f"{DOMAIN}/{file}", old, new, tests) for file, old, new, tests in BROKEN),
    *(
        Mutation(f"{CONTRACTS}/{file}", old, new, tests)
        for file, old, new, tests in BROKEN_CONTRACTS
    ),
)
