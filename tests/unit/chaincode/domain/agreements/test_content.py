"""What the digest of a version covers, and what no stored agreement may look like."""

import json
from datetime import date
from typing import Any

import pytest

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Party
from chaincode.domain.agreements.version import LateReason, VersionKind, content_digest
from chaincode.domain.errors import RecordCorrupt
from tests.support.agreements import (
    AGREEMENT,
    PROGRAMME,
    SERIES,
    TERM,
    WINDOW,
    agreed,
    answer,
    change,
    make_proposal,
    make_purpose,
    tables,
)
from tests.support.records import VERIFIER


def test_the_digest_covers_all_that_is_agreed_upon() -> None:
    content: dict[str, Any] = {
        "kind": VersionKind.CHANGE,
        "tables": tables(),
        "late_reason": None,
    }
    later = WINDOW.model_copy(update={"through": date(2027, 1, 1)})
    purposes = [
        make_purpose(),
        make_purpose(student=VERIFIER),
        make_purpose(home="gammaMSP"),
        make_purpose(host="gammaMSP"),
        make_purpose(programme=PROGRAMME[:-1] + "2"),
        make_purpose(programme_digest="d" * 64),
        make_purpose(term=TERM[:-1] + "0"),
        make_purpose(rules=SERIES[:-1] + "0"),
        make_purpose(changes=later),
    ]
    digests = [content_digest(AGREEMENT, purpose, 2, **content) for purpose in purposes]
    changes: list[dict[str, Any]] = [
        {"kind": VersionKind.FIRST},
        {"tables": tables((1,))},
        {"tables": tables((1, 2), (2,))},
        {"late_reason": LateReason.OTHER},
    ]
    digests += [
        content_digest(AGREEMENT, make_purpose(), 2, **(content | changed)) for changed in changes
    ]
    digests.append(content_digest(AGREEMENT, make_purpose(), 3, **content))
    digests.append(content_digest(AGREEMENT[:-1] + "0", make_purpose(), 2, **content))
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("status", ["in-force", "proposed"])
def test_no_two_versions_are_in_force_or_wait(status: str) -> None:
    agreement = change(agreed(), make_proposal(VersionKind.CHANGE, tables((3,))))
    if status == "in-force":
        for party in (Party.HOST, Party.HOME):
            agreement = answer(agreement, party)
    stored = json.loads(agreement.encode())
    assert Agreement.decode(AGREEMENT, json.dumps(stored).encode()) == agreement
    stored["versions"][0]["status"] = status
    if status == "proposed":
        stored["versions"][0]["approvals"]["home"] = None
    with pytest.raises(RecordCorrupt):
        Agreement.decode(AGREEMENT, json.dumps(stored).encode())
