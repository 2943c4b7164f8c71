"""The tags there are, for whoever writes one."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Tag

MOST = 8


def tags_with(session: Session, words: str) -> list[str]:
    """The tags that have ``words`` in them, those that begin so first."""
    place = func.instr if session.get_bind().dialect.name == "sqlite" else func.strpos
    where = Tag.name.contains(words, autoescape=True)
    begins = place(Tag.name, words) > 1
    return list(
        session.scalars(select(Tag.name).where(where).order_by(begins, Tag.name).limit(MOST))
    )
