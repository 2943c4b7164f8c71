"""Files that wait for the virus check: claimed, let through, found infected, or asked again.

Until clamd has answered a file is held: shown, not opened, never lost.
"""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions import audit, waiting_files
from helpdesk.desk import Desk
from helpdesk.models import Attachment, now
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.retry import next_try

HELD, INFECTED = "held", "infected"
LEASE = timedelta(seconds=180)
NEVER = timedelta(days=36_500)


def due(desk: Desk, limit: int = 100) -> list[int]:
    """Held files whose time to be checked has come."""
    return waiting_files.due(desk, HELD, limit) if desk.settings.clamd else []


def claim(desk: Desk, attachment_id: int) -> str | None:
    """Take the file for this worker until its lease ends: its digest, None when nothing is due."""
    with desk.write() as session:
        row = waiting_files.claim(session, attachment_id, HELD, LEASE)
        return row.sha256 if row else None


def clean(desk: Desk, attachment_id: int) -> None:
    """Nothing was found: it may be opened."""
    _settle(desk, attachment_id, "stored", "")


def infected(desk: Desk, attachment_id: int, virus: str) -> None:
    """Something was found: it stays where it is, and nobody opens it."""
    _settle(desk, attachment_id, INFECTED, virus)


def put_off(desk: Desk, attachment_id: int, reason: str) -> None:
    """clamd did not answer: it is asked again, for as long as it takes."""
    with desk.write() as session:
        row = session.get_one(Attachment, attachment_id, with_for_update=True)
        if row.state == HELD:  # nobody has let it through in the meantime
            row.due_at, row.reason = next_try(now(), row.attempts, row.created_at, NEVER), reason


def _settle(desk: Desk, attachment_id: int, state: str, reason: str) -> None:
    with desk.write() as session:
        row = session.get_one(Attachment, attachment_id)
        ticket = waiting_files.show(session, row)
        row.state, row.reason, row.due_at = state, reason, None
        if state == INFECTED:
            audit.record(
                session, SYSTEM, "file.infected", ticket=ticket, file=row.name, reason=reason
            )
