"""Following a mailbox for as long as the desk runs."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from channels.email.mailbox import MAX_BYTES, FetchedMail, Mailbox, Position
from channels.email.settings import EmailSettings
from channels.message import PermanentFailure, TemporaryFailure

IDLE_SECONDS = 240.0  # servers and firewalls drop what is silent for long
POLL_SECONDS = 30.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 120.0


def follow(
    settings: EmailSettings,
    position: Position | None,
    take: Callable[[FetchedMail], None],
    stop: threading.Event,
    on_state: Callable[[str], None] = lambda sentence: None,
    max_bytes: int = MAX_BYTES,
) -> None:
    """Hand every mail above ``position`` to ``take``, one by one, until ``stop`` is set.

    ``take`` returns once the mail is stored; when it raises, the same mail comes again after a
    pause. Connections are made again for ever, with exponential backoff and jitter. ``on_state``
    hears "" when the mailbox is read, and a sentence when it cannot be. Of a mail of more than
    ``max_bytes`` only the beginning is handed over.
    """
    pauses = 0
    while not stop.is_set():
        try:
            with Mailbox(settings, max_bytes) as mailbox:
                on_state("")
                while not stop.is_set():
                    for mail in mailbox.fetch_above(position):
                        take(mail)
                        position = mail.position
                        pauses = 0
                        if stop.is_set():
                            return
                    pauses = 0
                    mailbox.wait(IDLE_SECONDS if mailbox.can_idle else POLL_SECONDS, stop)
        except Exception as problem:
            known = isinstance(problem, TemporaryFailure | PermanentFailure)
            on_state(str(problem) if known else f"{type(problem).__name__}: {problem}")
            stop.wait(pause(pauses))
            pauses += 1


def pause(number: int) -> float:
    """Seconds before attempt ``number`` + 1: doubling, with jitter, so that a fleet spreads."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(number, 10))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
