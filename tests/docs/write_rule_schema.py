"""Write the published schema anew: `PYTHONPATH=. python tests/docs/write_rule_schema.py`."""

import json
from pathlib import Path

from chaincode.domain.recognition.schema import rule_schema

SCHEMA = Path(__file__).parents[2] / "docs" / "spec" / "rule.schema.json"


def written() -> str:
    """The file's text."""
    return json.dumps(rule_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(written(), "utf-8")
