"""The published JSON Schema of rule documents, made from the models."""

from typing import Any

from chaincode.domain.recognition.rule import RuleContent


def rule_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a rule document.

    It says the shape; what holds between parts (names that lead somewhere, tables without gaps) is
    checked by `read_rule` alone.
    """
    schema = RuleContent.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "crosscredit/rule/v1",
    }
