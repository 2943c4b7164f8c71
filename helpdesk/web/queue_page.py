"""What the side and the queue are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from helpdesk.queries.counts import LIMIT, counts
from helpdesk.queries.saved_views import Saved, saved_views
from helpdesk.queries.search import search
from helpdesk.queries.ticket_list import (
    EVERYTHING,
    PAGE,
    Page,
    View,
    ticket_list,
    understood,
    view_named,
)
from helpdesk.rules.ticket_filter import BadFilter
from helpdesk.web import words
from helpdesk.web.asked import Asked, asked
from helpdesk.web.current import actor, me
from helpdesk.web.filter_words import chips
from helpdesk.web.language import _, locale_name, ngettext
from helpdesk.web.look import age_of, due_of
from helpdesk.web.shared import number, shared_context

_ICONS = {
    "mine": "inbox",
    "unassigned": "hand",
    "open": "s-open",
    "waiting": "clock",
    "snoozed": "moon",
    "resolved": "check",
    "spam": "s-spam",
    "undelivered": "alert",
}
_ON_PHONE = ("mine", "unassigned", "open")  # at the foot; the menu of all views has the others
MOST_SAVED = 12  # in the side, with their counts; the menu has every one


def list_context(session: Session, *, open_id: int = 0, counting: bool = True) -> dict[str, Any]:
    """The side and the queue. Raises ``NotFound`` for a view that is not there, ``BadFilter``."""
    what = asked(strictly=not open_id)
    saved = saved_views(session, actor())
    view = _understood(session, _view(what, saved, lenient=bool(open_id)), lenient=bool(open_id))
    page = _page(session, view, what.q, "" if open_id else request.args.get("after", ""))
    in_side = _in_side(saved)
    numbers = counts(session, actor(), _counted(view, in_side)) if counting else {}
    titles = _titles() | {each.name: each.title for each in saved}
    return shared_context(what) | {
        "rows": page.rows,
        "after": page.after,
        "open_id": open_id,
        "when": age_of(datetime.now(UTC)),
        "due": due_of(datetime.now(UTC)),
        "title": _("Search") if what.q else titles[view.name],
        "total": "" if what.q else shown_count(numbers.get("shown", 0)),
        "unassigned": _unassigned_words(numbers.get("unassigned", 0)),
        "side": _side(titles, numbers),
        "saved": [_saved_item(each, numbers) for each in in_side],
        "every_saved": [_saved_item(each, numbers) for each in saved],
        "chips": chips(session, what, view) if what.wanted else [],
        "newest_first": view.newest_first,
        "columns": () if open_id or "rows" in request.args else what.table(saved),
    }


def _view(what: Asked, saved: list[Saved], *, lenient: bool) -> View:
    known = {each.name for each in saved}
    if lenient and what.name.startswith("saved/") and what.name not in known:
        return view_named("open", actor())
    return what.view(saved)


def _understood(session: Session, view: View, *, lenient: bool) -> View:
    try:
        return understood(session, view)
    except BadFilter:
        if not lenient:
            raise
        return view.narrowed(EVERYTHING)


def _page(session: Session, view: View, q: str, after: str) -> Page:
    if q:
        return search(session, actor(), request.args["q"], after)
    return ticket_list(session, actor(), view, after, number("size", PAGE))


def _counted_names() -> list[str]:
    """The views whose tickets are counted, in the order of the side."""
    teams = [f"team/{team.id}" for team in me().my_teams]
    return ["mine", "unassigned", *teams, "open", "waiting", "snoozed", "undelivered"]


def _in_side(saved: Sequence[Saved]) -> list[Saved]:
    """As many as fit, of both kinds: one's own leave room for those of everybody."""
    own = [each for each in saved if not each.is_shared]
    shared = [each for each in saved if each.is_shared]
    room = max(MOST_SAVED - len(shared), MOST_SAVED // 2)
    return [*own[:room], *shared][:MOST_SAVED]


def _counted(view: View, in_side: Sequence[Saved]) -> list[View]:
    """Every view of the side, and the one that is shown, filter and all."""
    every = [view_named(name, actor()) for name in _counted_names()]
    return [*every, *(each.view for each in in_side), view.called("shown")]


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
        for name in (*_counted_names(), "resolved", "spam")
        if name != "undelivered" or numbers.get(name)
    ]


def _saved_item(saved: Saved, numbers: dict[str, int]) -> dict[str, Any]:
    count = shown_count(numbers.get(saved.name, 0))
    return {"name": saved.name, "title": saved.title, "count": count, "icon": "filter"}


def shown_count(count: int) -> str:
    return f"{LIMIT - 1}+" if count >= LIMIT else str(count or "")


def _unassigned_words(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(num)s ticket has no one yet.", "%(num)s tickets have no one yet.", count)
