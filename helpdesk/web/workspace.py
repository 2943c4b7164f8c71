"""What the workspace's templates are given, from what the queries know."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from helpdesk.models.visibility import NotFound
from helpdesk.queries import transcript
from helpdesk.queries.colleagues import who_may_take
from helpdesk.queries.counts import LIMIT, counts
from helpdesk.queries.customer_card import customer_card
from helpdesk.queries.search import search
from helpdesk.queries.ticket_list import PAGE, Page, View, ticket_list, view_named
from helpdesk.queries.ticket_page import TicketHead, participants, ticket_head
from helpdesk.web import snooze_times, words
from helpdesk.web.current import actor, desk, me
from helpdesk.web.language import _, locale_name, ngettext
from helpdesk.web.look import age_of
from helpdesk.web.reply_ways import ways_for
from helpdesk.web.thread_reasons import reason

_ICONS = {
    "mine": "inbox",
    "unassigned": "hand",
    "open": "s-open",
    "waiting": "clock",
    "snoozed": "moon",
    "resolved": "check",
}
_ON_PHONE = ("mine", "unassigned", "open", "resolved")


def shared_context() -> dict[str, Any]:
    """What every part of the workspace needs."""
    view, q = request.args.get("view", ""), request.args.get("q", "").strip()
    view = view if _may_be_view(view) else "open"
    return {
        "staff": me(),
        "view": view,
        "q": q,
        "query": "?" + urlencode({"view": view, **({"q": q} if q else {})}, safe="/"),
        "tickets_url": url_for("tickets.queue"),
        "articles_url": "/articles",
        "files_url": "/attachments",
        "reason": reason,
    }


def _may_be_view(name: str) -> bool:
    """A ticket opens whatever view its address names."""
    try:
        view_named(name, actor())
    except NotFound:
        return False
    return True


def number(name: str, default: int = 0) -> int:
    """A whole number in the address; anything else is ``default``."""
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else default


def list_context(session: Session, *, open_id: int = 0, counting: bool = True) -> dict[str, Any]:
    """The side and the queue. Raises ``NotFound`` for a view that is not there."""
    context = shared_context()
    if not open_id and "view" in request.args:
        view_named(request.args["view"], actor())
    page = _page(
        session, context["view"], context["q"], "" if open_id else request.args.get("after", "")
    )
    numbers = counts(session, actor(), _counted_views()) if counting else {}
    titles = _titles()
    context |= {
        "rows": page.rows,
        "after": page.after,
        "open_id": open_id,
        "when": age_of(datetime.now(UTC)),
        "title": _("Search") if context["q"] else titles[context["view"]],
        "total": "" if context["q"] else shown_count(numbers.get(context["view"], 0)),
        "unassigned": _unassigned_words(numbers.get("unassigned", 0)),
        "side": _side(titles, numbers),
    }
    return context


def _page(session: Session, view: str, q: str, after: str) -> Page:
    if q:
        return search(session, actor(), request.args["q"], after)
    return ticket_list(session, actor(), view_named(view, actor()), after, number("size", PAGE))


def _counted_names() -> list[str]:
    """The views whose tickets are counted, in the order of the side."""
    teams = [f"team/{team.id}" for team in me().my_teams]
    return ["mine", "unassigned", *teams, "open", "waiting", "snoozed"]


def _counted_views() -> list[View]:
    return [view_named(name, actor()) for name in _counted_names()]


def _titles() -> dict[str, str]:
    return words.views(locale_name()) | {f"team/{team.id}": team.name for team in me().teams}


def _side(titles: dict[str, str], numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": titles[name],
            "icon": _ICONS.get(name, "users"),
            "count": shown_count(numbers.get(name, 0)),
            "on_phone": name in _ON_PHONE,
        }
        for name in (*_counted_names(), "resolved")
    ]


def shown_count(count: int) -> str:
    return f"{LIMIT - 1}+" if count >= LIMIT else str(count or "")


def _unassigned_words(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(num)s ticket has no one yet.", "%(num)s tickets have no one yet.", count)


def ticket_context(
    session: Session, ticket_id: int, *, draft: str = "", mode: str = "reply", conflict: str = ""
) -> dict[str, Any]:
    """One open ticket. Raises ``NotFound``."""
    head = ticket_head(session, actor(), ticket_id)
    before = number("before")
    shown = (
        transcript.earlier(session, actor(), ticket_id, before)
        if before
        else transcript.latest(session, actor(), ticket_id)
    )
    return {
        **shared_context(),
        **_around(session, head),
        "transcript": shown,
        "ways": ways_for(session, head),
        "client_id": str(uuid.uuid4()),
        "draft": draft,
        "mode": mode,
        "conflict": conflict,
    }


def _around(session: Session, head: TicketHead) -> dict[str, Any]:
    return _at_the_head(session, head) | {
        "card": customer_card(session, actor(), head.customer_id, but_ticket=head.id)
    }


def _at_the_head(session: Session, head: TicketHead) -> dict[str, Any]:
    return {
        "head": head,
        "colleagues": who_may_take(session, head.team_id),
        "people": [p for p in participants(session, head.id) if p.is_extra],
        "snooze_times": snooze_times.choices(datetime.now(UTC), ZoneInfo(desk().settings.timezone)),
    }


def _is_only_ours(news: transcript.Transcript, known: int, version: int) -> bool:
    """Whether our own messages and their receipts are all that changed since version ``known``.

    Each change takes a version of its own, so what else changed would leave a gap. The customer's
    card stays as it is then, and need not be drawn again.
    """
    ours = {
        turn.version for turn in news.turns
        if isinstance(turn, transcript.Said) and turn.direction == "outbound"
    }  # fmt: skip
    return len(ours) == len(news.turns) == version - known


def pull(session: Session, ticket_id: int, *, conflict: str = "") -> str:
    """What changed since the page was up to date, as a fragment."""
    head = ticket_head(session, actor(), ticket_id)
    version, event = number("after"), number("event")
    news = transcript.since(session, actor(), ticket_id, version, event)
    has_news = head.version > version
    around: dict[str, Any] = {"head": head}
    if has_news:
        is_ours = _is_only_ours(news, version, head.version)
        around = _at_the_head(session, head) if is_ours else _around(session, head)
    return render_template(
        "workspace/pull.html",
        **shared_context(),
        **around,
        transcript=news,
        has_news=has_news,
        conflict=conflict,
    )
