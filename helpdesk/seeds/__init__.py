"""The demo company Tarnfold, an outdoor shop: planted on the first run, and for benchmarks.

The people and their stories are written by hand and come in by the real walks; what a bigger
desk needs beyond them is made up in bulk. The same every time, and a repeat adds what is missing.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from helpdesk.actions.inboxes import DEFAULT_ADDRESS
from helpdesk.desk import Desk
from helpdesk.models import Agent, Ticket, now
from helpdesk.seeds.articles import plant_articles
from helpdesk.seeds.bulk import plant_bulk
from helpdesk.seeds.canned import plant_canned
from helpdesk.seeds.company import COLLEAGUES, PASSWORD, plant_company
from helpdesk.seeds.ratings import plant_ratings
from helpdesk.seeds.record import plant_people
from helpdesk.seeds.service import plant_service_levels
from helpdesk.seeds.standing import plant_standing
from helpdesk.seeds.stories import STORIES
from helpdesk.seeds.telling import bookmark, tell

SUPPORT_ADDRESS = DEFAULT_ADDRESS
DEMO_PASSWORD = PASSWORD
DEMO_LOGINS: list[tuple[str, str]] = [(one.email, one.role.value) for one in COLLEAGUES]


def is_empty(desk: Desk) -> bool:
    """Whether nobody works here yet, and nobody has written."""
    with desk.read() as session:
        return not (
            session.scalar(select(Agent.id).limit(1)) or session.scalar(select(Ticket.id).limit(1))
        )


def plant(
    desk: Desk, *, tickets: int = 40, progress: Callable[[int], object] | None = None
) -> None:
    """Fill the desk with the demo company, up to ``tickets`` tickets.

    The written stories are always told, even when ``tickets`` is less. ``progress`` is called
    with how many more tickets there are.
    """
    report = progress or (lambda _count: None)
    moment = now()
    plant_company(desk)
    plant_people(desk, moment)
    plant_articles(desk)
    place = bookmark(desk, STORIES)
    present = _count(desk)
    report(min(present, tickets))
    plant_bulk(desk, tickets - present - place.unbegun, moment, report)
    if place.stories:
        tell(desk, place, moment, report)
    plant_standing(desk, moment)
    plant_service_levels(desk)
    plant_ratings(desk, moment)
    plant_canned(desk)


def _count(desk: Desk) -> int:
    with desk.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0
