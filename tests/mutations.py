# ruff: noqa: T201 - a program that prints
"""Break one rule at a time and see a test fail: `python tests/mutations.py`.

Each mutation changes one line of a copy of the package and runs the tests that should notice. A
mutation that survives is a rule that no test holds. Exit code 1 if any survives.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = (
    "pyproject.toml",
    "chaincode",
    "tests/support",
    "tests/unit/chaincode/domain",
    "tests/unit/chaincode/contracts",
)
FAILED = 1
"""pytest's exit code for failing tests; any other is no answer."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One rule, broken: where, what stood there, what stands there now, who should notice."""

    file: str
    old: str
    new: str
    tests: str
    select: str = ""


DOMAIN = "chaincode/domain"
CONTRACTS = "chaincode/contracts"
UNIT = "tests/unit/chaincode"
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


def make_copy(folder: Path) -> None:
    """Copy what the tests need, so that the working tree is never touched."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def break_rule(folder: Path, mutation: Mutation) -> None:
    """Change the one place.

    Raises:
        LookupError: the line is not there exactly once; the list of mutations is out of date.
    """
    path = folder / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise LookupError(f"{mutation.file} does not hold exactly once: {mutation.old!r}")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def run_tests(folder: Path, tests: str, select: str) -> int:
    """Run the tests of the copy; pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += [*tests.split(), "-k", select] if select else tests.split()
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    finished = subprocess.run(  # noqa: S603 - our own interpreter and our own list of tests
        command, cwd=folder, env=environment, capture_output=True, check=False
    )
    return finished.returncode


def verdict(mutation: Mutation) -> str:
    """Say whether a test noticed, in a copy of its own."""
    code = run_in_copy(mutation.tests, mutation.select, mutation)
    return {FAILED: "killed", 0: "SURVIVED"}.get(code, f"NO ANSWER ({code})")


def run_in_copy(tests: str, select: str, mutation: Mutation | None = None) -> int:
    """Run tests on a copy, unbroken where no mutation is given; pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as name:
        folder = Path(name)
        make_copy(folder)
        if mutation is not None:
            break_rule(folder, mutation)
        return run_tests(folder, tests, select)


def selections(mutations: Sequence[Mutation]) -> list[tuple[str, str]]:
    """What the mutations run, each file once: it must pass while no rule is broken."""
    wanted: dict[str, set[str]] = {}
    for mutation in mutations:
        wanted.setdefault(mutation.tests, set()).add(mutation.select)
    return [
        (tests, "" if "" in selects else " or ".join(f"({one})" for one in sorted(selects)))
        for tests, selects in wanted.items()
    ]


def main(mutations: Sequence[Mutation]) -> int:
    """Try every mutation and print what became of it."""
    unbroken = selections(mutations)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        codes = list(pool.map(lambda pair: run_in_copy(*pair), unbroken))
        verdicts = list(pool.map(verdict, mutations))
    for (tests, select), code in zip(unbroken, codes, strict=True):
        if code:
            print(f"fails without any mutation (pytest says {code}): {tests} -k {select!r}")
    for mutation, found in zip(mutations, verdicts, strict=True):
        changed = mutation.new.strip() or "(removed)"
        print(f"{found:9} {mutation.file}: {mutation.old.strip()!r} -> {changed!r}")
    killed = verdicts.count("killed")
    print(f"{killed} of {len(mutations)} broken rules were noticed")
    return 0 if killed == len(mutations) and not any(codes) else 1


if __name__ == "__main__":
    sys.exit(main(MUTATIONS))
