from pathlib import Path

import pytest

from network import state
from network.config import load
from network.disk import need_space
from network.errors import StateDirectoryError
from network.layout import Layout


def layout(folder: Path, offset: int = 0) -> Layout:
    return Layout.of(load(port_offset=offset), folder / "state")


def test_a_second_command_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    with (
        state.held(layout(tmp_path)),
        pytest.raises(StateDirectoryError, match=r"another command \(process \d+\)"),
        state.held(layout(tmp_path)),
    ):
        pass
    with state.held(layout(tmp_path)):
        assert (tmp_path / "state").stat().st_mode & 0o077 == 0


def test_files_of_something_else_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "thesis.txt").write_text("years of work")
    mode = (tmp_path / "state").stat().st_mode & 0o777
    with (
        pytest.raises(StateDirectoryError, match=r"thesis\.txt, which is not ours"),
        state.held(layout(tmp_path)),
    ):
        pass
    assert (tmp_path / "state" / "thesis.txt").exists()
    assert (tmp_path / "state").stat().st_mode & 0o777 == mode


def test_a_directory_that_others_could_write_to_is_closed(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    with state.held(layout(tmp_path)):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_what_a_killed_command_was_writing_is_ours(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / ".ready.json.part").write_text("{")
    with state.held(layout(tmp_path)):
        assert not state.is_ready(layout(tmp_path))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, no folder")
    with pytest.raises(StateDirectoryError, match="--state"), state.held(layout(tmp_path)):
        pass


def test_a_state_is_ready_for_the_consortium_that_made_it_alone(tmp_path: Path) -> None:
    here = layout(tmp_path)
    with state.held(here):
        assert not state.is_ready(here)
        state.mark_ready(here)
        assert state.is_ready(here)
        with pytest.raises(StateDirectoryError, match="another consortium"):
            state.is_ready(layout(tmp_path, offset=1000))


def test_a_moved_state_is_not_used(tmp_path: Path) -> None:
    with state.held(layout(tmp_path)):
        state.mark_ready(layout(tmp_path))
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    moved = Layout.of(load(), tmp_path / "elsewhere")
    with pytest.raises(StateDirectoryError, match="was moved from"):
        state.is_ready(moved)


@pytest.mark.parametrize("content", ["", "{"])
def test_half_a_marker_is_not_ready(tmp_path: Path, content: str) -> None:
    here = layout(tmp_path)
    with state.held(here):
        here.ready_marker.write_text(content)
        assert not state.is_ready(here)


def test_wiping_leaves_nothing_of_a_consortium(tmp_path: Path) -> None:
    here = layout(tmp_path)
    with state.held(here):
        state.mark_ready(here)
        key = here.member("alpha").master_key
        key.parent.mkdir(parents=True)
        key.write_bytes(b"key")
        state.wipe(here)
        assert not key.exists()
        assert not state.is_ready(here)


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path) -> None:
    need_space(tmp_path, 1, "a test")
    with pytest.raises(StateDirectoryError, match=r"MiB free; .* MiB are needed for ledgers"):
        need_space(tmp_path, 1 << 60, "ledgers")
