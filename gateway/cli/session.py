"""Where the command keeps who is logged in: one file, mode 0600, with an opaque token."""

import json
import os
import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path


class NotLoggedIn(Exception):
    """There is no session, or its file is not to be used."""


@dataclass(frozen=True, slots=True)
class Session:
    """A login at one gateway."""

    gateway: str
    certificate_authority: str | None
    login: str
    token: str = field(repr=False)


def session_file() -> Path:
    """The session's file under $XDG_STATE_HOME."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "crosscredit" / "session.json"


def prepare() -> Path:
    """Make the session's folder, for its owner only, also where it was there before.

    Raises:
        NotLoggedIn: a token would not be safe there.
    """
    path = session_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            os.fchmod(folder, 0o700)
        finally:
            os.close(folder)
    except OSError as error:
        raise NotLoggedIn(
            f"the session cannot be kept in {path.parent}: {error.strerror}; it must be a folder "
            "of your own and no link (XDG_STATE_HOME names another place)"
        ) from error
    if path.is_symlink():
        raise NotLoggedIn(f"{path} is a link and not used: look who made it, and remove it")
    return path


def save(session: Session) -> None:
    """Keep a session; the file is never readable by others, not even for a moment.

    Raises:
        NotLoggedIn: it cannot be kept, or would not be safe.
    """
    path = prepare()
    temporary = path.with_suffix(".new")
    try:
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(session), file)
        temporary.replace(path)
    except OSError as error:
        raise NotLoggedIn(f"the session cannot be kept in {path}: {error.strerror}") from error


def load() -> Session:
    """Give the session.

    Raises:
        NotLoggedIn: there is none, or others could read or have written it.
    """
    path = session_file()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, encoding="utf-8") as file:
            found = os.fstat(descriptor)
            if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
                raise NotLoggedIn(
                    f"{path} is not used: others may read or write it; remove it and log in again"
                )
            return _session(json.load(file))
    except OSError as error:
        if path.is_symlink():
            raise NotLoggedIn(f"{path} is a link and not used: look who made it") from error
        raise NotLoggedIn("nobody is logged in: crosscredit admin login --help") from error
    except (ValueError, TypeError) as error:
        raise NotLoggedIn(f"{path} holds no session: crosscredit admin login --help") from error


def forget() -> None:
    """Drop the session."""
    session_file().unlink(missing_ok=True)


def _session(document: dict[str, str | None]) -> Session:
    session = Session(**document)  # type: ignore[arg-type]  # what is no string is refused below
    texts = (session.gateway, session.login, session.token, session.certificate_authority or "")
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a session is made of texts")
    return session
