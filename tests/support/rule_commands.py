"""A good document for each function on rules and on the quality of courses."""

from typing import Any

from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.quality import CertifyCourse, WithdrawCertification
from chaincode.domain.commands.reading import ReadRecords
from chaincode.domain.commands.rules import (
    CloseBallot,
    FindBrokenRules,
    ProposeRule,
    VoteOnRule,
    WithdrawRule,
)
from tests.support.records import COURSE, ENROLMENT, OPERATION
from tests.support.rules import rule_document

Document = dict[str, Any]
RULE = f"rule/alphaMSP/{'6' * 32}/1"
BALLOT = {"operation": OPERATION, "rule": RULE, "expected_version": 1}
DEFAULTS: Document = {
    "confirmation": {"always": False},
    "joint_programmes": [],
    "partial_redemption": False,
}
"""What a rule says where its document does not."""
WRITTEN = rule_document("bilateral") | DEFAULTS
WRITTEN["mappings"] = [mapping | {"demands": []} for mapping in WRITTEN["mappings"]]
RULE_COMMANDS: dict[type[Arguments], Document] = {
    ProposeRule: {
        "operation": OPERATION,
        "rule": "6" * 32,
        "number": 1,
        "expected_version": 1,
        "content": WRITTEN,
        "answer_by": "2026-12-01T00:00:00Z",
    },
    VoteOnRule: {
        "operation": OPERATION,
        "rule": RULE,
        "rule_digest": "0" * 64,
        "approve": False,
        "reason": "credits",
    },
    CloseBallot: BALLOT,
    WithdrawRule: BALLOT,
    FindBrokenRules: {"framework": RULE, "owner": "alphaMSP", "after": "6" * 32, "limit": 20},
    CertifyCourse: {"operation": OPERATION, "course": COURSE, "course_digest": "0" * 64},
    WithdrawCertification: {
        "operation": OPERATION,
        "certification": f"certification/{COURSE.partition('/')[2]}/gammaMSP",
        "expected_version": 1,
        "reason": "teaching",
    },
    ReadRecords: {"keys": [ENROLMENT] * 7},
}
RULE_OPTIONAL: set[tuple[type[Arguments], str]] = {
    (VoteOnRule, "reason"),
    (FindBrokenRules, "after"),
    (FindBrokenRules, "limit"),
    (ProposeRule, "content.confirmation.always"),
    (ProposeRule, "content.partial_redemption"),
}
