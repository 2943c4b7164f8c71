"""Every step of a walk that the outside world could see, counted; at one of them the end comes.

A step is a moment before a statement, around a commit, around an fsync or a rename, or around
each word to and from a mail server or a provider: the moments between which a kill -9 differs.
"""

from __future__ import annotations

import imaplib
import os
import resource
import signal
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

BEFORE_COMMIT, AFTER_COMMIT = "before COMMIT", "after COMMIT"


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill_the_disk() -> None:
    """From now on the kernel refuses this process every write to a file, as a full disk does."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # a log that cannot be written is another story
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


class Steps:
    """Counts while armed. Each name goes to ``report`` at once: the dead tell nothing later."""

    def __init__(self, report: int, end_at: int | None, end: Callable[[], None]) -> None:
        self._report = report
        self._end_at, self._end = end_at, end
        self._count = 0
        self._armed = False

    @contextmanager
    def armed(self) -> Iterator[None]:
        self._armed = True
        try:
            yield
        finally:
            self._armed = False

    def __call__(self, name: str) -> None:
        if not self._armed:
            return
        self._count += 1
        os.write(self._report, f"{name}\n".encode())
        if self._count == self._end_at:
            self._end()

    def watch(self) -> None:
        """Put the hooks in place, for this process and for good."""
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", lambda _connection: self(BEFORE_COMMIT))
        event.listen(Session, "after_commit", lambda _session: self(AFTER_COMMIT))
        for owner, name, step in (
            (os, "fsync", "before fsync"),
            (os, "rename", "before rename"),
            (os, "replace", "before rename"),
            (smtplib.SMTP, "getreply", "before SMTP answer"),
            (imaplib.IMAP4, "send", "before IMAP words"),
            (HTTPAdapter, "send", "before HTTP request"),
        ):
            setattr(owner, name, self._announced(step, getattr(owner, name)))
        for owner, name, step in (
            (smtplib.SMTP, "getreply", "after SMTP answer"),
            (HTTPAdapter, "send", "after HTTP answer"),
        ):
            setattr(owner, name, self._reported(step, getattr(owner, name)))

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self("before " + " ".join(statement.split())[:60])

    def _announced(self, step: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def announced(*args: Any, **kwargs: Any) -> Any:
            self(step)
            return do(*args, **kwargs)

        return announced

    def _reported(self, step: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def reported(*args: Any, **kwargs: Any) -> Any:
            answer = do(*args, **kwargs)
            self(step)
            return answer

        return reported


def must_be_tried(step: str) -> bool:
    """Around a commit, and while somebody else has our words and we not yet their answer."""
    return step.endswith((BEFORE_COMMIT, AFTER_COMMIT, "before SMTP answer", "HTTP answer"))
