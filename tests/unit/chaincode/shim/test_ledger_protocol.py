"""The shim's stub is what contracts ask for, although neither knows the other."""

import inspect
from pathlib import Path

import pytest
from mypy import api

from chaincode import ledger, shim
from chaincode.ledger.stub import Stub as LedgerStub

CONFORMS = """
from chaincode import shim
from chaincode.ledger import stub as ledger

def as_stub(stub: shim.Stub) -> ledger.Stub:
    return stub

def as_creator(creator: shim.Creator) -> ledger.Creator:
    return creator

def as_key_value(entry: shim.KeyValue) -> ledger.KeyValue:
    return entry

def as_modification(entry: shim.KeyModification) -> ledger.KeyModification:
    return entry
"""


def check(source: str, tmp_path: Path) -> tuple[str, int]:
    root = Path(ledger.__file__).parents[2]
    path = tmp_path / "conforms.py"
    path.write_text(source)
    config = ["--config-file", str(root / "pyproject.toml"), "--cache-dir", str(tmp_path)]
    report, errors, status = api.run([*config, "--follow-imports=silent", str(path)])
    return report + errors, status


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.thorough
def test_the_type_checker_takes_the_shims_types_for_the_ledgers(cache: Path) -> None:
    report, status = check(CONFORMS, cache)
    assert status == 0, report


@pytest.mark.thorough
def test_the_type_checker_would_tell_a_difference(cache: Path) -> None:
    report, status = check(CONFORMS.replace("-> ledger.KeyValue", "-> ledger.Stub"), cache)
    assert status == 1
    assert 'expected "Stub"' in report


def test_its_methods_take_the_same_arguments() -> None:
    methods = [
        name
        for name, member in inspect.getmembers(LedgerStub, inspect.isfunction)
        if not name.startswith("_")
    ]
    assert "get_state" in methods
    for name in methods:
        asked = list(inspect.signature(getattr(LedgerStub, name)).parameters)
        given = list(inspect.signature(getattr(shim.Stub, name)).parameters)
        assert given[: len(asked)] == asked, name
