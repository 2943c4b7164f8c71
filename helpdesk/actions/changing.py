"""The frame of every change that staff make to a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Ticket
from helpdesk.models.visibility import ticket_for
from helpdesk.rules.actor import Actor


@contextmanager
def changing(desk: Desk, actor: Actor, ticket_id: int) -> Iterator[tuple[WriteSession, Ticket]]:
    """The ticket under its row's lock, for an agent who may see it; told to all afterwards."""
    actor.must_be_staff()
    with desk.write() as session:
        ticket = ticket_for(session, actor, ticket_id, lock=True)
        yield session, ticket
        ticket.touch()
        audit.changed(session, ticket)
