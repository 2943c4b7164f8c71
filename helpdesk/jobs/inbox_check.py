"""Trying an inbox's connection for somebody who waits: it ends in time."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from channels.base import ChannelSettings
from channels.message import PermanentFailure, TemporaryFailure
from helpdesk.desk import Desk

SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went: ``said`` is the reason in English, without a secret; "" when it is well."""

    well: bool
    said: str = ""
    in_time: bool = True


def try_connection(
    desk: Desk, channel: str, settings: ChannelSettings, seconds: float = SECONDS
) -> Tried:
    """Log in where the settings say so. A server that hangs is left behind after ``seconds``."""
    found: list[Tried] = []

    def run() -> None:
        try:
            desk.channels[channel].check(settings)
        except (TemporaryFailure, PermanentFailure) as fault:
            found.append(Tried(False, str(fault)))
        except Exception as fault:
            found.append(Tried(False, f"{type(fault).__name__}: {fault}"))
        else:
            found.append(Tried(True))

    thread = threading.Thread(target=run, name="inbox-check", daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else Tried(False, in_time=False)
