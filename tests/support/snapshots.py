"""Worlds that a process plays once and keeps as bytes: each test has a copy of its own.

Founding a world and living up to a step costs hundreds of transactions; most tests are about one.
"""

import io
import pickle
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from google.protobuf.message import Message

from tests.support.life import LIFE
from tests.support.world import World

UNCHANGING = (type, ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey, x509.Certificate)
"""What copies have in common: nothing of a life changes it."""


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.shared: list[object] = []

    def persistent_id(self, item: object) -> int | None:
        if not isinstance(item, UNCHANGING):
            return None
        self.shared.append(item)
        return len(self.shared) - 1

    def reducer_override(self, item: object) -> Any:
        if isinstance(item, Message):
            return _parse, (type(item), item.SerializeToString())
        return NotImplemented


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, shared: tuple[object, ...]) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, place: int) -> object:
        return self._shared[place]


def _parse(kind: type[Message], written: bytes) -> Message:
    return kind.FromString(written)


@dataclass(frozen=True)
class Snapshot:
    """Everything that a world, or a stage with one, is made of at one moment."""

    written: bytes
    shared: tuple[object, ...]

    @classmethod
    def of(cls, item: object) -> Self:
        """Write it down; a loop that waits for it, or a local function, cannot be."""
        file = io.BytesIO()
        writer = _Writer(file)
        writer.dump(item)
        return cls(file.getvalue(), tuple(writer.shared))

    def copy(self) -> Any:
        """What was written down, which no other copy has a part in."""
        return _Reader(io.BytesIO(self.written), self.shared).load()


_kept: dict[int, Snapshot] = {}
"""The process's snapshots, by how many steps of the life were lived."""
_built: dict[Callable[[], Awaitable[Any]], Snapshot] = {}
_Built = TypeVar("_Built")


async def copy_of(build: Callable[[], Awaitable[_Built]]) -> _Built:
    """A copy of what `build`, a function of a module, makes; it is called once in a process."""
    if build not in _built:
        _built[build] = Snapshot.of(await build())
    copy: _Built = _built[build].copy()
    return copy


class KeptWorld(World):
    """A founded world. Whoever first looks at it makes the copy; until then it may be advanced."""

    def __init__(self) -> None:
        """Begin at the founding, which `founded` makes sure was played."""
        self._steps = 0

    @classmethod
    async def founded(cls) -> Self:
        """A copy of the founded world."""
        await _keep(0)
        return cls()

    def __getattr__(self, name: str) -> Any:
        if "sandbox" in vars(self) or name.startswith("__"):
            raise AttributeError(name)
        vars(self).update(_kept[self._steps].copy() | vars(self))
        return getattr(self, name)

    async def advance(self, *, before: str | None = None, after: str | None = None) -> None:
        """As a world does; at once where nothing was looked at or changed."""
        if self._steps or len(vars(self)) > 1:
            await super().advance(before=before, after=after)
            return
        steps = len(LIFE)
        if before is not None:
            steps = LIFE.index(before)
        if after is not None:
            steps = min(steps, LIFE.index(after) + 1)
        await _keep(steps)
        self._steps = steps


async def _keep(steps: int) -> None:
    """Play on from the last snapshot before, keeping each step."""
    if not _kept:
        world = World()
        await world.found()
        _kept[0] = Snapshot.of(vars(world))
    last = max(place for place in _kept if place <= steps)
    world = KeptWorld()
    world._steps = last
    for place in range(last, steps):
        await world.step(LIFE[place])
        _kept[place + 1] = Snapshot.of(vars(world))
