"""How many tickets wait in each view, counted no further than a glance needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import ScalarSelect, Select, func, literal_column, select
from sqlalchemy.orm import Session

from helpdesk.models import Ticket, now
from helpdesk.queries.filtered import values_of
from helpdesk.queries.ticket_list import View, conditions, understood
from helpdesk.rules.actor import Actor
from helpdesk.rules.ticket_filter import BadFilter

LIMIT = 1000  # a count of this much means "this or more"


def counts(session: Session, actor: Actor, views: Sequence[View]) -> dict[str, int]:
    """The number of tickets by view name, ``LIMIT`` at most, in one query."""
    if not views:
        return {}
    views, moment = [_countable(session, view) for view in views], now()
    values = {k: v for view in views for k, v in values_of(view.filter, moment).items()}
    row = session.connection().execute(_question(actor, tuple(views)), values).one()
    return dict(zip((view.name for view in views), row, strict=True))


def _countable(session: Session, view: View) -> View:
    """A kept view may ask for a field that is no more: nothing fits it, and the rest is counted."""
    try:
        return understood(session, view)
    except BadFilter:
        return View(view.name, "FALSE")


@lru_cache(1024)
def _question(actor: Actor, views: tuple[View, ...]) -> Select[*tuple[int, ...]]:
    return select(*(_count(actor, view) for view in views))


def _count(actor: Actor, view: View) -> ScalarSelect[int]:
    found: Select[*tuple[int]] = (
        select(literal_column("1")).select_from(Ticket).where(*conditions(view, actor))
    )
    return select(func.count()).select_from(found.limit(LIMIT).subquery()).scalar_subquery()
