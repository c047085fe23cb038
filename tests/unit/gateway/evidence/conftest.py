from pathlib import Path

import pytest

from gateway.evidence.folder_store import FolderStore


@pytest.fixture
async def store(tmp_path: Path) -> FolderStore:
    return await FolderStore.open(tmp_path / "work")
