"""What a test makes go wrong: lost answers, crashes at a stage of a transaction."""

from enum import StrEnum


class Stage(StrEnum):
    """The moments at which a caller may lose its consortium, or itself."""

    BEFORE_ENDORSE = "before-endorse"
    AFTER_ENDORSE = "after-endorse"
    BEFORE_ORDER = "before-order"
    AFTER_ORDER = "after-order"
    BEFORE_COMMIT = "before-commit"
    AFTER_COMMIT = "after-commit"
    BEFORE_STATUS = "before-status"


class Faults:
    """Errors waiting to be raised, each once, by stage."""

    def __init__(self) -> None:
        """Nothing goes wrong."""
        self._waiting: dict[Stage, list[BaseException]] = {}

    def raise_at(self, stage: Stage, error: BaseException, times: int = 1) -> None:
        """Raise the error the next `times` that the stage is reached."""
        self._waiting.setdefault(stage, []).extend([error] * times)

    def reach(self, stage: Stage) -> None:
        """Raise what waits for this stage."""
        waiting = self._waiting.get(stage)
        if waiting:
            raise waiting.pop(0)
