from collections.abc import Callable
from dataclasses import dataclass

from network.config import Consortium
from network.up import Step


def _no_constitution(_consortium: Consortium) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the programs above the network add to every start from the command line.

    Attributes:
        constitution: the digest that every gateway and chaincode process is told to expect.
        found: as `Options.found`.
        prove: as `Options.prove`.
    """

    constitution: Callable[[Consortium], str] = _no_constitution
    found: Step | None = None
    prove: Step | None = None
