"""Tags: another name, two made one, and gone."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import NotPossible, Tag, ticket_tags
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role

KEEPERS = (Role.SUPERVISOR, Role.ADMIN)


def rename(desk: Desk, actor: Actor, tag_id: int, name: str) -> None:
    """Raises ``NotPossible`` when another tag has the name: merge them."""
    actor.must_be(*KEEPERS)
    name = " ".join(name.split()).lower()[:40]
    if not name:
        raise NotPossible("A tag needs a name.")
    with desk.write() as session:
        tag = _tag(session, tag_id)
        if tag.name == name:
            return
        if session.scalar(select(Tag.id).where(Tag.name == name)) is not None:
            raise NotPossible("There is a tag %(name)s already. Merge the two.", name=name)
        audit.record(session, actor, "tag.renamed", tag=tag_id, was=tag.name, name=name)
        tag.name = name


def merge(desk: Desk, actor: Actor, tag_id: int, into_name: str) -> None:
    """Every ticket with the first tag has the second instead; the first is gone."""
    actor.must_be(*KEEPERS)
    with desk.write() as session:
        tag, into = _tag(session, tag_id), _named(session, into_name)
        if tag.id == into.id:
            raise NotPossible("A tag cannot be merged with itself.")
        into_id, column = into.id, ticket_tags.c.ticket_id
        has_both = select(column).where(ticket_tags.c.tag_id == into_id)
        lacks_it = select(column).where(ticket_tags.c.tag_id == tag_id, column.not_in(has_both))
        missing = list(session.scalars(lacks_it))
        if missing:
            session.execute(
                insert(ticket_tags), [{"ticket_id": one, "tag_id": into_id} for one in missing]
            )
        audit.record(session, actor, "tag.merged", was=tag.name, into=into.name, tag=into_id)
        _remove(session, tag)


def remove(desk: Desk, actor: Actor, tag_id: int) -> None:
    """The tickets stay; the tag goes from them."""
    actor.must_be(*KEEPERS)
    with desk.write() as session:
        tag = _tag(session, tag_id)
        audit.record(session, actor, "tag.removed", tag=tag_id, name=tag.name)
        _remove(session, tag)


def _remove(session: WriteSession, tag: Tag) -> None:
    session.execute(delete(ticket_tags).where(ticket_tags.c.tag_id == tag.id))
    session.delete(tag)


def _tag(session: WriteSession, tag_id: int) -> Tag:
    tag = session.get(Tag, tag_id)
    if tag is None:
        raise NotFound("There is no such tag.")
    return tag


def _named(session: WriteSession, name: str) -> Tag:
    tag = session.scalar(select(Tag).where(Tag.name == " ".join(name.split()).lower()))
    if tag is None:
        raise NotFound("There is no such tag.")
    return tag
