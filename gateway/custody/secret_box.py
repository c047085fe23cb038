"""Encryption at rest of small values: keys, operation payloads, enrolment keys, openings.

A blob is version (1 byte) ‖ master key id (8) ‖ salt (32) ‖ AES-256-GCM ciphertext and tag. Each
blob has a key of its own, derived from the master key by the random salt, so that the nonce can be
zero and no number of blobs wears the master key out. Owner and purpose are authenticated: a blob
that is moved to another row does not open.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.custody.errors import SecretUnreadable
from gateway.custody.master_keys import KEY_ID_BYTES, MasterKeys

_VERSION: Final = b"\x01"
_SALT_BYTES: Final = 32
_INFO: Final = b"crosscredit/box/v1"
_NONCE: Final = bytes(12)
_HEADER_BYTES: Final = len(_VERSION) + KEY_ID_BYTES + _SALT_BYTES
_TAG_BYTES: Final = 16


class SecretBox:
    """Seals and opens values under the member's master key."""

    __slots__ = ("_keys",)

    def __init__(self, keys: MasterKeys) -> None:
        """Take the loaded master keys."""
        self._keys = keys

    def seal(self, plaintext: bytes, *, owner: str, purpose: str) -> bytes:
        """Encrypt a value for `owner` (an account or a record) and one `purpose`."""
        header = _VERSION + self._keys.current_id + secrets.token_bytes(_SALT_BYTES)
        bound = _bound(owner, purpose)
        return header + self._cipher(header).encrypt(_NONCE, plaintext, header + bound)

    def open(self, blob: bytes, *, owner: str, purpose: str) -> bytes:
        """Decrypt what `seal` made for the same owner and purpose.

        Raises:
            SecretUnreadable: altered, of another owner or purpose, or under a key not loaded.
        """
        header, sealed = blob[:_HEADER_BYTES], blob[_HEADER_BYTES:]
        if not header.startswith(_VERSION) or len(sealed) < _TAG_BYTES:
            raise SecretUnreadable("the stored bytes are no sealed secret of a known version")
        bound = _bound(owner, purpose)
        try:
            return self._cipher(header).decrypt(_NONCE, sealed, header + bound)
        except InvalidTag as error:
            raise SecretUnreadable(
                f"the secret does not open for this owner as {purpose}: altered or moved"
            ) from error

    def is_current(self, blob: bytes) -> bool:
        """Whether a blob is under the current master key; those that are not want `reseal`."""
        return blob[len(_VERSION) : len(_VERSION) + KEY_ID_BYTES] == self._keys.current_id

    def reseal(self, blob: bytes, *, owner: str, purpose: str) -> bytes:
        """Bring a blob under the current master key.

        Raises:
            SecretUnreadable: see `open`.
        """
        return self.seal(
            self.open(blob, owner=owner, purpose=purpose), owner=owner, purpose=purpose
        )

    def _cipher(self, header: bytes) -> AESGCM:
        key_id = header[len(_VERSION) : len(_VERSION) + KEY_ID_BYTES]
        salt = header[len(_VERSION) + KEY_ID_BYTES :]
        return AESGCM(self._keys.derive(key_id, salt=salt, info=_INFO))


def _bound(owner: str, purpose: str) -> bytes:
    # Lengths first: ("ab", "c") and ("a", "bc") must not be the same bytes.
    return b"".join(
        len(text.encode()).to_bytes(4, "big") + text.encode() for text in (owner, purpose)
    )
