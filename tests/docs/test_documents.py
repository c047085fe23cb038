"""Documents keep their word: blocks run, links lead somewhere, tables equal the code."""

import asyncio
import json
import os
import re
from asyncio.subprocess import PIPE

import pytest

from chaincode.contracts.router import OPERATIONS
from chaincode.domain import errors as refusals
from network.binaries import Binaries
from tests.support.consortium import free_port_offset
from tests.support.documents import ROOT, Block, blocks, documents, matches

_LANGUAGES = {"", "python", "json", "console", "toml", "sh"}


@pytest.mark.parametrize("block", list(blocks("python", "json")), ids=lambda block: block.name)
def test_blocks_run_or_parse(block: Block) -> None:
    if block.language == "json":
        json.loads(block.text)
        return
    code = compile("\n" * block.line + block.text, str(block.document), "exec")
    exec(code, {"__name__": "document"})  # noqa: S102 - our own documents


def test_every_block_is_of_a_kind_that_some_test_runs() -> None:
    fences = [
        (str(path.relative_to(ROOT)), language)
        for path in documents()
        for language in re.findall(r"^```([a-z]+)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert [fence for fence in fences if fence[1] not in _LANGUAGES] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents()
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_the_specification_names_every_function_with_its_callers() -> None:
    text = (ROOT / "docs/spec/records.md").read_text("utf-8")
    expected = {
        operation.name: (
            ", ".join(sorted(operation.callers)),
            operation.private.__name__ if operation.private else "",
            "yes" if operation.writes else "",
        )
        for operation in OPERATIONS.values()
    }
    section = text.split("## Functions")[1].split("## Refusals")[0]
    rows = re.findall(r"^\| (\w+) \| (.*?) \| (.*?) \| ?(.*?) ?\|$", section, re.MULTILINE)
    found = {name: (who, private.strip(), writes) for name, who, private, writes in rows}
    found.pop("function")
    assert found == expected


def test_the_specification_names_every_refusal() -> None:
    text = (ROOT / "docs/spec/records.md").read_text("utf-8").split("## Refusals")[1]
    codes = {
        item.code
        for item in vars(refusals).values()
        if isinstance(item, type)
        and issubclass(item, refusals.DomainError)
        and item is not refusals.DomainError
    }
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == codes


def test_a_shown_line_that_was_not_printed_is_found() -> None:
    assert matches("a … c\n…\nz", "a b c\nd\nz") is None
    assert matches("a … c\nz\nd", "a b c\nd\nz") == "d"


@pytest.mark.fabric
async def test_console_blocks_print_what_they_show(fabric: Binaries) -> None:
    environment = os.environ | {
        "CROSSCREDIT_FABRIC_BIN": str(fabric.folder),
        "CROSSCREDIT_PORT_OFFSET": str(free_port_offset()),
    }
    printed: dict[str, str] = {}
    for block in blocks("console"):
        command, _, shown = block.text.partition("\n")
        command = command.removeprefix("$ ")
        if command not in printed:
            process = await asyncio.create_subprocess_shell(
                command, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
            )
            output, errors = await process.communicate()
            said = f"{output.decode()[-3000:]}\n{errors.decode()[-3000:]}"
            assert process.returncode == 0, said
            printed[command] = output.decode()
        assert matches(shown, printed[command]) is None, block.name


def test_the_other_command_of_the_readme_is_what_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "```sh\nmake test\n```" in readme
    assert re.search(r"^make .*\btest$", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
