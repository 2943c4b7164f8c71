"""An invitation to a meeting, in the reader's words and in the desk's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location

from helpdesk.web.language import _


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a card says. ``kind``: new, cancelled, answer or event."""

    kind: str
    title: str
    what: str
    when: str
    where: str
    organizer: str
    repeats: str


def invitation(said: dict[str, Any], zone: ZoneInfo, locale: str) -> Invitation:
    """The card for one of a message's ``invitations`` (see ``channels.email.invitations``)."""
    kind, title = _titled(said)
    return Invitation(
        kind=kind,
        title=title,
        what=str(said.get("what", "")),
        when=_when(str(said.get("start", "")), str(said.get("end", "")), zone, locale),
        where=str(said.get("where", "")),
        organizer=_person(said.get("organizer") or {}),
        repeats=_frequencies().get(str(said.get("repeats", "")), ""),
    )


def _titled(said: dict[str, Any]) -> tuple[str, str]:
    method = said.get("method")
    if method == "CANCEL":
        return "cancelled", _("Meeting cancelled")
    if method == "REPLY":
        return "answer", _answer(said)
    if method in ("REQUEST", "ADD"):
        return "new", _("Invitation to a meeting")
    if method in ("COUNTER", "DECLINECOUNTER"):
        return "new", _("Another time is proposed")
    return "event", _("Calendar entry")


def _answer(said: dict[str, Any]) -> str:
    who = _person(said.get("attendee") or {})
    answers = {
        "ACCEPTED": _("%(who)s accepts", who=who),
        "DECLINED": _("%(who)s declines", who=who),
        "TENTATIVE": _("%(who)s may come", who=who),
    }
    return answers.get(str(said.get("answer")), _("%(who)s answers an invitation", who=who))


def _person(said: dict[str, str]) -> str:
    name, address = said.get("name", ""), said.get("address", "")
    if not name or name == address:
        return address
    return f"{name} <{address}>" if address else name


def _frequencies() -> dict[str, str]:
    return {
        "DAILY": _("Every day"),
        "WEEKLY": _("Every week"),
        "MONTHLY": _("Every month"),
        "YEARLY": _("Every year"),
    }


def _when(start: str, end: str, zone: ZoneInfo, locale: str) -> str:
    try:
        begins, ends = _moment(start), _moment(end) if end else None
    except ValueError:
        return ""
    if not isinstance(begins, datetime):
        last = ends - timedelta(days=1) if ends and ends > begins else begins
        return _days(begins, last, locale)
    is_floating = begins.tzinfo is None
    begins = begins if is_floating else begins.astimezone(zone)
    said = f"{_day(begins, locale)} {_clock(begins, locale)}"
    if isinstance(ends, datetime) and (ends.tzinfo is None) == is_floating:
        ends = ends if is_floating else ends.astimezone(zone)
        day = "" if ends.date() == begins.date() else f"{_day(ends, locale)} "
        said += f" – {day}{_clock(ends, locale)}" if ends > begins else ""
    where = _("no time zone given") if is_floating else _zone(zone, locale)
    return f"{said} ({where})"


def _moment(written: str) -> date | datetime:
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)


def _days(first: date, last: date, locale: str) -> str:
    days = _day(first, locale)
    if last > first:
        days += f" – {_day(last, locale)}"
    return _("%(days)s, all day", days=days)


def _day(at: date, locale: str) -> str:
    pattern = "EEE, d MMM y" if locale == "en" else "y年M月d日 EEE"
    return str(format_date(at, pattern, locale=locale))


def _clock(at: datetime, locale: str) -> str:
    return str(format_time(at.replace(tzinfo=UTC), "HH:mm", tzinfo=UTC, locale=locale))


def _zone(zone: ZoneInfo, locale: str) -> str:
    """The desk's time zone by its city."""
    return str(get_timezone_location(zone, locale=locale, return_city=True))
