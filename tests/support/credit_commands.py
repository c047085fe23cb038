"""A good document for each function on a credit after its award, and on decisions."""

from typing import Any

from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.corrections import AcceptCorrection, AcceptCorrectionPrivate
from chaincode.domain.commands.decisions import ConfirmDecision, RecordDecision, ReviseDecision
from chaincode.domain.commands.redemption import (
    GrantDegree,
    HoldCredit,
    PermitRedemption,
    RedeemCredit,
    ReleaseRedemption,
    WithdrawPermission,
)
from chaincode.domain.commands.supervision import RuleOnCredit
from chaincode.domain.commands.transfers import AcceptTransfer, ReleaseStudent, RequestTransfer
from tests.support.records import ENROLMENT, OPERATION, STUDENT

Document = dict[str, Any]
PROGRAMME = f"programme/gammaMSP/{'5' * 32}/1"
RULE = f"rule/gammaMSP/{'6' * 32}/1"
DECISION = f"decision/gammaMSP/{'7' * 32}"
ENROLLED = {"operation": OPERATION, "enrolment": ENROLMENT, "expected_version": 1}
ENTRY = ENROLLED | {"number": 1}
DECIDED = ENTRY | {"credit_version": 3}
COMPUTED: Document = {
    "decided_on": "2026-11-22",
    "outcome": "recognised",
    "inputs": ["1" * 64, "2" * 64],
    "explanation_commitment": "0" * 64,
    "automatic": True,
}


def credit_commands(evidence: Document, secrets: list[str]) -> dict[type[Arguments], Document]:
    """The documents; private values are the test's own, so that it finds them again."""
    return {
        AcceptCorrection: {
            **ENROLLED,
            "work_version": 1,
            "grade_version": 1,
            "result_commitment": "0" * 64,
        },
        AcceptCorrectionPrivate: {
            **evidence,
            "enrolment_key": secrets[2],
            "result_salt": secrets[3],
        },
        RuleOnCredit: {
            **ENROLLED,
            "credit_version": 3,
            "ruling": "revoke",
            "reason": "plagiarism",
            "gives_back": True,
        },
        RequestTransfer: {**ENROLLED, "student": STUDENT},
        ReleaseStudent: ENROLLED,
        AcceptTransfer: {
            **ENROLLED,
            "faults": [{"piece": "work", "number": 1, "fault": "altered"}],
        },
        PermitRedemption: {
            **ENROLLED,
            "credit_version": 3,
            "redeemer": "gammaMSP",
            "programme": PROGRAMME,
            "amount": 600,
            "rule": RULE,
            "expires_at": "2026-12-22T09:00:00Z",
        },
        WithdrawPermission: ENTRY,
        HoldCredit: DECIDED,
        RedeemCredit: {**DECIDED, "decision_commitment": "0" * 64},
        ReleaseRedemption: ENTRY,
        GrantDegree: DECIDED,
        RecordDecision: {
            "operation": OPERATION,
            "decision": "7" * 32,
            "rule": RULE,
            "rule_digest": "0" * 64,
            "evaluator": 1,
            "programme": PROGRAMME,
            "computed": COMPUTED,
            "trigger": "application",
        },
        ReviseDecision: {
            "operation": OPERATION,
            "decision": DECISION,
            "expected_version": 1,
            "computed": COMPUTED,
            "trigger": "correction",
            "differs": False,
        },
        ConfirmDecision: {
            "operation": OPERATION,
            "decision": DECISION,
            "expected_version": 1,
            "outcome": "recognised",
            "reason": "as-computed",
        },
    }
