"""`crosscredit rules lint` and `evaluate`: files in, no gateway, no session."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import rules
from tests.support.recognition import HOME, course, credit, facts_document, mapping, rule_document
from tests.support.shell import Shell

Write = Callable[[str, Any], str]
MINIMUM = {"kind": "minimum-grade", "grade": "60.00", "better": "higher"}
RULE = rule_document(mapping("m", [course(1)], [(course(9, HOME), "6.00")]), demands=[MINIMUM])
FACTS = facts_document(credit(1))


@pytest.fixture
def shell(state: Path) -> Shell:
    return Shell(state, "https://localhost:1", Path("/nowhere"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, document: Any) -> str:
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        return str(path)

    return written


async def run(shell: Shell, *arguments: str, code: int = 0) -> str:
    result = await shell.run(*arguments, code=code, of=rules.app)
    return result.stderr if code in {1, 2} else result.stdout


async def test_a_sound_rule(shell: Shell, write: Write) -> None:
    said = await run(shell, "lint", write("rule.json", RULE))
    assert said == "nothing was found\nerrors: 0, warnings: 0, notices: 0\n"


async def test_findings_end_the_command_with_their_code(shell: Shell, write: Write) -> None:
    unused = RULE | {"conversions": RULE["conversions"] | {"other": {"kind": "pass-only"}}}
    warned = await run(shell, "lint", write("rule.json", unused))
    assert "no mapping uses the conversion other" in warned
    file = write("wrong.json", RULE | {"demands": [MINIMUM | {"better": "lower"}]})
    facts = write("facts.json", FACTS)
    found = json.loads(await run(shell, "lint", file, "--facts", facts, "--json", code=6))
    assert found["counts"] == {"error": 1, "warning": 0, "notice": 0}
    assert [(one["code"], one["path"]) for one in found["findings"]] == [
        ("scale-direction", "mappings.0.host.0")
    ]
    chinese = await run(shell, "lint", file, "--facts", facts, "--language", "zh", code=6)
    assert "错误" in chinese


async def test_what_is_changed_against_another_file(shell: Shell, write: Write) -> None:
    newer = RULE | {"demands": [MINIMUM | {"grade": "70.00"}]}
    files = (write("new.json", newer), "--against", write("old.json", RULE))
    said = await run(shell, "lint", *files)
    assert "demands / minimum-grade / grade" in said
    found = json.loads(await run(shell, "lint", *files, "--json"))
    assert found["changes"] == [
        {
            "kind": "changed",
            "path": ["demands", "minimum-grade", "grade"],
            "before": "60.00",
            "after": "70.00",
        }
    ]


async def test_a_rule_is_applied(shell: Shell, write: Write) -> None:
    files = (write("rule.json", RULE), "--facts", write("facts.json", FACTS))
    day = ("--on", "2026-11-22")
    said = await run(shell, "evaluate", *files, *day)
    assert said.startswith("outcome: recognised\n")
    assert "A grade of 60.00 or better is demanded" in said
    found = json.loads(await run(shell, "evaluate", *files, *day, "--json"))
    assert (found["outcome"], found["items"][0]["credits"]) == ("recognised", "6.00")
    brief = json.loads(await run(shell, "evaluate", *files, *day, "--evaluator", "1", "--json"))
    assert brief["evaluator"] == 1
    assert "须" in await run(shell, "evaluate", *files, *day, "--language", "zh")
    late = await run(shell, "evaluate", *files, "--on", "2030-01-01")
    assert late.startswith("outcome: refused\n")
    unknown = facts_document(credit(1, mark=None))
    files = (files[0], "--facts", write("unknown.json", unknown))
    said = await run(shell, "evaluate", *files, *day)
    assert said.startswith("outcome: could-not-check\nnothing is recognised\n")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"a": 1,\n "b" 2}', "the document is not UTF-8 JSON (line 2, column 6)"),
        ("[]", "not a JSON object"),
        (RULE | {"mappings": []}, "mappings: a rule needs a mapping"),
        (RULE | {"unexpected": 1}, "unexpected"),
        ("[" * 100_000, "nests too deep"),
        ('{"title": 1e400}', "title"),
        ('{"a": 1, "a": 2}', "twice"),
    ],
)
async def test_a_faulty_document_is_one_sentence(
    shell: Shell, write: Write, document: Any, said: str
) -> None:
    file = write("rule.json", document)
    for command in (("lint", file), ("evaluate", file, "--facts", write("facts.json", FACTS))):
        answer = await run(shell, *command, code=1)
        assert said in answer
        assert file in answer


async def test_files_and_options_that_cannot_be_used(shell: Shell, write: Write) -> None:
    file, facts = write("rule.json", RULE), write("facts.json", FACTS)
    assert "No such file" in await run(shell, "lint", "/nowhere/rule.json", code=2)
    assert "larger than" in await run(shell, "lint", write("large.json", " " * (1 << 21)), code=2)
    assert "a day" in await run(shell, "evaluate", file, "--facts", facts, "--on", "today", code=2)
    evaluator = ("evaluate", file, "--facts", facts, "--evaluator", "9")
    assert "there are: 1, 2, 3" in await run(shell, *evaluator, code=2)
    both = ("lint", file, "--series", "x", "--against", file)
    assert "without a gateway" in await run(shell, *both, code=2)
    faulty = write("faulty.json", FACTS | {"credits": [{}]})
    assert "credits.0" in await run(shell, "evaluate", file, "--facts", faulty, code=1)


async def test_nobody_is_logged_in(shell: Shell, write: Write) -> None:
    file = write("rule.json", RULE)
    for command in (
        ("lint", file, "--online"),
        ("list",),
        ("show", "alphaMSP~" + 32 * "0" + "~1"),
        ("propose", file, "--answer-by", "2999-01-01T00:00:00Z"),
        ("vote", "x", "--digest", "y", "--approve"),
        ("close", "x", "--version", "1"),
        ("withdraw", "x", "--version", "1"),
    ):
        result = await shell.run(*command, code=5, of=rules.app)
        assert result.stderr == "nobody is logged in: crosscredit admin login --help\n"
