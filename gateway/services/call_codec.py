"""Commands and private inputs as they are stored with an operation, and back."""

from collections.abc import Iterator
from typing import TypeVar

from chaincode.domain.commands import (
    agreements,
    corrections,
    courses,
    decisions,
    learning,
    membership,
    programmes,
    quality,
    redemption,
    rules,
    supervision,
    transfers,
    verification,
)
from chaincode.domain.commands import credits as credits_
from chaincode.domain.commands.base import Arguments, Command

_SUBJECTS = (
    agreements,
    corrections,
    courses,
    credits_,
    decisions,
    learning,
    membership,
    programmes,
    quality,
    redemption,
    rules,
    supervision,
    transfers,
    verification,
)
AnyArguments = TypeVar("AnyArguments", bound=Arguments)


def _all(base: type[AnyArguments]) -> Iterator[type[AnyArguments]]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _all(subclass)


_NAMES = {subject.__name__ for subject in _SUBJECTS}
_COMMANDS = {model.__name__: model for model in _all(Command) if model.__module__ in _NAMES}
_MODELS = {model.__name__: model for model in _all(Arguments) if model.__module__ in _NAMES}


def decode_command(function: str, document: bytes) -> Command:
    """Read a stored command.

    Raises:
        LookupError: this version knows no such function.
    """
    return _COMMANDS[function].parse(document)


def decode_private(function: str, document: bytes) -> Arguments:
    """Read stored private inputs of a function: `AddGrade` has `AddGradePrivate`.

    Raises:
        LookupError: this version knows no private inputs of this function.
    """
    return _MODELS[f"{function}Private"].parse(document)
