"""Commits of other processes, where there is no Redis: read from the change rows."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import delete, func, select

from helpdesk.desk import Desk
from helpdesk.live.pokes import Pokes
from helpdesk.models import Change, now

KEPT = timedelta(hours=1)
PRUNE_EVERY = 600.0  # seconds
LATE = 10.0  # seconds that a transaction may take to commit after it took its row's id


class Tail:
    """Follows the change rows from where they end when the first look is made.

    Ids are taken before the commit, so a lower one may show up after a higher one: the last
    seconds are read again, and what was told already is left out.
    """

    def __init__(self, desk: Desk, pokes: Pokes) -> None:
        self._desk = desk
        self._pokes = pokes
        self._floor: int | None = None
        self._told: dict[int, float] = {}
        self._prune_at = 0.0

    def look(self) -> None:
        if self._floor is None:
            self._floor = self._newest()
            return
        fresh = self._fresh(self._floor)
        for ticket, version in fresh.items():
            self._pokes.poke(ticket, version)
        self._forget()
        self._prune()

    def _newest(self) -> int:
        with self._desk.read() as session:
            return session.scalar(select(func.max(Change.id))) or 0

    def _fresh(self, floor: int) -> dict[int, int]:
        """By ticket the newest version that was not told yet."""
        with self._desk.read() as session:
            rows = session.execute(
                select(Change.id, Change.ticket_id, Change.version)
                .where(Change.id > floor)
                .order_by(Change.id)
            ).all()
        fresh = [row for row in rows if row.id not in self._told]
        self._told |= {row.id: time.monotonic() for row in fresh}
        return {row.ticket_id: row.version for row in fresh}

    def _forget(self) -> None:
        old = [row for row, at in self._told.items() if time.monotonic() - at > LATE]
        if old:
            self._floor = max(old)
            self._told = {row: at for row, at in self._told.items() if row > self._floor}

    def _prune(self) -> None:
        """Old rows go; the newest stays, or SQLite would give its id out again."""
        if time.monotonic() < self._prune_at:
            return
        self._prune_at = time.monotonic() + PRUNE_EVERY
        newest = self._newest()
        if newest:
            with self._desk.write() as session:
                session.execute(delete(Change).where(Change.at < now() - KEPT, Change.id < newest))
