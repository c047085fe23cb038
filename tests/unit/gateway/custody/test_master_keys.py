import os
from pathlib import Path

import pytest

from gateway.custody.errors import MasterKeyUnusable, SecretUnreadable
from gateway.custody.master_keys import MasterKeys, create_master_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_master_key(tmp_path / "master.key")
    return tmp_path / "master.key"


def test_a_new_key_is_the_owners_alone_and_loads(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32
    assert len(MasterKeys.load(path).current_id) == 8


def test_an_existing_key_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(MasterKeyUnusable):
        create_master_key(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644, 0o666])
def test_a_key_that_others_can_use_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(MasterKeyUnusable, match="others"):
        MasterKeys.load(path)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_of_another_size_is_refused(path: Path, size: int) -> None:
    path.write_bytes(bytes(size))
    with pytest.raises(MasterKeyUnusable, match="32 bytes"):
        MasterKeys.load(path)


def test_what_is_missing_a_link_a_folder_or_a_pipe_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("missing", "link", "folder", "pipe"):
        with pytest.raises(MasterKeyUnusable):
            MasterKeys.load(tmp_path / name)


def test_a_key_of_another_user_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(MasterKeyUnusable, match="another user"):
        MasterKeys.load(path)


def test_a_former_key_must_be_as_well_kept(path: Path, tmp_path: Path) -> None:
    create_master_key(tmp_path / "former.key")
    MasterKeys.load(path, tmp_path / "former.key")
    (tmp_path / "former.key").chmod(0o644)
    with pytest.raises(MasterKeyUnusable):
        MasterKeys.load(path, tmp_path / "former.key")


def test_keys_of_another_length_are_refused() -> None:
    with pytest.raises(MasterKeyUnusable):
        MasterKeys(bytes(32), (bytes(16),))


def test_an_unknown_key_id_derives_nothing() -> None:
    with pytest.raises(SecretUnreadable):
        MasterKeys(bytes(32)).derive(b"12345678", salt=b"", info=b"")


def test_keys_show_and_pickle_nothing() -> None:
    keys = MasterKeys(b"k" * 32)
    assert "kkkk" not in repr(keys)
    assert b"k".hex() * 4 not in repr(keys)
    with pytest.raises(TypeError):
        keys.__reduce__()
