"""What a bot turn must know of its ticket besides the words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import AgentSession, AuditEvent, BotTurn, Message, TurnState, now
from helpdesk.rules.actor import ActorKind
from helpdesk.rules.bot_policy import MOST_SILENCES

HERE = timedelta(minutes=2)
MOST_NOTES = 20  # of the bot, among which its last handoff is looked for


@dataclass(frozen=True, slots=True)
class Handback:
    """What people settled before they gave the ticket back, and what the bot had collected before
    them: lines of the last handoff's summary by their names (order_number, ticket_email, ...)."""

    settled: str = ""
    collected: dict[str, str] = field(default_factory=dict)


def handback(session: Session, ticket_id: int, epoch: int) -> Handback:
    """Empty in the first epoch: nobody has given the ticket back yet."""
    if not epoch:
        return Handback()
    data = session.scalar(
        select(AuditEvent.data)
        .where(AuditEvent.ticket_id == ticket_id, AuditEvent.event == "ticket.handed_back")
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    notes = session.scalars(
        select(Message.facts)
        .where(
            Message.ticket_id == ticket_id,
            Message.visibility == "note",
            Message.author_kind == ActorKind.BOT.value,
        )
        .order_by(Message.seq.desc())
        .limit(MOST_NOTES)
    )
    handoffs = [facts["handoff"] for facts in notes if "handoff" in facts]
    lines = handoffs[0].get("collected", []) if handoffs else []
    named = [str(line).partition(": ") for line in lines]
    collected = {name: value for name, colon, value in named if colon}
    return Handback(str((data or {}).get("settled", "")), collected)


def silences(session: Session, ticket_id: int, epoch: int) -> int:
    """How many of the last turns in a row something stood in for Rasa."""
    states = session.scalars(
        select(BotTurn.state)
        .where(
            BotTurn.ticket_id == ticket_id,
            BotTurn.epoch == epoch,
            BotTurn.state != TurnState.DUE.value,
        )
        .order_by(BotTurn.id.desc())
        .limit(MOST_SILENCES)
    ).all()
    return sum(state == TurnState.STOOD_IN.value for state in states)


def people_are_here(session: Session) -> bool:
    """Whether an agent has a page of the desk open now, or has just said something: who answers
    from their own mail program has no page."""
    since = now() - HERE
    page_is_open = select(AgentSession.id).where(AgentSession.seen_at > since).limit(1)
    return session.scalar(page_is_open) is not None or _people_wrote(session, since)


def _people_wrote(session: Session, since: datetime) -> bool:
    latest = select(Message.author_kind, Message.created_at).order_by(Message.id.desc()).limit(500)
    recent = latest.subquery()
    found = session.scalar(
        select(recent.c.created_at)
        .where(recent.c.author_kind == ActorKind.AGENT.value, recent.c.created_at > since)
        .limit(1)
    )
    return found is not None
