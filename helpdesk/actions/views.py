"""Keeping views: one's own, and those of everybody."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import NotPossible, SavedView
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.ticket_filter import read, written

LONGEST = 60  # characters of a name


def save(
    desk: Desk, actor: Actor, name: str, query: str, *, columns: str = "", shared: bool = False
) -> int:
    """Keep a filter under a name; the same name again is the same view. Its id.

    Raises ``BadFilter`` for words that are no filter, ``NotAllowed`` for an agent who shares.
    """
    actor.must_be_staff()
    if shared:
        actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    title = " ".join(name.split())[:LONGEST]
    if not title:
        raise NotPossible("Give the view a name.")
    kept = written(read(query))
    with desk.write() as session:
        owner = None if shared else actor.id
        view = _named(session, title, owner) or SavedView(name=title, agent_id=owner)
        view.query, view.columns = kept, columns
        session.add(view)
        session.flush()
        audit.record(session, actor, "view.saved", name=title, shared=shared, view=view.id)
        return view.id


def _named(session: WriteSession, title: str, owner: int | None) -> SavedView | None:
    own = SavedView.agent_id.is_(None) if owner is None else SavedView.agent_id == owner
    return session.scalar(select(SavedView).where(SavedView.name == title, own))


def remove(desk: Desk, actor: Actor, view_id: int) -> None:
    """Forget a view: one's own, or, for supervisors, a shared one. Raises ``NotFound``."""
    with desk.write() as session:
        view = session.get(SavedView, view_id)
        if view is None or view.agent_id not in (None, actor.id):
            raise NotFound("There is no such view.")
        if view.agent_id is None:
            actor.must_be(Role.SUPERVISOR, Role.ADMIN)
        audit.record(session, actor, "view.removed", name=view.name, view=view.id)
        session.delete(view)
