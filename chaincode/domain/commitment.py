"""Salted commitments: what the channel holds instead of marks and work.

A commitment is SHA-256(tag ‖ 0x00 ‖ salt ‖ canonical value). The salt has 32 random bytes, so the
boundary is unambiguous and a small set of possible marks cannot be searched; the tag keeps a
commitment of one kind from standing for another. The value names the record that it belongs to,
so that a commitment cannot be carried to another enrolment.
"""

import hashlib
import hmac
from collections.abc import Mapping

from chaincode.domain import canonical
from chaincode.domain.errors import CommitmentMismatch, InvalidArgument
from chaincode.domain.json_value import JsonValue

SALT_BYTES = 32
_TAG = "crosscredit/commitment/v1/"


def commit(kind: str, salt: bytes, value: Mapping[str, JsonValue]) -> str:
    """Commit to `value`: 64 hexadecimal digits.

    Raises:
        InvalidArgument: the salt is not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise InvalidArgument(f"a salt has {SALT_BYTES} bytes, this one {len(salt)}", field="salt")
    tag = (_TAG + kind).encode() + b"\x00"
    return hashlib.sha256(tag + salt + canonical.encode(value)).hexdigest()


def require_equal(expected: str, computed: str, *, field: str) -> None:
    """Compare two commitments.

    Raises:
        CommitmentMismatch: they differ; the message holds neither value nor salt.
    """
    if not hmac.compare_digest(expected, computed):
        raise CommitmentMismatch("the opened value is not the one that was committed", field=field)


def grade_commitment(*, enrolment: str, part: str, number: int, mark: int, salt: bytes) -> str:
    """Commit to one mark (hundredths) of one part; `number` is the entry's place in the slot."""
    return commit(
        "grade", salt, {"enrolment": enrolment, "part": part, "number": number, "mark": mark}
    )


def work_commitment(
    *, enrolment: str, part: str, digest: str, body: str, size: int, media_type: str, salt: bytes
) -> str:
    """Commit to one piece of work.

    `digest` is SHA-256 of the plain file, `body` SHA-256 of its sealed body, `size` its bytes.
    """
    return commit(
        "work",
        salt,
        {
            "enrolment": enrolment,
            "part": part,
            "digest": digest,
            "body": body,
            "size": size,
            "media_type": media_type,
        },
    )


def result_commitment(*, enrolment: str, mark: int, salt: bytes) -> str:
    """Commit to the final mark (hundredths) of an enrolment."""
    return commit("result", salt, {"enrolment": enrolment, "mark": mark})


def decision_commitment(*, enrolment: str, decision: str, salt: bytes) -> str:
    """Bind a decision to one credit that it rests on, without naming the one in the other."""
    return commit("decision", salt, {"enrolment": enrolment, "decision": decision})


def key_commitment(key: bytes) -> str:
    """Commit to an enrolment key: 256 random bits need no salt."""
    return hashlib.sha256((_TAG + "enrolment-key").encode() + b"\x00" + key).hexdigest()
