"""The saved replies and macros that an agent may use."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Macro, SavedReply
from helpdesk.rules.actor import Actor

MOST = 500


def saved_replies(session: Session, actor: Actor, language: str = "") -> list[SavedReply]:
    """The agent's own and everybody's, by name; those in ``language`` first."""
    rows: Sequence[SavedReply] = session.scalars(
        select(SavedReply)
        .where(or_(SavedReply.agent_id == actor.id, SavedReply.agent_id.is_(None)))
        .order_by(SavedReply.name, SavedReply.id)
        .limit(MOST)
    ).all()
    spoken = language.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0]

    def distance(reply: SavedReply) -> int:
        if not reply.locale:
            return 1
        return 0 if reply.locale.split("_")[0] == spoken else 2

    return sorted(rows, key=distance)


def macros(session: Session) -> list[Macro]:
    return list(session.scalars(select(Macro).order_by(Macro.name).limit(MOST)))
