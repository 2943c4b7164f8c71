"""What an agent is told of, as far as they may still see the tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Notification, Ticket
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor

LATEST = 20
MOST = 100  # counted no further


@dataclass(frozen=True, slots=True)
class Told:
    id: int
    kind: str
    ticket: int
    subject: str
    message: int | None
    by: str
    words: str
    at: datetime
    is_read: bool


def latest(session: Session, actor: Actor) -> list[Told]:
    """The newest first."""
    rows = session.execute(
        select(
            Notification.id,
            Notification.kind,
            Notification.ticket_id,
            Ticket.subject,
            Notification.message_id,
            Notification.by,
            Notification.words,
            Notification.created_at,
            Notification.read_at.is_not(None),
        )
        .join(Ticket, Ticket.id == Notification.ticket_id)
        .where(Notification.agent_id == actor.id, visible_to(actor))
        .order_by(Notification.id.desc())
        .limit(LATEST)
    )
    return [Told(*row) for row in rows]


def unread(session: Session, actor: Actor) -> int:
    """How many they have not seen, ``MOST`` at most."""
    found = (
        select(Notification.id)
        .join(Ticket, Ticket.id == Notification.ticket_id)
        .where(Notification.agent_id == actor.id, Notification.read_at.is_(None), visible_to(actor))
        .limit(MOST)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(found)) or 0
