"""A body for each operation that takes one, as the OpenAPI document shows it."""

from typing import Any, Final

_ID: Final = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
_COURSE: Final = f"betaMSP~{_ID}~1"
_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_RULE: Final[dict[str, Any]] = {
    "format": "crosscredit/rule/v1",
    "title": "Data Structures at Beta for Algorithms at Alpha",
    "kind": "recognition",
    "scope": {"kind": "bilateral", "members": ["alphaMSP", "betaMSP"]},
    "deciders": ["alphaMSP"],
    "valid": {"first": "2026-10-01", "last": "2029-09-30", "time_zone": "Europe/Berlin"},
    "mappings": [
        {
            "id": "data-structures",
            "host": [{"course": f"course/betaMSP/{_ID}/1", "digest": _DIGEST}],
            "home": [{"course": f"course/alphaMSP/{_ID}/1", "credits": "6.00"}],
            "conversion": "none",
        }
    ],
    "demands": [{"kind": "minimum-grade", "grade": "60.00", "better": "higher"}],
    "conversions": {"none": {"kind": "pass-only"}},
    "confirmation": {"always": True},
}

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "apply": {
        "role": "student",
        "login": "mei.lin",
        "name": "Mei Lin",
        "documents": "identity card",
    },
    "approve": {"identity_verified": True, "qualification_verified": False},
    "reissue_code": {"identity_verified": True},
    "refuse": {"reason": "The photograph shows somebody else."},
    "activate": {
        "login": "mei.lin",
        "code": "ABCD-EFGH-JKLM-NPQR",
        "passphrase": "seven green kettles at dawn",
    },
    "log_in": {"login": "mei.lin", "passphrase": "seven green kettles at dawn"},
    "change_passphrase": {
        "passphrase": "seven green kettles at dawn",
        "new_passphrase": "nine grey herons by the weir",
    },
    "propose_course": {
        "title": "Data Structures",
        "field": "0613",
        "credits": "6.00",
        "class_hours": 54,
        "parts": [
            {"id": "essay", "title": "Essay", "weight": "60.00", "mode": "online"},
            {
                "id": "examination",
                "title": "Written examination",
                "weight": "40.00",
                "mode": "offline",
                "proctored": True,
                "place": {
                    "country": "CN",
                    "province": "CN-JS",
                    "city": "nanjing",
                    "member": "betaMSP",
                },
            },
        ],
        "category": "compulsory",
        "scale": {
            "lowest": "0.00",
            "highest": "100.00",
            "pass_mark": "60.00",
            "better": "higher",
            "step": "0.50",
        },
        "window": {"opens": "2026-09-01T00:00:00Z", "closes": "2027-02-28T23:59:59Z"},
    },
    "check_course": {"approve": True, "expected_version": 1},
    "publish_programme": {
        "title": "Bachelor of Engineering",
        "total": "140.00",
        "groups": [
            {"id": "major", "title": "Major", "at_least": "60.00"},
            {"id": "liberal", "title": "Liberal arts", "at_least": "30.00"},
            {"id": "free", "title": "Free"},
        ],
        "minimums": [
            {"id": "accredited", "traits": ["accredited", "part-time"], "at_least": "18.00"}
        ],
        "limits": [
            {"id": "per-year", "within": "academic-year", "at_most": "42.00"},
            {"id": "per-term", "within": "term", "at_most": "24.00"},
        ],
        "shares": [{"id": "online", "within": "term", "traits": ["online"], "at_most": "40.00"}],
        "home_share": "50.00",
        "course_count": 30,
    },
    "publish_term": {
        "title": "Winter term",
        "academic_year": "2026/27",
        "starts_on": "2026-10-01",
        "ends_on": "2027-03-31",
        "time_zone": "Europe/Berlin",
        "change_weeks": 5,
        "answer_weeks": 2,
        "transcript_weeks": 5,
        "recognition_weeks": 5,
    },
    "apply_for_course": {"course": _COURSE, "course_digest": _DIGEST},
    "learn_course": {"admit": True, "expected_version": 1},
    "add_grade": {"part": "essay", "mark": "82.50", "expected_version": 1},
    "review_grade": {"outcome": "approved", "expected_version": 2},
    "apply_for_credit": {"expected_version": 1, "grade_version": 4},
    "award_credit": {"expected_version": 2, "work_version": 3, "grade_version": 4},
    "accept_correction": {"expected_version": 3, "work_version": 3, "grade_version": 5},
    "rule_on_credit": {"ruling": "suspend", "reason": "investigation", "credit_version": 3},
    "plan_grades": {
        "grades": [
            {
                "enrolment": f"betaMSP~{_ID}",
                "part": "essay",
                "mark": "84.00",
                "reason": "clerical-error",
            }
        ]
    },
    "plan_corrections": {"course": _COURSE, "first": "2027-03-01T00:00:00Z"},
    "plan_rulings": {"course": _COURSE, "ruling": "suspend", "reason": "course-irregular"},
    "execute_bulk_plan": {"digest": _DIGEST},
    "propose_agreement": {
        "programme": f"alphaMSP~{_ID}~1",
        "term": f"betaMSP~{_ID}",
        "rules": f"alphaMSP~{_ID}",
        "table_a": [{"course": _COURSE, "digest": _DIGEST}],
        "table_b": [{"course": f"alphaMSP~{_ID}~1", "digest": _DIGEST, "credits": "6.00"}],
    },
    "change_agreement": {
        "expected_version": 3,
        "kind": "change",
        "table_a": [{"course": _COURSE, "digest": _DIGEST}],
        "table_b": [{"course": f"alphaMSP~{_ID}~1", "digest": _DIGEST, "credits": "6.00"}],
        "late_reason": "course-not-available",
    },
    "approve_agreement": {"number": 1, "digest": _DIGEST},
    "refuse_agreement": {"number": 1, "digest": _DIGEST, "reason": "not-equivalent"},
    "withdraw_agreement_proposal": {"number": 1, "digest": _DIGEST},
    "propose_rule": _RULE,
    "lint_rule": _RULE,
    "evaluate_rule": {
        "plan": [{"course": _COURSE, "mark": "82.50"}],
        "programme": f"alphaMSP~{_ID}~1",
        "on": "2026-11-22",
    },
    "vote_on_rule": {"rule_digest": _DIGEST, "approve": False, "reason": "credits"},
    "close_ballot": {"expected_version": 1},
    "withdraw_rule": {"expected_version": 1},
    "certify_course": {"course": _COURSE, "course_digest": _DIGEST},
    "withdraw_certification": {"expected_version": 1, "reason": "examination"},
    "apply_for_recognition": {
        "decider": "alphaMSP",
        "programme": f"alphaMSP~{_ID}~1",
        "rule": f"alphaMSP~{_ID}",
        "credits": [{"credit": f"betaMSP~{_ID}"}],
    },
    "confirm_decision": {
        "expected_version": 1,
        "outcome": "recognised",
        "reason": "judgement",
    },
    "state_plan": {
        "terms": [{"term": f"alphaMSP~{_ID}", "courses": 5, "credits": "30.00"}],
        "credits": [{"credit": f"betaMSP~{_ID}", "term": f"alphaMSP~{_ID}", "groups": ["major"]}],
        "degree": {"courses": 30, "credits": "180.00"},
    },
    "request_transfer": {
        "to": "gammaMSP",
        "credits": [{"credit": f"betaMSP~{_ID}", "account": f"gammaMSP~{_ID}"}],
    },
    "release_student": {"credits": [{"credit": f"betaMSP~{_ID}", "expected_version": 1}]},
    "accept_transfer": {"credits": [{"credit": f"betaMSP~{_ID}", "expected_version": 2}]},
    "request_verification": {
        "credit": f"betaMSP~{_ID}",
        "purpose": "recognition",
        "expires_at": "2027-03-31T00:00:00Z",
        "reviewer": f"gammaMSP~{_ID}",
    },
    "answer_request": {"grant": True, "request_digest": _DIGEST, "credit_version": 3},
    "withdraw_consent": {"expected_version": 1},
    "review_verification": {"outcome": "valid", "report": "Essay and program are sound."},
    "record_verdict": {
        "outcome": "valid",
        "report": "The credit is what it says.",
        "expected_version": 1,
    },
}
"""By operation id."""
