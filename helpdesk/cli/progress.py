"""How far a command is: a bar on stderr, and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

BEGINNING_OF_LINE = "\r\033[K"


class Bar:
    """Work of so many steps, and how many are done."""

    def __init__(self, shown: ProgressBar[int]) -> None:
        self._shown = shown

    def update(self, steps: int) -> None:
        """So many more steps are done."""
        self._shown.update(steps)

    def reach(self, done: int, of: int) -> None:
        """``done`` steps are done, of what turned out to be ``of``."""
        self._shown.length = max(of, 1)
        self._shown.update(done - self._shown.pos)

    def make_room(self) -> None:
        """Before a line of the answer: on a terminal it stands where the bar was."""
        if not self._shown.hidden and sys.stdout.isatty():
            click.echo(BEGINNING_OF_LINE, nl=False, err=True)


@contextmanager
def progress_bar(label: str, length: int = 1) -> Iterator[Bar]:
    """A bar of ``length`` steps; nothing at all where stderr is no terminal."""
    with click.progressbar(
        length=max(length, 1), label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        yield Bar(shown)
