"""What rules and courses say of a learning process, in the same words."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from chaincode.domain.faults import fault
from chaincode.domain.qualification.process import ProcessFlag, Thresholds
from chaincode.domain.recognition.amounts import Clause, Factor, Percent


class ProcessLimits(Clause):
    """From where on the learning process is flagged; what is left out is not flagged."""

    pace_above: Factor | None = None
    parallel_over_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    autoplay_more_than: Annotated[int, Field(ge=0, le=10_000)] | None = None
    burst_more_than: Annotated[int, Field(ge=0, le=10_000)] | None = None
    burst_within_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60

    @property
    def thresholds(self) -> Thresholds:
        """The limits as the process is measured by them."""
        over = self.parallel_over_seconds
        return Thresholds(
            pace_above=self.pace_above,
            parallel_over=None if over is None else 1_000 * over,
            autoplay_more_than=self.autoplay_more_than,
            burst_more_than=self.burst_more_than,
            burst_within=1_000 * self.burst_within_seconds,
        )

    @property
    def flagged(self) -> frozenset[ProcessFlag]:
        """The flags that have a limit."""
        limits = {
            ProcessFlag.PACE: self.pace_above,
            ProcessFlag.PARALLEL: self.parallel_over_seconds,
            ProcessFlag.AUTOPLAY: self.autoplay_more_than,
            ProcessFlag.BURST: self.burst_more_than,
        }
        return frozenset(flag for flag, limit in limits.items() if limit is not None)


class ProcessFloor(Clause):
    """What the learning process of everybody who passes has shown at least."""

    watched_share: Percent | None = None
    limits: ProcessLimits | None = None
    """No flag was raised under these; what they leave out was not looked for."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.limits is None and self.watched_share is None:
            raise fault(message="this names a watched share, or where flags begin")
        if self.limits is not None and not self.limits.flagged:
            raise fault("limits", message="this says of no flag where it begins")
        return self
