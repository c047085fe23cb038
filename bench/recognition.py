"""How long one decision by a rule with 500 mappings takes, against what was asked.

    python bench/recognition.py

The median of many computations, in processor time, without reading rule or facts. Prints
milliseconds, the bar, and their ratio, and exits with 1 if a bar was missed. A decision is about
one credit or a few; a whole transcript, of which every course has rivals, is shown beside it.
"""

import json
import statistics
import sys
import time
from datetime import date

from chaincode.domain.recognition.evaluate import EVALUATORS, evaluate
from chaincode.domain.recognition.facts import Facts, read_facts
from chaincode.domain.recognition.rule import RuleContent, read_rule
from chaincode.domain.recognition.rule_parts import MAX_MAPPINGS

BAR_MILLISECONDS = 5.0
TIMES = 200
LARGEST_DECISION = 5
COMBINED_EVERY = 10
HOME, HOST = "alphaMSP", "betaMSP"
DAY = date(2026, 11, 22)


def course(number: int, owner: str) -> str:
    return f"course/{owner}/{number:032x}/1"


def rule() -> RuleContent:
    """Two host courses compete for each home course; every tenth mapping combines two."""
    mappings = []
    for number in range(MAX_MAPPINGS):
        combined = (number + 1) % COMBINED_EVERY == 0
        hosts = [course(number, HOST), course(number - 1, HOST)][: 1 + combined]
        mappings.append(
            {
                "id": f"m-{number}",
                "host": [{"course": key} for key in hosts],
                "home": [{"course": course(number // 2, HOME), "credits": "6.00"}],
                "conversion": "german",
            }
            | ({"combine": COMBINE} if combined else {})
        )
    return read_rule(json.dumps(DOCUMENT | {"mappings": mappings}).encode())


COMBINE = {
    "grade": "weighted-mean",
    "order": "convert-then-combine",
    "rounding": {"mode": "truncate", "digits": 1},
}
DOCUMENT = {
    "format": "crosscredit/rule/v1",
    "title": "A large alliance",
    "kind": "recognition",
    "scope": {"kind": "alliance", "alliance": "coast"},
    "deciders": [HOME],
    "valid": {"first": "2026-01-01", "time_zone": "Asia/Shanghai"},
    "demands": [
        {"kind": "minimum-grade", "grade": "70.00", "better": "higher"},
        {"kind": "credit-gap", "more_for_less": True, "largest_gap": "8.00"},
        {"kind": "validity", "years": 7},
        {"kind": "quality", "certified_by": 1, "recheck": True},
        {"kind": "home-share", "at_least": "50.00"},
    ],
    "conversions": {
        "german": {
            "kind": "modified-bavarian",
            "host_pass": "60.00",
            "host_best": "100.00",
            "rounding": {"mode": "half-up", "digits": 1},
        }
    },
}


def facts(credits_held: int) -> Facts:
    held = [
        {
            "enrolment": f"enrolment/{HOST}/{number:032x}",
            "sources": [{"key": f"credit/{HOST}/{number:032x}", "version": 3}],
            "course": course(number, HOST),
            "credits": 600,
            "scale": {"lowest": 0, "highest": 10_000, "pass_mark": 6_000, "better": "higher"},
            "mark": 8_000 + number,
            "awarded_on": "2026-07-01",
            "standing": "awarded",
            "redeemed": [],
            "certified_by": ["gammaMSP"],
        }
        for number in range(credits_held)
    ]
    programme = {
        "key": f"programme/{HOME}/{'8' * 32}/1",
        "load": {"courses": 60, "credits": 36_000},
    }
    document = {"decider": HOME, "credits": held, "counted": [], "programme": programme}
    return read_facts(json.dumps(document).encode())


def milliseconds(content: RuleContent, given: Facts, evaluator: int) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.process_time()
        evaluate(content, given, DAY, evaluator=evaluator)
        taken.append(time.process_time() - begun)
    return 1_000 * statistics.median(taken)


def main() -> int:
    content, missed = rule(), 0
    for name, number in (("one credit", 1), ("five credits", 5), ("a transcript of twenty", 20)):
        barred = number <= LARGEST_DECISION
        for evaluator in EVALUATORS:
            taken = milliseconds(content, facts(number), evaluator)
            missed += barred and taken > BAR_MILLISECONDS
            print(
                f"{name:22} evaluator {evaluator} {taken:6.2f} ms of {BAR_MILLISECONDS:.0f} ms: "
                f"ratio {taken / BAR_MILLISECONDS:.2f}{'' if barred else ' (no bar)'}"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
