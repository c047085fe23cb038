"""What a decider keeps of a decision: facts, answer and salts; the ledger has commitments."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, StringConstraints, ValidationError, model_validator

from chaincode.domain import canonical
from chaincode.domain.commands.base import Arguments
from chaincode.domain.commitment import SALT_BYTES, commit
from chaincode.domain.decision import Computed, DecisionOutcome
from chaincode.domain.json_value import JsonValue
from chaincode.domain.recognition.claims import claims_of
from chaincode.domain.recognition.facts import Facts
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.values import Secret256
from gateway.custody.errors import SecretUnreadable
from gateway.model.recognition import DecisionLink, KeptRevision
from gateway.services.ports import SecretBox

_PURPOSE: Final = "decision-revision"
_LINK_PURPOSE: Final = "decision-link"
_DECIDED: Final = frozenset({DecisionOutcome.RECOGNISED, DecisionOutcome.REFUSED})
"""What needs no person's look, unless the rule wants one."""


_Salt: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
KEPT_BYTES: Final = 8 << 20
"""A verdict explains every mapping that a credit plays a part in: up to 500 of a rule."""


class KeptDecision(Arguments):
    """One revision in clear: what a replay starts from."""

    size_limit = KEPT_BYTES

    facts: Facts
    verdict: Verdict
    input_salts: Annotated[tuple[_Salt, ...], Field(max_length=128, repr=False)]
    """One for each credit in its order, and one for everything else."""
    explanation_salt: Secret256

    @model_validator(mode="after")
    def _salted(self) -> Self:
        if len(self.input_salts) != len(self.facts.credits) + 1:
            raise ValueError("there is a salt for each credit, and one for everything else")
        return self

    def inputs(self, decision: str) -> tuple[str, ...]:
        """The commitments to the facts, in the order of the ledger."""
        return tuple(sorted(self.inputs_by_path(decision).values()))

    def inputs_by_path(self, decision: str) -> dict[str, str]:
        """The commitment to each part of the facts, by its path here: a credit, or the rest."""
        document = self.facts.document()
        credits_ = document.pop("credits")
        parts = {
            f"/facts/credits/{place}": part
            for place, part in enumerate(credits_ if isinstance(credits_, list) else ())
        } | {"/facts/others": document}
        return {
            path: commit(
                "decision-input", bytes.fromhex(salt), {"decision": decision, "fact": part}
            )
            for salt, (path, part) in zip(self.input_salts, parts.items(), strict=True)
        }

    def explanation_commitment(self, decision: str) -> str:
        """The commitment to outcome, items and explanation."""
        return explanation_commitment(decision, self.verdict, self.explanation_salt)

    def computed(self, decision: str, on: date, *, automatic: bool) -> Computed:
        """The revision as the ledger records it."""
        return Computed(
            decided_on=on,
            outcome=self.verdict.outcome,
            inputs=self.inputs(decision),
            explanation_commitment=self.explanation_commitment(decision),
            automatic=automatic and self.verdict.outcome in _DECIDED,
            claims=claims_of(self.verdict),
        )


def explanation_commitment(decision: str, verdict: Verdict, salt: str) -> str:
    """The commitment to a verdict; the salt has 64 hexadecimal digits."""
    value: Mapping[str, JsonValue] = {"decision": decision, "verdict": verdict.document()}
    return commit("explanation", bytes.fromhex(salt), value)


def keep(facts: Facts, verdict: Verdict) -> KeptDecision:
    """Draw the salts of a new revision."""
    return KeptDecision(
        facts=facts,
        verdict=verdict,
        input_salts=tuple(_salt() for _ in range(len(facts.credits) + 1)),
        explanation_salt=_salt(),
    )


def sealed_revision(box: SecretBox, decision: str, number: int, kept: KeptDecision) -> KeptRevision:
    """Encrypt a revision for the database."""
    plain = canonical.encode(kept.model_dump(mode="json"))
    return KeptRevision(decision, number, box.seal(plain, owner=decision, purpose=_PURPOSE))


def opened_revision(box: SecretBox, row: KeptRevision) -> KeptDecision:
    """Decrypt a revision.

    Raises:
        SecretUnreadable: altered, or another master key.
    """
    plain = box.open(row.sealed, owner=row.decision, purpose=_PURPOSE)
    try:
        return KeptDecision.model_validate_json(plain)
    except ValidationError:
        # Whoever holds the master key can seal anything. Without the cause, which holds values.
        raise SecretUnreadable("what was sealed here is no decision") from None


def new_link(box: SecretBox, decision: str, enrolment: str) -> DecisionLink:
    """Draw the salt that will bind a decision to one credit."""
    salt = secrets.token_bytes(SALT_BYTES)
    return DecisionLink(decision, enrolment, box.seal(salt, owner=decision, purpose=_LINK_PURPOSE))


def link_commitment(box: SecretBox, row: DecisionLink) -> str:
    """What a redemption holds of its decision: tells nothing, and no two are alike."""
    salt = box.open(row.sealed, owner=row.decision, purpose=_LINK_PURPOSE)
    value: Mapping[str, JsonValue] = {"decision": row.decision, "enrolment": row.enrolment}
    return commit("decision", salt, value)


def _salt() -> str:
    return secrets.token_bytes(SALT_BYTES).hex()
