"""How a contract function is declared: who may call it, with what, and whether it writes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chaincode.domain.caller import Caller, Role
from chaincode.domain.commands.base import Arguments
from chaincode.domain.constitution import Constitution
from chaincode.domain.json_value import JsonValue
from chaincode.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Call:
    """One authorized invocation, under the constitution in force or, once, being founded."""

    ledger: Ledger
    caller: Caller
    constitution: Constitution
    member: str
    """At whose peer this runs: an MSP id. Refusals alone may depend on it, never a write."""

    @property
    def margin_seconds(self) -> int:
        """How far a clock may bend a deadline."""
        return self.constitution.content.parameters.deadline_margin_seconds

    @property
    def entries_limit(self) -> int:
        """How many entries a slot holds."""
        return self.constitution.content.parameters.entries_per_slot


Handler = Callable[..., Awaitable[Mapping[str, JsonValue] | None]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A contract function. What it declares is checked before it runs."""

    name: str
    callers: frozenset[Role]
    arguments: type[Arguments]
    private: type[Arguments] | None
    writes: bool
    handler: Handler


class Operations:
    """A subject's functions, collected by decoration."""

    def __init__(self) -> None:
        self.all: list[Operation] = []

    def writes(
        self, *callers: Role, private: type[Arguments] | None = None
    ) -> Callable[[Handler], Handler]:
        """Declare a function that changes records."""
        return self._declare(callers, private, writes=True)

    def reads(
        self, *callers: Role, private: type[Arguments] | None = None
    ) -> Callable[[Handler], Handler]:
        """Declare a function that only answers."""
        return self._declare(callers, private, writes=False)

    def _declare(
        self, callers: tuple[Role, ...], private: type[Arguments] | None, *, writes: bool
    ) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            hints: dict[str, Any] = handler.__annotations__
            arguments = hints["command"]
            self.all.append(
                Operation(
                    name=arguments.__name__,
                    callers=frozenset(callers),
                    arguments=arguments,
                    private=private,
                    writes=writes,
                    handler=handler,
                )
            )
            return handler

        return declare
