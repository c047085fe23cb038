"""What a decider tells the student's home: outcome, what is recognised, and why.

Sealed to home's intake key: it links credits of one student, and holds grades. Home holds it to the
commitment that the decision on the ledger has.
"""

import base64
import zlib
from typing import Final

import structlog

from chaincode.domain import canonical
from chaincode.domain.commands.base import Arguments
from chaincode.domain.errors import DomainError, RecordCorrupt
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import DecisionKey, member_key
from chaincode.domain.member import MemberProfile
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.values import Number, RandomId, Secret256
from gateway.evidence.keys import SealingPublicKey
from gateway.model.recognition import RecognitionApplication
from gateway.services.evidence_errors import BundleRefused, translated
from gateway.services.intent import OutgoingMessage
from gateway.services.recognition.kept import KEPT_BYTES, KeptDecision
from gateway.services.records import Records
from gateway.services.sealed_messages import seal_message

_log = structlog.get_logger()
DECIDED_MESSAGE: Final = "recognition-decided"


class ToldDecision(Arguments):
    """One revision as home learns it; the salt opens the commitment to the verdict."""

    application: RandomId
    decision: DecisionKey
    number: Number
    verdict: str
    """See `packed`."""
    salt: Secret256


def packed(verdict: Verdict) -> str:
    """A verdict's canonical form, compressed (RFC 1950), base64url: explanations repeat much."""
    plain = canonical.encode(verdict.document())
    return base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode()


def unpacked(text: str) -> Verdict:
    """Read what `packed` made.

    Raises:
        BundleRefused: it is no verdict, or too large a one.
    """
    try:
        reader = zlib.decompressobj()
        plain = reader.decompress(base64.b64decode(text, altchars=b"-_", validate=True), KEPT_BYTES)
        values = canonical.decode(plain, limit=KEPT_BYTES)
        return Verdict.model_validate_json(canonical.encode(values))
    except (ValueError, zlib.error, DomainError):
        # Not chained: an error may quote what it was given.
        raise BundleRefused("what was sent is no verdict") from None


class Telling:
    """Makes the messages of this member as a decider."""

    def __init__(self, records: Records, msp_id: str) -> None:
        self._records = records
        self._msp_id = msp_id

    async def decided(
        self, application: RecognitionApplication, decision: str, number: int, kept: KeptDecision
    ) -> tuple[OutgoingMessage, ...]:
        """What home is told of a revision; nothing where this member is home itself.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        if application.home == self._msp_id:
            return ()
        told: dict[str, JsonValue] = {
            "application": application.id,
            "decision": decision,
            "number": number,
            "verdict": packed(kept.verdict),
            "salt": kept.explanation_salt,
        }
        home = application.home
        return await message_to(
            self._records, home, DECIDED_MESSAGE, about="decision", place=decision, document=told
        )


async def message_to(
    records: Records,
    member: str,
    kind: str,
    *,
    about: str,
    place: str,
    document: dict[str, JsonValue],
) -> tuple[OutgoingMessage, ...]:
    """A sealed message about a place; none where the member's published key is unusable.

    Who publishes such a key is not told, and keeps nobody from writing.

    Args:
        records: the own peer's.
        member: to whom; MSP id.
        kind: of the message.
        about: the field that names the place in clear.
        place: what it is about.
        document: what is sealed.

    Raises:
        LedgerUnavailable: the peer cannot be reached.
    """
    try:
        sealed = await seal_to(records, member, purpose=kind, place=place, document=document)
    except (BundleRefused, RecordCorrupt) as error:
        _log.warning("a member cannot be told", member=member, kind=kind, code=error.code)
        return ()
    return (OutgoingMessage(member, kind, {about: place, "sealed": sealed}),)


async def seal_to(
    records: Records, member: str, *, purpose: str, place: str, document: dict[str, JsonValue]
) -> str:
    """Seal a document to another member's intake key, as its profile on the ledger has it.

    Raises:
        LedgerUnavailable: the peer cannot be reached.
    """
    profile = await records.load(MemberProfile, member_key(member))
    with translated():
        recipient = SealingPublicKey.from_text(profile.intake_key)
        return seal_message(recipient, purpose=purpose, place=place, document=document)
