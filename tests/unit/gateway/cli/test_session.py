import json
import stat
from pathlib import Path

import pytest

from gateway.cli import session
from gateway.cli.session import NotLoggedIn, Session

FOUND = Session("https://localhost:1", None, "registrar-1", "t0ken")


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "crosscredit" / "session.json"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_saved_is_loaded_until_it_is_forgotten() -> None:
    session.save(FOUND)
    assert session.load() == FOUND
    session.forget()
    with pytest.raises(NotLoggedIn, match="nobody is logged in"):
        session.load()
    session.forget()


def test_its_token_is_in_no_representation() -> None:
    assert "t0ken" not in repr(FOUND)


@pytest.mark.parametrize("before", [None, 0o755, 0o777, 0o500])
def test_file_and_folder_are_for_their_owner_only(path: Path, before: int | None) -> None:
    if before is not None:
        path.parent.mkdir()
        path.parent.chmod(before)
    session.save(FOUND)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    session.save(FOUND)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]


def test_an_older_file_that_others_could_read_is_replaced(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{}")
    path.chmod(0o644)
    path.with_suffix(".new").write_text("left by a killed command")
    session.save(FOUND)
    assert mode(path) == 0o600
    assert session.load() == FOUND


@pytest.mark.parametrize("there", [True, False])
def test_a_link_in_its_place_is_refused(path: Path, tmp_path: Path, *, there: bool) -> None:
    session.save(FOUND)
    elsewhere = path.rename(tmp_path / "elsewhere")
    content = elsewhere.read_text()
    if not there:
        elsewhere.unlink()
    path.symlink_to(elsewhere)
    for use in (session.load, lambda: session.save(FOUND), session.prepare):
        with pytest.raises(NotLoggedIn, match="is a link and not used"):
            use()
    assert elsewhere.exists() is there
    assert not there or elsewhere.read_text() == content


def test_a_link_in_the_place_of_its_folder_is_refused(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    path.parent.symlink_to(elsewhere)
    with pytest.raises(NotLoggedIn, match="no link"):
        session.save(FOUND)
    assert mode(elsewhere) == 0o755
    assert list(elsewhere.iterdir()) == []


def test_a_file_in_the_place_of_its_folder_is_told(path: Path) -> None:
    path.parent.write_text("a file")
    with pytest.raises(NotLoggedIn, match="cannot be kept"):
        session.save(FOUND)


@pytest.mark.parametrize("open_to", [0o640, 0o604, 0o620])
def test_a_file_that_others_could_touch_is_not_used(path: Path, open_to: int) -> None:
    session.save(FOUND)
    path.chmod(open_to)
    with pytest.raises(NotLoggedIn, match="others may read or write it"):
        session.load()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "\x00",
        json.dumps({"gateway": 1, "certificate_authority": None, "login": "a", "token": "b"}),
    ],
)
def test_a_file_with_something_else_is_told(path: Path, content: str) -> None:
    session.save(FOUND)
    path.write_text(content)
    with pytest.raises(NotLoggedIn, match="holds no session"):
        session.load()
