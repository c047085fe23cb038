"""What the story leaves in logs and databases: nothing secret in clear, by the values really used.

The name sorts last among the scenarios on Fabric, so that their traces are looked through too.
"""

import asyncio
import base64
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
import pytest_asyncio

from demo.story import registration
from demo.story.course import ESSAY
from demo.story.learning import MARKS
from gateway.config import load
from tests.support.on_fabric.members import MEMBERS
from tests.support.on_fabric.scan import Sought, Texts, files_below, pieces_of
from tests.support.on_fabric.stage import OnFabric
from tests.support.on_fabric.values import Secrets, secrets_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def secrets(on_fabric: OnFabric) -> Secrets:
    return await secrets_of(on_fabric)


@pytest.fixture
def logs(on_fabric: OnFabric) -> list[Path]:
    found = sorted(on_fabric.running.layout.state.rglob("*.log"))
    assert {"gateway.log", "peer.log", "orderer.log", "ca.log", "chaincode-credit.log"} <= {
        path.name for path in found
    }
    return found


@pytest.fixture
def stores(on_fabric: OnFabric) -> list[Path]:
    """Every file of the gateways' data: databases with their journals, and sealed work."""
    folders = [load(on_fabric.members[name].gateway_config).storage for name in MEMBERS]
    return files_below(*(storage.database.parent for storage in folders))


def holding(files: list[Path], secrets: Mapping[str, set[bytes]]) -> dict[str, list[str]]:
    """The files that hold secrets, and which."""
    sought = Sought(secrets)
    found = {str(path): sought.found_in(path.read_bytes()) for path in files}
    return {path: names for path, names in found.items() if names}


async def test_there_is_something_of_each_kind_to_look_for(secrets: Secrets) -> None:
    assert {kind: len(values) for kind, values in secrets.items() if not values} == {}
    wanted = {"passphrase", "code", "activation_code", "token", "enrolment key", "salt of a mark"}
    assert wanted | {"signing key", "sealing key", "content key"} <= set(secrets)


async def test_the_search_finds_what_stands_in_clear(on_fabric: OnFabric) -> None:
    member = on_fabric.members["beta"]
    content = member.gateway_msp.key.read_bytes()
    assert Sought({"zeros": {bytes(32)}}).found_in(b"x" + bytes(32)) == ["zeros"]
    assert Sought({"line": {content.splitlines()[1]}}).found_in(content) == ["line"]
    for shift in range(3):
        text = b"." * shift + b"a secret value of some length" + b"..."
        encoded = base64.b64encode(text)
        assert Sought({"it": {b"a secret value of some length"}}).found_in(encoded) == ["it"]


async def test_no_log_holds_a_secret(logs: list[Path], secrets: Secrets) -> None:
    assert await asyncio.to_thread(holding, logs, secrets) == {}


async def test_no_log_names_a_person(on_fabric: OnFabric, logs: list[Path]) -> None:
    people = (
        registration.STUDENT,
        registration.TEACHER,
        registration.HOME_TEACHER,
        registration.REVIEWER,
    )
    texts = {person.name for person in people} | {person.login for person in people}
    texts |= {file.name for file in on_fabric.world.work.values()}
    wanted = {text: {text.encode()} for text in texts}
    assert await asyncio.to_thread(holding, logs, wanted) == {}


async def test_no_database_and_no_store_holds_a_secret_in_clear(
    stores: list[Path], secrets: Secrets
) -> None:
    assert sum(path.suffix == ".sqlite" for path in stores) == len(MEMBERS)
    # The gateway tells people the digest of their own work: it stands beside what they sent.
    assert await asyncio.to_thread(holding, stores, secrets) == {}


async def test_no_store_holds_a_piece_of_the_work(on_fabric: OnFabric, stores: list[Path]) -> None:
    work = on_fabric.world.work.values()
    pieces = Texts(piece for file in work for piece in pieces_of(file.content))
    for path in stores:
        assert not await asyncio.to_thread(lambda one: pieces.found_in(one.read_bytes()), path)


async def test_what_is_kept_of_a_request_does_not_tell_the_mark(on_fabric: OnFabric) -> None:
    """There are few marks: whoever steals the database must not find one by trying them all."""
    file = load(on_fabric.members["beta"].gateway_config).storage.database
    kept = await asyncio.to_thread(every_value, file)
    path = f"/v1/enrolments/{on_fabric.played.credit}/grades"
    bodies = [
        {"part": part, "mark": f"{halves / 2:.2f}", "expected_version": version}
        for part in on_fabric.world.work
        for halves in range(201)
        for version in range(1, 6)
    ]
    assert {"part": ESSAY, "mark": MARKS[ESSAY], "expected_version": 1} in bodies
    texts = [json.dumps(body, separators=(",", ":")) for body in bodies]
    guesses = {
        sha256(f"{head}{text}".encode()).hexdigest()
        for head in ("", f"POST\0{path}\0\0")
        for text in texts
    }
    assert len(kept) > 100
    assert kept & guesses == set()


def every_value(file: Path) -> set[str]:
    """Every value of every row of a database, bytes in hexadecimal."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = [row for (name,) in names for row in database.execute(f"SELECT * FROM {name}")]  # noqa: S608 - names of its own tables
    return {
        value.hex() if isinstance(value, bytes) else str(value) for row in rows for value in row
    }
