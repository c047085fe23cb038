"""Rules of ballots, series, frameworks and certificates."""

from tests.mutations.runner import CONTRACTS, DOMAIN, UNIT, Mutation

BALLOT = f"{DOMAIN}/rules/ballot.py"
SERIES = f"{DOMAIN}/rules/series.py"
ELECTORATE = f"{DOMAIN}/rules/electorate.py"
TEST_BALLOT = f"{UNIT}/domain/rules/test_ballot.py"
TEST_SERIES = f"{UNIT}/domain/rules/test_series.py"
TEST_ELECTORATE = f"{UNIT}/domain/rules/test_electorate.py"
TEST_RULES = f"{UNIT}/contracts/test_rules.py"
TEST_FRAMEWORKS = f"{UNIT}/contracts/test_frameworks.py"
TEST_QUALITY = f"{UNIT}/contracts/test_quality.py"
MUTATIONS = (
    Mutation(
        BALLOT, "adopted = len(approved) >= self", "adopted = len(approved) > self", TEST_BALLOT
    ),
    Mutation(BALLOT, "hopeless = len(refused) >", "hopeless = len(refused) >=", TEST_BALLOT),
    Mutation(BALLOT, "ended = at > self.answer_by +", "ended = at > self.answer_by -", TEST_BALLOT),
    Mutation(BALLOT, "if at > self.answer_by:", "if at >= self.answer_by:", TEST_BALLOT),
    Mutation(BALLOT, "if answer_by <= rule.", "if answer_by < rule.", TEST_BALLOT),
    Mutation(BALLOT, "if member not in self.electorate:", "if False:", TEST_BALLOT),
    Mutation(
        BALLOT, "            vote.require_counts(", "            (lambda *_: None)(", TEST_BALLOT
    ),
    Mutation(SERIES, "    return max(holding, key", "    return min(holding, key", TEST_SERIES),
    Mutation(SERIES, "if valid.first < today:", "if valid.first <= today:", TEST_SERIES),
    Mutation(SERIES, "if number != self.latest + 1:", "if number <= self.latest:", TEST_SERIES),
    Mutation(SERIES, "if last.status is BallotStatus.OPEN:", "if False:", TEST_SERIES),
    Mutation(SERIES, "any(v.number >= number", "any(v.number > number", TEST_SERIES),
    Mutation(SERIES, "changes |= {v.valid.last + _DAY", "changes |= {v.valid.last", TEST_SERIES),
    Mutation(SERIES, "changes = {whole.begins} | {", "changes = {", TEST_SERIES),
    Mutation(SERIES, "instant < self.ends)", "instant <= self.ends)", TEST_SERIES),
    Mutation(ELECTORATE, "    if owner not in found.members:", "    if False:", TEST_ELECTORATE),
    Mutation(ELECTORATE, "set(content.deciders) -", "set() -", TEST_ELECTORATE),
    Mutation(ELECTORATE, "alliance.threshold)", "len(alliance.members))", TEST_ELECTORATE),
    Mutation(
        f"{DOMAIN}/rules/rule_version.py",
        "if self.content.digest() != self.digest:",
        "if False:",
        TEST_BALLOT,
    ),
    Mutation(
        f"{DOMAIN}/rules/framework.py",
        "series[split_key(entry.rule).identifier]",
        'series[""]',
        TEST_SERIES,
    ),
    Mutation(
        f"{CONTRACTS}/rules.py",
        "        await require_frameworks_kept(call, rule.content, rule.content.valid, stated)",
        "        pass",
        TEST_FRAMEWORKS,
    ),
    Mutation(
        f"{CONTRACTS}/rules.py",
        "await call.ledger.create(rule, changed_by=call.constitution.content.voting)",
        "await call.ledger.create(rule, changed_by=None)",
        TEST_RULES,
    ),
    Mutation(f"{CONTRACTS}/rules.py", "    ballot.require_elector(member)\n", "", TEST_RULES),
    Mutation(
        f"{CONTRACTS}/rules.py", "    rule.require_digest(command.rule_digest)\n", "", TEST_RULES
    ),
    Mutation(
        f"{CONTRACTS}/speaking.py", "if call.caller.role is not speaker:", "if False:", TEST_RULES
    ),
    Mutation(
        f"{CONTRACTS}/quality.py",
        "if split_key(command.course).owner == certifier:",
        "if False:",
        TEST_QUALITY,
    ),
    Mutation(
        f"{CONTRACTS}/quality.py",
        "    course.require_approved(command.course_digest)\n",
        "",
        TEST_QUALITY,
    ),
    Mutation(
        f"{CONTRACTS}/quality.py",
        "if certification.certifier != certifier:",
        "if False:",
        TEST_QUALITY,
    ),
)
