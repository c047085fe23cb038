from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each call may take, in seconds; a call's own `within` comes before these."""

    evaluate: float = 30.0
    endorse: float = 30.0
    submit: float = 15.0
    commit_status: float = 60.0
