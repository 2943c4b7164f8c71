"""What the page of a ticket is given, from what the queries know."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request
from sqlalchemy.orm import Session

from helpdesk.queries import transcript
from helpdesk.queries.colleagues import who_may_take
from helpdesk.queries.customer_card import customer_card
from helpdesk.queries.habits import habit_of
from helpdesk.queries.survey_invitations import rating_of
from helpdesk.queries.ticket_page import TicketHead, participants, ticket_head
from helpdesk.queries.turns import Said, Transcript
from helpdesk.web import snooze_times
from helpdesk.web.current import actor, desk
from helpdesk.web.look import due_of
from helpdesk.web.queue_page import list_context
from helpdesk.web.reply_ways import usual_time, usual_words, ways_for
from helpdesk.web.shared import number, place_asked, shared_context
from helpdesk.web.turn_offers import turn_offers

__all__ = ["list_context", "number", "place_asked", "pull", "shared_context", "ticket_context"]


def ticket_context(
    session: Session, ticket_id: int, *, draft: str = "", mode: str = "reply", conflict: str = ""
) -> dict[str, Any]:
    """One open ticket. Raises ``NotFound``."""
    head = ticket_head(session, actor(), ticket_id)
    before = place_asked()
    shown = (
        transcript.earlier(session, actor(), ticket_id, before)
        if before
        else transcript.latest(session, actor(), ticket_id)
    )
    return {
        **shared_context(),
        **_around(session, head),
        "transcript": shown,
        **turn_offers(session, head, shown),
        **_composer(session, head),
        "client_id": str(uuid.uuid4()),
        "draft": draft,
        "mode": mode,
        "conflict": conflict,
    }


def _composer(session: Session, head: TicketHead) -> dict[str, Any]:
    """How the reply may leave, and what is known of how the customer likes it."""
    zone = ZoneInfo(desk().settings.timezone)
    habit = habit_of(session, actor(), head.customer_id, zone)
    seen = habit.observed_channel
    ways = ways_for(session, head, seen.value if seen else "")
    return {
        "ways": ways,
        "usual_channel": usual_words(habit, ways),
        "usual_time": usual_time(habit, zone),
    }


def _around(session: Session, head: TicketHead) -> dict[str, Any]:
    return _at_the_head(session, head) | {
        "card": customer_card(session, actor(), head.customer_id, but_ticket=head.id),
        "rating": rating_of(session, head.id),
    }


def _at_the_head(session: Session, head: TicketHead) -> dict[str, Any]:
    return {
        "head": head,
        "due": due_of(datetime.now(UTC)),
        "colleagues": who_may_take(session, head.team_id),
        "people": [p for p in participants(session, head.id) if p.is_extra],
        "snooze_times": snooze_times.choices(datetime.now(UTC), ZoneInfo(desk().settings.timezone)),
    }


def _is_only_ours(news: Transcript, known: int, version: int) -> bool:
    """Whether our own messages and their receipts are all that changed since version ``known``.

    Each change takes a version of its own, so what else changed would leave a gap. The customer's
    card stays as it is then, and need not be drawn again.
    """
    ours = {
        turn.version for turn in news.turns
        if isinstance(turn, Said) and turn.direction == "outbound"
    }  # fmt: skip
    return len(ours) == len(news.turns) == version - known


def pull(
    session: Session, ticket_id: int, *, conflict: str = "", withdrawn: str | None = None
) -> str:
    """What changed since the page was up to date, as a fragment."""
    head = ticket_head(session, actor(), ticket_id)
    version, event = number("after"), number("event")
    news = transcript.since(session, actor(), ticket_id, version, event)
    around: dict[str, Any] = {"head": head}
    has_news = head.version > version
    if has_news and not _is_only_ours(news, version, head.version):
        around = _around(session, head)
    elif has_news and request.args.get("head") != head.mark:
        around = _at_the_head(session, head)
    return render_template(
        "workspace/pull.html",
        **shared_context(),
        **around,
        transcript=news,
        **turn_offers(session, head, news),
        conflict=conflict,
        withdrawn=withdrawn,
    )
