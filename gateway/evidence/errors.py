"""What can be wrong with sealed work, as types with stable codes."""

from typing import ClassVar


class EvidenceError(Exception):
    """A refusal: says what happened and what to do. `code` is stable and kebab-case.

    Messages hold digests and key ids, never keys, salts or work.
    """

    code: ClassVar[str] = "evidence-refused"


class BodyAltered(EvidenceError):
    """A sealed body holds bytes that its sealer did not write, or not in this order."""

    code = "body-altered"


class BodyTruncated(EvidenceError):
    """A sealed body ends before its last chunk: fetch it again."""

    code = "body-truncated"


class DigestMismatch(EvidenceError):
    """Bytes do not have the digest or the size under which they were announced."""

    code = "digest-mismatch"


class NotARecipient(EvidenceError):
    """Nobody sealed this document to this key: ask for consent, then for a wrap."""

    code = "not-a-recipient"


class WrapRefused(EvidenceError):
    """A wrap was altered, or made for another body or another recipient."""

    code = "wrap-refused"


class OpeningInvalid(EvidenceError):
    """A wrap opens, and what its sender put into it is no opening."""

    code = "opening-invalid"


class WorkTooLarge(EvidenceError):
    """The work is larger than this gateway takes."""

    code = "work-too-large"


class WorkNotFound(EvidenceError):
    """The store holds no body under this digest."""

    code = "work-not-found"


class StoreFull(EvidenceError):
    """The disk or the quota is full, and nothing was kept: make room, then send again."""

    code = "store-full"


class StoreFailed(EvidenceError):
    """The operating system refused a read or a write of the store."""

    code = "store-failed"


class SealingKeyInvalid(EvidenceError):
    """Bytes that should be a sealing key are none."""

    code = "sealing-key-invalid"


class EscrowInvalid(EvidenceError):
    """An escrow was asked for that no threshold of administrators could open."""

    code = "escrow-invalid"


class EscrowShareRefused(EvidenceError):
    """A share does not open for this administrator, or belongs to another escrow."""

    code = "escrow-share-refused"


class EscrowIncomplete(EvidenceError):
    """Fewer different administrators opened their shares than the escrow asks for."""

    code = "escrow-incomplete"


class EscrowMismatch(EvidenceError):
    """The shares combine to another key than the university's: one of them is false."""

    code = "escrow-mismatch"
