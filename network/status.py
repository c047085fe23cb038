"""What runs of a consortium, what is the matter with the rest, and what to do."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from network.comparison import Standing, askers, compare
from network.config import Consortium
from network.disk import is_full
from network.errors import ConfigurationError
from network.layout import Layout
from network.lifecycle import ChaincodeDefinition
from network.processes.note import ProcessNote
from network.targets import ORDERER, Target, targets

Process = tuple[str, str]
"""A member's name and the component's."""

# An orderer that was away for some seconds is back by then, and peers leave one that stands still
# after 5 s.
_CATCH_UP_SECONDS = 15.0
_START = "To start: crosscredit network up, with the options of this command."
_RESTART = (
    "Its log may say why (crosscredit network logs). If it stays so, restart: crosscredit network "
    "down, then crosscredit network up; ledgers are kept."
)
_LOCKED_UP = (
    "While it is so, no other orderer may fail. If it stays so while others go on, it may be "
    "locked up; a restart helps: crosscredit network down, then crosscredit network up; ledgers "
    "are kept."
)
_FULL = "The disk is full: nothing more is stored. Make room, then look again."


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process of a member.

    Attributes:
        member: whose it is.
        component: ca, orderer, peer, gateway or chaincode-<name>.
        pid: None when it does not run.
        port: the first port that it serves.
        healthy: whether it runs, all of its endpoints complete a TLS handshake now, and it has
            the blocks that the others of its channels have, and room on its disk.
        resident_bytes: memory in use, pages shared with other processes included.
        log: where its log is.
        blocks: an orderer's or peer's height by channel; None where it did not say.
        problem: what is the matter and what to do, None where nothing is.
    """

    member: str
    component: str
    pid: int | None
    port: int
    healthy: bool
    resident_bytes: int | None
    log: str
    blocks: Mapping[str, int | None] = field(default_factory=dict)
    problem: str | None = None


async def status(consortium: Consortium, state_dir: Path) -> list[ProcessStatus]:
    """Look at every process that the consortium has when all of it runs."""
    layout = Layout.of(consortium, state_dir)
    definitions = [ChaincodeDefinition.of(consortium, c) for c in consortium.chaincodes]
    expected = list(targets(layout, definitions))
    notes = [_running(target) for target in expected]
    answering = await asyncio.gather(
        *(_answers(target, note) for target, note in zip(expected, notes, strict=True))
    )
    there = {
        (target.member.member.name, target.component)
        for target, answers in zip(expected, answering, strict=True)
        if answers
    }
    standings = await _standings(layout, there)
    full = _full(state_dir)
    return [
        _status(
            target,
            note,
            standings.get((target.member.member.name, target.component), {}),
            answers=answers,
            full=full,
        )
        for target, note, answers in zip(expected, notes, answering, strict=True)
    ]


def _full(state_dir: Path) -> bool:
    return state_dir.exists() and is_full(state_dir)


def _running(target: Target) -> ProcessNote | None:
    note = ProcessNote.read(target.pid_file)
    return note if note is not None and note.alive() else None


async def _answers(target: Target, note: ProcessNote | None) -> bool:
    return note is not None and await target.answers()


async def _standings(
    layout: Layout, there: Collection[Process]
) -> dict[Process, dict[str, Standing]]:
    """What the orderers and peers that answer say of their channels."""
    channels = [channel.name for channel in layout.consortium.channels]
    asked = [
        {place: ask for place, ask in askers(layout, channel).items() if place in there}
        for channel in channels
    ]
    compared = await asyncio.gather(*(compare(some, seconds=_CATCH_UP_SECONDS) for some in asked))
    found: dict[Process, dict[str, Standing]] = {}
    for channel, standings in zip(channels, compared, strict=True):
        for place, standing in standings.items():
            found.setdefault(place, {})[channel] = standing
    return found


def _status(
    target: Target,
    note: ProcessNote | None,
    standings: Mapping[str, Standing],
    *,
    answers: bool,
    full: bool,
) -> ProcessStatus:
    problem = _problem(target, note, standings, answers=answers)
    if problem is None and full:
        problem = _FULL
    return ProcessStatus(
        member=target.member.member.name,
        component=target.component,
        pid=note.pid if note else None,
        port=target.endpoints[0].port,
        healthy=problem is None,
        resident_bytes=note.resident_bytes() if note else None,
        log=str(target.log),
        blocks={channel: standing.height for channel, standing in standings.items()},
        problem=problem,
    )


def _problem(
    target: Target,
    note: ProcessNote | None,
    standings: Mapping[str, Standing],
    *,
    answers: bool,
) -> str | None:
    if note is None:
        return f"does not run. {_START}"
    if not answers:
        return f"does not answer. {_RESTART}"
    found = [
        f"{channel}: {standing.problem}"
        for channel, standing in standings.items()
        if standing.problem is not None
    ]
    if not found:
        return None
    return f"{'; '.join(found)}. {_LOCKED_UP if target.component == ORDERER else _RESTART}"


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


def problems(found: Sequence[ProcessStatus]) -> list[str]:
    """What is the matter, a line for each; processes that do not run share one."""
    absent = [process for process in found if process.pid is None]
    lines = [
        f"{process.member}/{process.component} {process.problem}"
        for process in found
        if process.pid is not None and process.problem not in (None, _FULL)
    ]
    if any(process.problem == _FULL for process in found):
        lines.append(_FULL)
    if absent and len(absent) == len(found):
        lines.append(f"Nothing runs. {_START}")
    elif absent:
        names = ", ".join(f"{process.member}/{process.component}" for process in absent)
        lines.append(f"Not running: {names}. {_START}")
    return lines
