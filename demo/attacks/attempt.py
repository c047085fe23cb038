"""One attempt and what became of it."""

from dataclasses import dataclass


class AttackSucceeded(Exception):
    """What had to be refused was not: the demonstration fails, and so should your trust."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A refused attack."""

    who: str
    tried: str
    refused_by: str
    code: str
    """The problem's code, Fabric's validation code, or the peer's status."""
    why: str

    def require(self, *codes: str) -> "Attempt":
        """Hold the refusal to the one that was expected.

        Raises:
            AttackSucceeded: it went through, or failed for another reason.
        """
        if self.code not in codes:
            raise AttackSucceeded(f"{self.who} {self.tried}: {self.code}, not {' or '.join(codes)}")
        return self
