"""What can go wrong with a consortium; every message says what to do next."""

from pathlib import Path


class NetworkError(Exception):
    """Something that the person who typed the command can act on."""

    exit_code = 1


class ConfigurationError(NetworkError):
    """`consortium.toml` does not say what it must; the message names the field."""

    exit_code = 2


class BinariesError(NetworkError):
    """Fabric's programs are missing, have another version, or could not be built."""

    exit_code = 3


class PortTakenError(NetworkError):
    """Somebody else listens on a port that a component needs."""

    exit_code = 4


class StateDirectoryError(NetworkError):
    """The state directory cannot be used: busy, not writable, full, or of another consortium."""

    exit_code = 5


class ComponentFailedError(NetworkError):
    """A process of the consortium ended, or did not become ready."""

    exit_code = 6

    def __init__(self, component: str, reason: str, log: Path | None = None) -> None:
        """Name the component, what happened and where its log is."""
        self.component = component
        self.reason = reason
        self.log = log
        where = f"\nIts log: {log}" if log else ""
        super().__init__(f"{component}: {reason}{where}")


class CommandFailedError(NetworkError):
    """One of Fabric's commands ended with an error."""

    exit_code = 6

    def __init__(self, command: str, status: int, output: str) -> None:
        """Name the command, its exit status and the end of what it printed."""
        self.command = command
        self.status = status
        self.output = output
        super().__init__(f"{command} ended with status {status}: {output}")


class UnhealthyError(NetworkError):
    """The consortium runs but could not prove itself by a transaction."""

    exit_code = 7


class HeightUnknownError(NetworkError):
    """An orderer or peer did not say how many blocks it has; the message goes on after its name."""

    exit_code = 7
