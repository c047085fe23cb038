"""Private values as they stand in collections: encrypted under the enrolment's key.

Destroying the key erases what peers' files still keep. Every endorser must compute the same bytes,
so the nonce is derived from key, transaction, place and plaintext instead of drawn. The plaintext
is among them because a dishonest client can give two proposals the same transaction id: even then
no nonce meets two plaintexts.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chaincode.domain.errors import CommitmentMismatch, InvalidArgument

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


def seal_value(key: bytes, *, transaction_id: str, place: str, plaintext: bytes) -> bytes:
    """Encrypt with AES-256-GCM, bound to `place` (the collection key).

    Raises:
        InvalidArgument: the key is not 32 bytes.
    """
    info = (b"nonce", transaction_id.encode(), place.encode(), sha256(plaintext).digest())
    nonce = _derive(key, b"\x00".join(info))
    cipher = AESGCM(_derive(key, b"value", length=KEY_BYTES))
    return _VERSION + nonce + cipher.encrypt(nonce, plaintext, place.encode())


def open_value(key: bytes, *, place: str, sealed: bytes) -> bytes:
    """Decrypt what `seal_value` made for the same place.

    Raises:
        CommitmentMismatch: another key, another place, or altered bytes.
        InvalidArgument: the key is not 32 bytes.
    """
    header = len(_VERSION)
    nonce, text = sealed[header : header + _NONCE_BYTES], sealed[header + _NONCE_BYTES :]
    cipher = AESGCM(_derive(key, b"value", length=KEY_BYTES))
    if sealed[:header] != _VERSION:
        raise CommitmentMismatch("the private value has an unknown form")
    try:
        return cipher.decrypt(nonce, text, place.encode())
    except (InvalidTag, ValueError) as error:
        raise CommitmentMismatch("the private value does not open under this key") from error


def _derive(key: bytes, info: bytes, *, length: int = _NONCE_BYTES) -> bytes:
    if len(key) != KEY_BYTES:
        raise InvalidArgument(
            f"an enrolment key has {KEY_BYTES} bytes, this one {len(key)}", field="enrolment_key"
        )
    return HKDF(SHA256(), length, salt=b"crosscredit/sealed-value/v1", info=info).derive(key)
