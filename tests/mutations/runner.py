# ruff: noqa: T201 - a program that prints
"""Break one rule at a time and see a test fail.

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

ROOT = Path(__file__).parents[2]
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
