"""Telling the colleagues whom a note names."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions import notifications
from helpdesk.database import WriteSession
from helpdesk.models import Agent, Message, Ticket
from helpdesk.rules.actor import Actor
from helpdesk.rules.mentions import mentioned


def tell(session: WriteSession, actor: Actor, ticket: Ticket, message: Message) -> None:
    """Leave a notification for everybody whom the note names, but for its writer."""
    if "@" not in message.text:
        return
    people = session.execute(select(Agent.id, Agent.name, Agent.email).where(Agent.active)).all()
    named = [each for each in mentioned(message.text, map(tuple, people)) if each != actor.id]  # type: ignore[arg-type]
    if named:
        notifications.tell(session, ticket, message, named, kind="mention", by=actor.name)
