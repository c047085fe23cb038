"""The golden decisions of `tests/vectors/decisions`, read and decided again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.recognition.facts import Facts, read_facts
from chaincode.domain.recognition.rule import RuleContent, read_rule
from chaincode.domain.recognition.verdict import Verdict

FOLDER = Path(__file__).parents[1] / "vectors" / "decisions"


@dataclass(frozen=True)
class Golden:
    """A decision as it was once made."""

    name: str
    evaluator: int
    rule: RuleContent
    facts: Facts
    on: date
    digest: str
    document: dict[str, Any]

    def replay(self) -> Verdict:
        """Decide again, by the evaluator that decided."""
        return evaluate(self.rule, self.facts, self.on, evaluator=self.evaluator)


def golden_decisions() -> Iterator[Golden]:
    """All of them, by each evaluator."""
    for path in sorted(FOLDER.glob("*.json")):
        stored = json.loads(path.read_text("utf-8"))
        for evaluator, verdict in stored["verdicts"].items():
            yield Golden(
                name=path.stem,
                evaluator=int(evaluator),
                rule=read_rule(json.dumps(stored["rule"]).encode()),
                facts=read_facts(json.dumps(stored["facts"]).encode()),
                on=date.fromisoformat(stored["on"]),
                digest=verdict["digest"],
                document=verdict["document"],
            )


def every_decision() -> Iterator[tuple[str, Verdict]]:
    """What they say now."""
    for golden in golden_decisions():
        yield golden.name, golden.replay()
