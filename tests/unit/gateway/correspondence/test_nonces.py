from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.correspondence.nonces import StoredNonces
from gateway.exchange.errors import RequestReplayed
from gateway.model.operations import Nonce
from gateway.storage.database import Database
from tests.support.databases import fresh_database

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    found = Database(fresh_database(tmp_path / "gateway.sqlite"))
    await found.open()
    yield found
    await found.close()


async def test_a_nonce_is_claimed_once_even_after_a_restart(database: Database) -> None:
    await StoredNonces(database, lambda: NOW).claim("alphaMSP/1", "n", until=SOON)
    with pytest.raises(RequestReplayed):
        await StoredNonces(database, lambda: NOW).claim("alphaMSP/1", "n", until=SOON)
    await StoredNonces(database, lambda: NOW).claim("betaMSP/1", "n", until=SOON)


async def test_what_is_too_old_to_matter_is_forgotten(database: Database) -> None:
    await StoredNonces(database, lambda: NOW).claim("alphaMSP/1", "n", until=SOON)
    later = StoredNonces(database, lambda: SOON + timedelta(seconds=1))
    await later.claim("alphaMSP/1", "m", until=SOON + timedelta(minutes=5))
    async with database.reading() as session:
        assert [row.nonce for row in await session.find(Nonce)] == ["m"]
