"""A well-formed document of each function about learning agreements."""

from typing import Any

from chaincode.domain.commands.agreements import (
    ApproveAgreement,
    ProposeAgreement,
    ProposeAgreementChange,
    WithdrawAgreementProposal,
)
from chaincode.domain.commands.base import Arguments
from tests.support.agreements import AGREEMENT, PROGRAMME, SERIES, TERM, home_course, host_course
from tests.support.records import OPERATION

_TABLES: dict[str, Any] = {
    "table_a": [host_course(1).model_dump(mode="json")],
    "table_b": [home_course(2).model_dump(mode="json")],
    "answer_by": "2026-12-01T09:00:00Z",
    "late_reason": "other",
}
_SEEN: dict[str, Any] = {
    "operation": OPERATION,
    "agreement": AGREEMENT,
    "expected_version": 1,
    "number": 1,
    "digest": "0" * 64,
}
AGREEMENT_COMMANDS: dict[type[Arguments], dict[str, Any]] = {
    ProposeAgreement: {
        "operation": OPERATION,
        "agreement": "7" * 32,
        "programme": PROGRAMME,
        "programme_digest": "0" * 64,
        "term": TERM,
        "rules": SERIES,
        **_TABLES,
    },
    ProposeAgreementChange: {
        "operation": OPERATION,
        "agreement": AGREEMENT,
        "expected_version": 1,
        "kind": "change",
        **_TABLES,
    },
    ApproveAgreement: {**_SEEN, "approve": False, "reason": "other"},
    WithdrawAgreementProposal: _SEEN,
}
AGREEMENT_OPTIONAL: set[tuple[type[Arguments], str]] = {
    (ProposeAgreement, "late_reason"),
    (ProposeAgreementChange, "late_reason"),
    (ApproveAgreement, "reason"),
}
