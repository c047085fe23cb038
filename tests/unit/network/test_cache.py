from pathlib import Path

import pytest

from network.binaries.cache import FABRIC_VERSION, cache_folder, cache_home, cached, write_manifest
from network.binaries.programs import PROGRAMS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in PROGRAMS:
        (tmp_path / name).write_bytes(b"program")
        (tmp_path / name).chmod(0o755)
    write_manifest(tmp_path)
    return tmp_path


def test_a_whole_cache_is_taken(folder: Path) -> None:
    found = cached(folder)
    assert found is not None
    assert (found.folder, found.source, found.version) == (folder, "cache", FABRIC_VERSION)


@pytest.mark.parametrize("program", PROGRAMS)
def test_half_a_cache_is_none(folder: Path, program: str) -> None:
    (folder / program).write_bytes(b"pro")
    assert cached(folder) is None
    (folder / program).unlink()
    assert cached(folder) is None


@pytest.mark.parametrize("manifest", ["", "{", "[]", "{}"])
def test_a_cache_without_its_manifest_is_none(folder: Path, manifest: str) -> None:
    (folder / "manifest.json").write_text(manifest)
    assert cached(folder) is None
    (folder / "manifest.json").unlink()
    assert cached(folder) is None


def test_the_cache_is_where_the_specification_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_home() == tmp_path / "crosscredit"
    assert cache_folder().parent == tmp_path / "crosscredit" / "fabric"
    assert cache_folder().name.startswith(f"{FABRIC_VERSION}-")
    # A relative path is invalid and to be ignored (XDG base directory specification).
    for ignored in ("relative", ""):
        monkeypatch.setenv("XDG_CACHE_HOME", ignored)
        assert cache_home() == Path.home() / ".cache" / "crosscredit"
