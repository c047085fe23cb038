"""The member's master key: 32 bytes in a file that its service account alone can read."""

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.custody.errors import MasterKeyUnusable, SecretUnreadable

KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
_ID_LABEL: Final = b"crosscredit/master-key-id/v1"
_OTHERS: Final = 0o077


class MasterKeys:
    """The key that new secrets are encrypted under, and former ones that old secrets may need.

    Rotation: a new file becomes the current key, the old one a former key; each stored blob is
    resealed (`SecretBox.reseal`); then the former file is destroyed.
    """

    __slots__ = ("_keys", "current_id")

    def __init__(self, current: bytes, former: tuple[bytes, ...] = ()) -> None:
        """Take the keys themselves, 32 bytes each.

        Raises:
            MasterKeyUnusable: one of them has another length.
        """
        if any(len(key) != KEY_BYTES for key in (current, *former)):
            raise MasterKeyUnusable(f"a master key has {KEY_BYTES} bytes")
        self._keys = {_key_id(key): key for key in (current, *former)}
        self.current_id = _key_id(current)

    @classmethod
    def load(cls, current: Path, *former: Path) -> Self:
        """Read the keys from files of exactly 32 bytes, mode 0600 or less, owned by this user.

        Raises:
            MasterKeyUnusable: a file is missing, is no regular file, has another size or owner, or
                is readable by others. The process must not start without it.
        """
        return cls(_read(current), tuple(_read(path) for path in former))

    def derive(self, key_id: bytes, *, salt: bytes, info: bytes) -> bytes:
        """Derive the key of one blob: HKDF-SHA256 (RFC 5869).

        Raises:
            SecretUnreadable: no master key with this id is loaded.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise SecretUnreadable(
                f"the secret is under master key {key_id.hex()}, which is not loaded"
            )
        return HKDF(SHA256(), KEY_BYTES, salt=salt, info=info).derive(key)

    def __repr__(self) -> str:
        return f"MasterKeys(current={self.current_id.hex()}, loaded={len(self._keys)})"

    def __reduce__(self) -> str:
        raise TypeError("master keys are not pickled")


def create_master_key(path: Path) -> None:
    """Draw a master key into a new file, mode 0600. Blocks for one disk sync.

    Raises:
        MasterKeyUnusable: something stands there already, or the folder cannot be written.
    """
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise MasterKeyUnusable(f"no master key could be made at {path}: {error.strerror}") from (
            error
        )


def _read(path: Path) -> bytes:
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise MasterKeyUnusable(f"the master key {path} cannot be read: {error.strerror}") from (
            error
        )
    try:
        _check(path, os.fstat(number))
        key = os.read(number, KEY_BYTES + 1)
    finally:
        os.close(number)
    if len(key) != KEY_BYTES:
        raise MasterKeyUnusable(f"the master key {path} does not have {KEY_BYTES} bytes")
    return key


def _check(path: Path, found: os.stat_result) -> None:
    # The open file was looked at, not its name: nobody changes it in between.
    if not stat.S_ISREG(found.st_mode):
        raise MasterKeyUnusable(f"the master key {path} is no regular file")
    if found.st_uid != os.geteuid():
        raise MasterKeyUnusable(f"the master key {path} belongs to another user")
    if found.st_mode & _OTHERS:
        raise MasterKeyUnusable(
            f"others can use the master key {path}: chmod 600, and if they may have read it, "
            "rotate it"
        )


def _key_id(key: bytes) -> bytes:
    return hmac.new(key, _ID_LABEL, hashlib.sha256).digest()[:KEY_ID_BYTES]
