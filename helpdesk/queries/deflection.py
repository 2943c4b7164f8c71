"""Self-service: visits to the help centre that made a ticket unnecessary, by language.

By DESIGN's vocabulary a visit ends after 30 idle minutes; it counts when an article was opened, and
is deflected when no ticket followed within 24 hours. A ticket follows by the contact form, or by
the chat of the same browser: other channels do not know which visit was theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import HelpVisit, Ticket, now
from helpdesk.queries.reported import IN_EARNEST
from helpdesk.rules.help_visit import FOLLOWS_WITHIN


@dataclass(frozen=True, slots=True)
class Deflection:
    """The visits of one language that opened an article. ``judged`` ended a day ago, or were
    followed by a ticket already."""

    language: str
    visits: int
    judged: int
    deflected: int

    @property
    def share(self) -> float | None:
        """From 0 to 1, None while nothing can be judged."""
        return self.deflected / self.judged if self.judged else None


def deflection(session: Session, since: datetime) -> list[Deflection]:
    """The visits that began since then."""
    is_over = HelpVisit.last_at <= now() - FOLLOWS_WITHIN
    followed = exists().where(Ticket.id == HelpVisit.ticket_id, IN_EARNEST)
    rows = session.execute(
        select(
            HelpVisit.lang,
            func.count(),
            func.sum(case((or_(is_over, followed), 1), else_=0)),
            func.sum(case((and_(is_over, ~followed), 1), else_=0)),
        )
        .where(HelpVisit.began_at >= since, HelpVisit.articles_opened > 0)
        .group_by(HelpVisit.lang)
        .order_by(HelpVisit.lang)
    )
    return [Deflection(lang, visits, judged, calm) for lang, visits, judged, calm in rows]
