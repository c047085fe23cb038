from collections.abc import Awaitable, Callable
from typing import TypeAlias

from chaincode.shim.response import Response
from chaincode.shim.stub import Stub

Handler: TypeAlias = Callable[[Stub], Awaitable[Response]]
"""A chaincode: answers one invocation, INIT (`stub.is_init`) or transaction."""
