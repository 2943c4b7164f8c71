"""Opening the desk for one command, ready to use."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import structlog

from helpdesk.config import load_settings

if TYPE_CHECKING:
    from helpdesk.desk import Desk


@contextmanager
def open_for_command(*, upgrade: bool = True) -> Iterator[Desk]:
    """The desk of this machine's settings. A fresh database gets its schema first."""
    from helpdesk import memory
    from helpdesk.desk import opened
    from helpdesk.schema import prepare

    # What is logged goes beside the answer, never into it.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    with opened(load_settings()) as desk:
        if upgrade:
            prepare(desk.database)
        if desk.settings.redis_url:
            from helpdesk import live

            live.attach_writer(desk)
        memory.settle()
        yield desk


def say_json(value: dict[str, Any]) -> None:
    """One JSON object on a line of its own, at once."""
    click.echo(json.dumps(value, ensure_ascii=False))
