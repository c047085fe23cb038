"""Saying what takes time: a spinner for people at a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.status import Status

# Plain output repeats itself at most this often while one step goes on.
_PLAIN_SECONDS = 10.0


class Step(Protocol):
    """One thing under way."""

    def detail(self, text: str) -> None:
        """Say how far it is."""


class Progress(Protocol):
    """Where progress is shown."""

    def step(self, title: str) -> AbstractContextManager[Step]:
        """Show that something begins, and at the end of the block how long it took."""

    def note(self, text: str) -> None:
        """Say something that is worth a line of its own."""


class _Spinning:
    def __init__(self, title: str, status: Status) -> None:
        self._title = title
        self._status = status

    def detail(self, text: str) -> None:
        self._status.update(f"{self._title}: [dim]{text}[/dim]")


class _Lines:
    def __init__(self, title: str, console: Console) -> None:
        self._title = title
        self._console = console
        self._said = time.monotonic()

    def detail(self, text: str) -> None:
        if time.monotonic() - self._said >= _PLAIN_SECONDS:
            self._said = time.monotonic()
            line = f"  {self._title}: {text}"
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class ConsoleProgress:
    """Progress on a rich console; standard error unless another console is given."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show that something begins, and at the end of the block how long it took."""
        start = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(title) as status:
                yield _Spinning(title, status)
        else:
            self.note(f"{title} ...")
            yield _Lines(title, self._console)
        self.note(f"{title}: done in {time.monotonic() - start:.1f} s")

    def note(self, text: str) -> None:
        """Print one line."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class Silence:
    """No progress at all, for tests and for programs that read standard error."""

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show nothing."""
        del title
        yield self

    def note(self, text: str) -> None:
        """Say nothing."""

    def detail(self, text: str) -> None:
        """Say nothing."""
