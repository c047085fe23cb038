"""The state directory: who works on it, whether it is whole, and which consortium it holds."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from network.config import Consortium
from network.errors import StateDirectoryError
from network.files import PRIVATE_FOLDER, private_folder, remove_tree, write_private
from network.layout import Layout

# What a year of demonstrations needs; ledgers of a new consortium take 20 MB.
NEEDED_BYTES = 512 * 1024**2
_FORMAT = 1
_OURS = "members", "channels", "ready.json", "lock", "holder.json"


@contextmanager
def held(layout: Layout) -> Iterator[None]:
    """Hold a state directory: no other command starts or stops its consortium meanwhile.

    Raises:
        StateDirectoryError: the directory cannot be made or written, holds something else, or
            another command works on it.
    """
    prepare(layout.state)
    lock = FileLock(layout.lock, thread_local=False, mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise StateDirectoryError(
            f"another command{_holder(layout)} works on {layout.state}. Wait for it, or use "
            "another directory with --state."
        ) from None
    except OSError as error:
        raise StateDirectoryError(f"{layout.lock} cannot be written: {error.strerror}") from error
    try:
        write_private(_holder_file(layout), json.dumps({"pid": os.getpid()}).encode())
        yield
    finally:
        _holder_file(layout).unlink(missing_ok=True)
        lock.release()


def prepare(state: Path) -> None:
    """Make the state directory, or check that it is one of ours and writable; close it to others.

    Who may write there could put another `members` in the place of ours.

    Raises:
        StateDirectoryError: it cannot be made or written, belongs to another user, or holds files
            of something else.
    """
    try:
        private_folder(state)
        if not os.access(state, os.W_OK | os.X_OK):
            raise PermissionError(13, "no permission to write there")
        foreign = [entry.name for entry in state.iterdir() if not _is_ours(entry.name)]
        if not foreign:
            state.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise StateDirectoryError(
            f"{state} cannot be used: {error.strerror}. Choose another directory with --state."
        ) from error
    if foreign:
        raise StateDirectoryError(
            f"{state} holds {min(foreign)}, which is not ours; it will not be touched. "
            "Choose an empty directory with --state."
        )


def _is_ours(name: str) -> bool:
    # A command killed while it wrote leaves the temporary name of one of our files.
    return name.removeprefix(".").removesuffix(".part") in _OURS


def fingerprint(consortium: Consortium) -> str:
    """Digest what a state was made from: members, channels, policies, ports (SHA-256, hex)."""
    return hashlib.sha256(consortium.model_dump_json().encode()).hexdigest()


def is_ready(layout: Layout) -> bool:
    """Whether the state was completed by a start of the same consortium.

    Raises:
        StateDirectoryError: it was completed, but from another `consortium.toml` or port offset.
    """
    try:
        marker = json.loads(layout.ready_marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if marker.get("format") != _FORMAT or marker.get("consortium") != fingerprint(
        layout.consortium
    ):
        raise StateDirectoryError(
            f"{layout.state} holds another consortium (another consortium.toml, port offset or "
            "folder). To begin anew type: crosscredit network down --wipe; to keep it, choose "
            "another directory with --state."
        )
    if marker.get("state") != str(layout.state):
        raise StateDirectoryError(
            f"{layout.state} was moved from {marker.get('state')}; its settings name the old "
            "place. Move it back, or begin anew: crosscredit network down --wipe."
        )
    return True


def mark_ready(layout: Layout) -> None:
    """Note that the state is complete: identities, channels and chaincodes are made."""
    marker = {
        "format": _FORMAT,
        "consortium": fingerprint(layout.consortium),
        "state": str(layout.state),
    }
    write_private(layout.ready_marker, json.dumps(marker, indent=2).encode())


def wipe(layout: Layout) -> None:
    """Remove everything but the lock; what is not ours is left alone."""
    layout.ready_marker.unlink(missing_ok=True)
    remove_tree(layout.state / "members")
    remove_tree(layout.state / "channels")


def _holder_file(layout: Layout) -> Path:
    return layout.state / "holder.json"


def _holder(layout: Layout) -> str:
    try:
        return f" (process {json.loads(_holder_file(layout).read_text())['pid']})"
    except (OSError, ValueError, KeyError):
        return ""
