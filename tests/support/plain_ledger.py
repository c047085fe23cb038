"""Contract functions on a dictionary: no peers, no signatures, thousands of calls a second.

For state machines over the contracts' own decisions; what endorsement and blocks add is the
sandbox's business.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chaincode.contracts.operation import Call
from chaincode.contracts.router import OPERATIONS
from chaincode.domain.caller import Caller, Role
from chaincode.domain.constitution import Constitution
from chaincode.ledger.ledger import Ledger

Document = dict[str, Any]


@dataclass
class PlainStub:
    """One invocation: reads see what was committed, writes are kept for the commit."""

    state: dict[str, bytes]
    timestamp: datetime
    transaction_id: str = "0" * 64
    transient: dict[str, bytes] = field(default_factory=dict)
    writes: dict[str, bytes] = field(default_factory=dict)
    policies: dict[str, bytes] = field(default_factory=dict)

    async def get_state(self, key: str) -> bytes | None:
        return self.state.get(key)

    async def put_state(self, key: str, value: bytes) -> None:
        self.writes[key] = value

    async def set_state_validation_parameter(self, key: str, policy: bytes) -> None:
        self.policies[key] = policy


@dataclass
class PlainLedger:
    """The state of one ledger, and a clock that the test moves."""

    constitution: Constitution
    now: datetime
    state: dict[str, bytes] = field(default_factory=dict)
    policies: dict[str, bytes] = field(default_factory=dict)
    calls: int = 0

    def caller(self, msp_id: str, role: Role) -> Caller:
        """Somebody whose random name follows from member and role."""
        name = hashlib.sha256(f"{msp_id} {role}".encode()).hexdigest()[:32]
        return Caller(msp_id, role, name, "0" * 64)

    def submit(self, caller: Caller, function: str, arguments: Document) -> Document:
        """Run a function and commit what it wrote; its errors are the domain's."""
        self.calls += 1
        operation = OPERATIONS[function]
        assert caller.role in operation.callers
        command = operation.arguments.check({"operation": f"{self.calls:032x}"} | arguments)
        stub = PlainStub(self.state, self.now)
        ledger = Ledger(stub)  # type: ignore[arg-type] # what writing functions use of a stub
        call = Call(ledger, caller, self.constitution, caller.msp_id)
        asyncio.run(operation.handler(call, command))
        self.state.update(stub.writes)
        self.policies.update(stub.policies)
        return {"written": ledger.written}
