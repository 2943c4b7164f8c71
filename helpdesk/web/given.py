"""Reading what a form or an address gave: numbers, tickets' numbers, times, places in a list."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import request

from helpdesk.models import NotPossible
from helpdesk.models.visibility import NotFound
from helpdesk.web.current import desk
from helpdesk.web.language import _

FARTHEST_YEAR = 2200


def number_asked(name: str) -> int | None:
    """A number of the address; None when there is none."""
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def chosen(name: str) -> int | None:
    """The id that was chosen, or None for nothing. Raises ``NotFound`` for what is no id."""
    given = request.form.get(name, "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdecimal()) or len(given) > 9:
        raise NotFound(_("There is nothing of this number."))
    return int(given)


def ticket_number(name: str) -> int:
    """A ticket's number, as somebody writes it: 42 or #42. Raises ``NotPossible``."""
    given = request.form.get(name, "").strip().removeprefix("#").strip()
    if not (given.isascii() and given.isdecimal()) or len(given) > 9:
        raise NotPossible(_("Give the number of the ticket."))
    return int(given)


def time_given(name: str) -> datetime | None:
    """A time, or None; without a zone it is the company's. Raises ``NotPossible``."""
    given = request.form.get(name, "").strip()
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(desk().settings.timezone))
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotPossible(_("Choose a day and a time.")) from None
    if at.year > FARTHEST_YEAR:
        raise NotPossible(_("Choose a day that you will see."))
    return at


def place(text: str) -> tuple[datetime, int] | None:
    """Where a page of a list by time begins, as ``place_said`` says it; None: at the top."""
    at, _slash, number = text.partition("/")
    try:
        found = datetime.fromisoformat(at), int(number)
    except ValueError:
        return None
    return found if found[0].tzinfo else None


def place_said(place: tuple[datetime, int] | None) -> str:
    """``place`` in an address; "" where there is no next page."""
    return f"{place[0].isoformat()}/{place[1]}" if place else ""
