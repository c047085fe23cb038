from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a service listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return `host:port`, as Fabric's settings want it."""
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The https URL without a path."""
        return f"https://{self.host}:{self.port}"
