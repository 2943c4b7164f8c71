"""The tags there are: for whoever writes one, and for who keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Tag, ticket_tags

MOST = 8


def tags_with(session: Session, words: str) -> list[str]:
    """The tags that have ``words`` in them, those that begin so first."""
    place = func.instr if session.get_bind().dialect.name == "sqlite" else func.strpos
    where = Tag.name.contains(words, autoescape=True)
    begins = place(Tag.name, words) > 1
    return list(
        session.scalars(select(Tag.name).where(where).order_by(begins, Tag.name).limit(MOST))
    )


@dataclass(frozen=True, slots=True)
class UsedTag:
    id: int
    name: str
    tickets: int  # that have it


def used_tags(session: Session) -> list[UsedTag]:
    """Every tag, by name."""
    found = (
        select(Tag.id, Tag.name, func.count(ticket_tags.c.ticket_id))
        .outerjoin(ticket_tags, ticket_tags.c.tag_id == Tag.id)
        .group_by(Tag.id, Tag.name)
        .order_by(Tag.name)
    )
    return [UsedTag(*row) for row in session.execute(found)]
