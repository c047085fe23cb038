"""What a recipient must know to open a body, and what stands on the ledger about it."""

import base64
import json
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationError

from chaincode.domain import canonical
from chaincode.domain.commitment import require_equal, work_commitment
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.values import Digest, MediaType, Secret256, Value
from gateway.evidence.errors import OpeningInvalid, WrapRefused
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.evidence.suite import hpke_open, hpke_seal

MAX_FILE_NAME_BYTES: Final = 255
MAX_WORK_BYTES: Final = 1 << 40
_PADDED_TO: Final = 512
_INFO: Final = b"crosscredit/sealed-work/wrap/v1\x00"
_OPENING_BYTES_LIMIT: Final = 4096


def _base64url(text: str) -> str:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("not unpadded, canonical base64url")
    return text


def _file_name(name: str) -> str:
    if len(name.encode()) > MAX_FILE_NAME_BYTES or name in {"", ".", ".."}:
        raise ValueError(f"a file name has 1 to {MAX_FILE_NAME_BYTES} bytes")
    if any(letter in "/\\" or unicodedata.category(letter)[0] == "C" for letter in name):
        raise ValueError("a file name holds no separators and no control characters")
    return name


FileName = Annotated[str, AfterValidator(_file_name), Field(repr=False)]
WrapText = Annotated[str, Field(min_length=1, max_length=8192), AfterValidator(_base64url)]


class Opening(Value):
    """The secret of one document. Whoever holds it reads the work and proves what it is.

    `digest` and `size` (bytes) are the plain file's; `content_key` and `salt` have 256 bits.
    """

    content_key: Secret256
    salt: Secret256
    digest: Annotated[Digest, Field(repr=False)]
    size: Annotated[int, Field(ge=0, le=MAX_WORK_BYTES)]
    media_type: MediaType
    file_name: FileName


class Wrap(Value):
    """An opening, sealed to one recipient and bound to one body."""

    recipient: Digest
    """The recipient's key id."""
    sealed: WrapText
    """HPKE encapsulated key and ciphertext, base64url without padding."""


class SealedDocument(Value):
    """What travels and is stored about one body; nothing of it is secret."""

    body: Digest
    """SHA-256 of the whole sealed body: its address."""
    size: Annotated[int, Field(ge=0)]
    """Bytes of the sealed body."""
    wraps: Annotated[tuple[Wrap, ...], Field(min_length=1, max_length=64)]

    def wrap_for(self, key_id: str) -> Wrap | None:
        """The wrap for a recipient, None when nobody sealed the document to that key."""
        return next((wrap for wrap in self.wraps if wrap.recipient == key_id), None)


def make_wrap(opening: Opening, *, body: str, recipient: SealingPublicKey) -> Wrap:
    """Seal `opening` to `recipient` for the body with digest `body`.

    The plaintext is padded with blanks, so that its length tells nothing of the file's name.
    """
    document = canonical.encode(opening.model_dump(mode="json"))
    padded = document.ljust(-(-len(document) // _PADDED_TO) * _PADDED_TO)
    sealed = hpke_seal(recipient, info=_info(recipient.key_id, body), plaintext=padded)
    return Wrap(
        recipient=recipient.key_id, sealed=base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
    )


def open_wrap(wrap: Wrap, *, body: str, private: SealingPrivateKey) -> Opening:
    """Open a wrap that was made for this key and this body.

    HPKE's base mode does not authenticate the sender: what makes an opening evidence is that it
    recomputes the commitment on the ledger (`require_committed`).

    Raises:
        WrapRefused: for another recipient or body, or altered.
        OpeningInvalid: it opens, and is no opening in canonical form.
    """
    if wrap.recipient != private.public.key_id:
        raise WrapRefused(f"the wrap is for {wrap.recipient}, not for {private.public.key_id}")
    sealed = base64.urlsafe_b64decode(wrap.sealed + "=" * (-len(wrap.sealed) % 4))
    plain = hpke_open(private, info=_info(wrap.recipient, body), sealed=sealed).rstrip(b" ")
    try:
        opening = Opening.model_validate(canonical.decode(plain, limit=_OPENING_BYTES_LIMIT))
        if canonical.encode(opening.model_dump(mode="json")) != plain:
            raise OpeningInvalid("the opening is not in canonical form: ask the sender to reseal")
    except (ValidationError, InvalidArgument) as error:
        # Neither error is chained: both may quote what they were given, and that is secret.
        raise OpeningInvalid(f"the wrap holds no opening: {_fields(error)}") from None
    return opening


def _fields(error: ValidationError | InvalidArgument) -> str:
    if isinstance(error, ValidationError):
        return json.dumps(sorted({".".join(map(str, found["loc"])) for found in error.errors()}))
    return "not one JSON object of bounded size"


def work_commitment_of(opening: Opening, *, body: str, enrolment: str, part: str) -> str:
    """Compute what the ledger holds about this work: 64 hexadecimal digits."""
    return work_commitment(
        enrolment=enrolment,
        part=part,
        digest=opening.digest,
        body=body,
        size=opening.size,
        media_type=opening.media_type,
        salt=bytes.fromhex(opening.salt),
    )


def require_committed(
    opening: Opening, *, body: str, enrolment: str, part: str, expected: str
) -> None:
    """Compare an opening with the commitment on the ledger.

    Raises:
        CommitmentMismatch: the opening describes other work than was committed.
    """
    computed = work_commitment_of(opening, body=body, enrolment=enrolment, part=part)
    require_equal(expected, computed, field="work")


def _info(key_id: str, body: str) -> bytes:
    return _INFO + bytes.fromhex(key_id) + bytes.fromhex(body)
