"""The views that an agent keeps, and those that everybody shares."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import SavedView
from helpdesk.models.visibility import NotFound
from helpdesk.queries.ticket_list import View
from helpdesk.rules.actor import Actor
from helpdesk.rules.ticket_filter import BadFilter, Sort, TicketFilter, read

MOST = 50


@dataclass(frozen=True, slots=True)
class Saved:
    """A view that was kept. ``name`` is what the URL says."""

    id: int
    title: str
    query: str
    columns: str
    is_shared: bool

    @property
    def name(self) -> str:
        return f"saved/{self.id}"

    @property
    def filter(self) -> TicketFilter:
        """What it asks for; everything, when its words are not understood any more."""
        try:
            return read(self.query)
        except BadFilter:
            return TicketFilter()

    @property
    def view(self) -> View:
        wanted = self.filter
        return View(self.name, "", newest_first=wanted.sort is Sort.NEWEST, filter=wanted)


_OF_AGENT = (
    select(
        SavedView.id,
        SavedView.name,
        SavedView.query,
        SavedView.columns,
        SavedView.agent_id.is_(None),
    )
    .where(or_(SavedView.agent_id == bindparam("agent"), SavedView.agent_id.is_(None)))
    .order_by(SavedView.agent_id.is_(None), SavedView.name, SavedView.id)
    .limit(MOST)
)


def saved_views(session: Session, actor: Actor) -> list[Saved]:
    """The agent's own first, by name."""
    return [Saved(*row) for row in session.connection().execute(_OF_AGENT, {"agent": actor.id})]


def saved_view(views: list[Saved], name: str) -> Saved:
    """The one that a URL names. Raises ``NotFound``, also for another agent's."""
    for each in views:
        if each.name == name:
            return each
    raise NotFound("There is no such view.")
