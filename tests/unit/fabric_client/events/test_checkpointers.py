import json
import os
from pathlib import Path

import pytest

from fabric_client.events import ChaincodeEvent, FileCheckpointer, InMemoryCheckpointer
from fabric_client.events.file_checkpointer import CheckpointUnreadableError

EVENT = ChaincodeEvent(5, "tx", "cc", "name", b"")


async def opened(kind: type, folder: Path) -> InMemoryCheckpointer:
    return InMemoryCheckpointer() if kind is InMemoryCheckpointer else await _file(folder)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def _file(folder: Path) -> FileCheckpointer:
    return await FileCheckpointer.open(folder / "checkpoint")


@pytest.mark.parametrize("kind", [InMemoryCheckpointer, FileCheckpointer])
async def test_positions(kind: type, tmp_path: Path) -> None:
    checkpoint = await opened(kind, tmp_path)
    assert (checkpoint.block_number, checkpoint.transaction_id) == (None, None)
    await checkpoint.checkpoint_chaincode_event(EVENT)
    assert (checkpoint.block_number, checkpoint.transaction_id) == (5, "tx")
    await checkpoint.checkpoint_transaction(5, "later")
    assert (checkpoint.block_number, checkpoint.transaction_id) == (5, "later")
    await checkpoint.checkpoint_block(5)
    assert (checkpoint.block_number, checkpoint.transaction_id) == (6, None)


async def test_a_file_keeps_its_note_and_nothing_else_is_left(tmp_path: Path) -> None:
    await (await _file(tmp_path)).checkpoint_chaincode_event(EVENT)
    again = await _file(tmp_path)
    assert (again.block_number, again.transaction_id) == (5, "tx")
    await again.checkpoint_block(7)
    assert (await _file(tmp_path)).block_number == 8
    assert names(tmp_path) == ["checkpoint"]


async def test_a_crash_while_writing_leaves_the_old_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = await _file(tmp_path)
    await checkpoint.checkpoint_block(1)

    def crash(_: int) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="gone"):
        await checkpoint.checkpoint_block(2)
    assert (await _file(tmp_path)).block_number == 2
    assert checkpoint.block_number == 2
    assert names(tmp_path) == ["checkpoint"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"block_number": "1", "transaction_id": null}']
    + [json.dumps({"block_number": number, "transaction_id": None}) for number in (True, 1.5)]
    + [json.dumps({"block_number": 1, "transaction_id": 7})],
)
async def test_another_file_is_no_checkpoint(tmp_path: Path, content: str) -> None:
    (tmp_path / "checkpoint").write_text(content)
    with pytest.raises(CheckpointUnreadableError):
        await _file(tmp_path)
