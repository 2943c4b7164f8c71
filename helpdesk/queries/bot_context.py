"""What a bot turn must know of its ticket besides the words."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import BotTurn, Message, TurnState, now
from helpdesk.rules.actor import ActorKind
from helpdesk.rules.bot_policy import MOST_SILENCES

HERE = timedelta(minutes=10)


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
    """Whether a person of ours said something within the last minutes, in any ticket."""
    latest = select(Message.author_kind, Message.created_at).order_by(Message.id.desc()).limit(500)
    recent = latest.subquery()
    found = session.scalar(
        select(recent.c.created_at)
        .where(recent.c.author_kind == ActorKind.AGENT.value, recent.c.created_at > now() - HERE)
        .limit(1)
    )
    return found is not None
