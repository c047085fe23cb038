"""How a command becomes an invocation: the function's name, one document, one transient field."""

import json
from collections.abc import Mapping
from typing import Final

from chaincode.domain.commands.base import Arguments
from chaincode.domain.json_value import JsonValue
from gateway.services.errors import LedgerInvalid

_PRIVATE: Final = "private"


def arguments_of(command: Arguments) -> tuple[bytes, bytes]:
    """The function's name and its canonical document."""
    return type(command).__name__.encode(), command.encode()


def transient_of(private: Arguments | None) -> dict[str, bytes]:
    """The transient data: empty without private inputs."""
    return {} if private is None else {_PRIVATE: private.encode()}


def answer_of(result: bytes) -> Mapping[str, JsonValue]:
    """A query's answer.

    Raises:
        LedgerInvalid: the peer answered with something else than a JSON object.
    """
    try:
        document = json.loads(result)
    except ValueError as error:
        raise LedgerInvalid("the peer's answer is no JSON") from error
    if not isinstance(document, dict):
        raise LedgerInvalid("the peer's answer is no JSON object")
    return document
