"""What home keeps of a decision that another member told it."""

import json
from typing import Final

from chaincode.domain.recognition.verdict import Verdict
from gateway.model.recognition import ShownDecision
from gateway.services.ports import SecretBox
from gateway.services.recognition.telling import ToldDecision

_PURPOSE: Final = "shown-decision"


def sealed_decision(box: SecretBox, told: ToldDecision, verdict: Verdict) -> ShownDecision:
    """Encrypt a verdict for the database."""
    plain = json.dumps(verdict.document()).encode()
    sealed = box.seal(plain, owner=told.application, purpose=_PURPOSE)
    return ShownDecision(told.application, told.number, sealed)


def opened_decision(box: SecretBox, row: ShownDecision) -> Verdict:
    """Decrypt a verdict.

    Raises:
        SecretUnreadable: altered, or another master key.
    """
    plain = box.open(row.sealed, owner=row.application, purpose=_PURPOSE)
    return Verdict.model_validate_json(plain)
