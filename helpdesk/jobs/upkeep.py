"""Hourly upkeep: files that nothing refers to are collected."""

from __future__ import annotations

import threading

import structlog
from sqlalchemy import select

from helpdesk.desk import Desk
from helpdesk.models import Attachment, Envelope

log = structlog.get_logger(__name__)

EVERY = 3600.0  # seconds


class Upkeep:
    """A thread that tidies once an hour."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                collect_files(self._desk)
            except Exception:
                log.exception("upkeep.failed")


def collect_files(desk: Desk) -> int:
    """Delete stored files older than a day that no row refers to; how many went."""
    with desk.read() as session:
        referenced = set(session.scalars(select(Attachment.sha256).where(Attachment.sha256 != "")))
        referenced |= set(session.scalars(select(Envelope.raw_file).where(Envelope.raw_file != "")))
    return desk.files.collect(referenced)
