"""Where the command keeps who is logged in: one file, mode 0600, with an opaque token."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


class NotLoggedIn(Exception):
    """There is no session, or its file cannot be read."""


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


def save(session: Session) -> None:
    """Keep a session; the file is never readable by others, not even for a moment."""
    path = session_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(session), file)
    temporary.replace(path)


def load() -> Session:
    """Give the session.

    Raises:
        NotLoggedIn: there is none.
    """
    try:
        return Session(**json.loads(session_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NotLoggedIn("nobody is logged in: crosscredit admin login --help") from error


def forget() -> None:
    """Drop the session."""
    session_file().unlink(missing_ok=True)
