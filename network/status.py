"""What runs of a consortium, as a table."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from network.config import Consortium
from network.errors import ConfigurationError
from network.layout import Layout
from network.lifecycle import ChaincodeDefinition
from network.processes.note import ProcessNote
from network.targets import Target, targets


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process of a member.

    Attributes:
        member: whose it is.
        component: ca, orderer, peer, gateway or chaincode-<name>.
        pid: None when it does not run.
        port: the first port that it serves.
        healthy: whether all of its endpoints complete a TLS handshake now.
        resident_bytes: memory in use, pages shared with other processes included.
        log: where its log is.
    """

    member: str
    component: str
    pid: int | None
    port: int
    healthy: bool
    resident_bytes: int | None
    log: str


async def status(consortium: Consortium, state_dir: Path) -> list[ProcessStatus]:
    """Look at every process that the consortium has when all of it runs."""
    layout = Layout.of(consortium, state_dir)
    definitions = [ChaincodeDefinition.of(consortium, c) for c in consortium.chaincodes]
    return list(await asyncio.gather(*(_look(t) for t in targets(layout, definitions))))


async def _look(target: Target) -> ProcessStatus:
    note = ProcessNote.read(target.pid_file)
    alive = note if note is not None and note.alive() else None
    return ProcessStatus(
        member=target.member.member.name,
        component=target.component,
        pid=alive.pid if alive else None,
        port=target.endpoints[0].port,
        healthy=alive is not None and await target.answers(),
        resident_bytes=alive.resident_bytes() if alive else None,
        log=str(target.log),
    )


def logs(consortium: Consortium, state_dir: Path, member: str, component: str) -> Path:
    """Return the log of a member's component.

    Raises:
        ConfigurationError: there is no such member, or the component has no log; the message
            lists those there are.
    """
    members = [known.name for known in consortium.members]
    if member not in members:
        raise ConfigurationError(f"no member is named {member}; there are: {', '.join(members)}")
    layout = Layout.of(consortium, state_dir).member(member)
    path = layout.log(component)
    if not path.is_file():
        present = sorted(log.stem for log in path.parent.glob("*.log"))
        raise ConfigurationError(
            f"{member} has no log of {component}; "
            + (f"there are: {', '.join(present)}" if present else "it never ran here")
        )
    return path
