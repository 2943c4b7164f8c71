"""What calendar files say: an invitation, its cancellation, an answer to ours (RFC 5546)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from channels.email import charsets
from channels.email.charsets import clean_line
from channels.email.files import content
from channels.email.headers import normalized
from channels.email.structure import Part
from channels.email.time_zones import without_zones, zone_of
from channels.email.unpacked import Unpacked

MAX_CALENDAR = 100_000  # bytes that are read
MAX_LINES = 3_000
MAX_FILES = 3  # an invitation comes as a form of the mail, and often as a file, too
MAX_INVITATIONS = 5  # of one mail
MAX_COMPONENTS = 100  # of one calendar; a time zone has a few, an event one
MAX_WORDS = 300  # characters of a field
LONGEST = timedelta(days=3660)

METHODS = ("REQUEST", "CANCEL", "REPLY", "COUNTER", "DECLINECOUNTER", "ADD", "REFRESH", "PUBLISH")

_TYPES = ("text/calendar", "application/ics", "text/x-vcalendar")
_FOLDED = re.compile(r"\n[ \t]")  # RFC 5545, 3.1


def invitations(files: Iterable[Part | Unpacked]) -> list[dict[str, Any]]:
    """The events in the calendar files of a mail, each once, as JSON-able facts:

    ``method`` (one of METHODS, or ""), ``what``, ``where``, ``start`` and ``end`` (ISO 8601; with
    an offset, or a plain date for a whole day, or without an offset where the sender gave none),
    ``organizer`` and ``attendee`` ({name, address}; the attendee of an answer), ``answer``
    (ACCEPTED, DECLINED, TENTATIVE, ...), ``repeats`` (DAILY, WEEKLY, ...). Never raises.
    """
    found: list[dict[str, Any]] = []
    calendars = (file for file in files if file.content_type in _TYPES)
    for file in islice(calendars, MAX_FILES):
        found += [event for event in _events(_text(file)) if event not in found]
    return found[:MAX_INVITATIONS]


def _text(file: Part | Unpacked) -> str:
    data = file.data if isinstance(file, Unpacked) else content(file)
    declared = "" if isinstance(file, Unpacked) else file.parameter("charset")
    return charsets.decode(data, declared) if len(data) <= MAX_CALENDAR else ""


def _events(text: str) -> list[dict[str, Any]]:
    if text.upper().count("BEGIN:") > MAX_COMPONENTS or text.count("\n") > MAX_LINES:
        return []
    from icalendar import Calendar

    bare, zones = without_zones(_FOLDED.sub("", text))
    try:
        calendar = Calendar.from_ical(bare)
        method = str(calendar.get("method", "")).upper()
        return [
            _event(event, method if method in METHODS else "", zones)
            for event in calendar.walk("VEVENT")[:MAX_INVITATIONS]
        ]
    except Exception:  # whatever the library stumbles over: the file is there to be opened
        return []


def _event(event: Any, method: str, zones: dict[str, str]) -> dict[str, Any]:
    start = _moment(event, "dtstart", zones)
    end = _moment(event, "dtend", zones) or _after(start, event)
    facts = {
        "method": method,
        "what": _words(event, "summary"),
        "where": _words(event, "location"),
        "start": _iso(start),
        "end": _iso(end),
        "organizer": _person(_first(event, "organizer")),
        "repeats": _repeats(event),
    }
    if method == "REPLY":
        attendee = _first(event, "attendee")
        answer = str(getattr(attendee, "params", {}).get("PARTSTAT", ""))
        facts |= {"attendee": _person(attendee), "answer": clean_line(answer, 30).upper()}
    return facts


def _first(event: Any, name: str) -> Any:
    """The first of properties that were repeated; None when there is none."""
    value = event.get(name)
    return (value or [None])[0] if isinstance(value, list) else value


def _words(event: Any, name: str) -> str:
    return clean_line(str(_first(event, name) or ""), MAX_WORDS)


def _moment(event: Any, name: str, zones: dict[str, str]) -> date | None:
    value = _first(event, name)
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime) and moment.tzinfo is None:
        described = zones.get(str(getattr(value, "params", {}).get("TZID", "")))
        return moment.replace(tzinfo=zone_of(described)) if described else moment
    return moment if isinstance(moment, date) else None


def _after(start: date | None, event: Any) -> date | None:
    length = getattr(_first(event, "duration"), "dt", None)
    if start is None or not isinstance(length, timedelta) or not timedelta() < length < LONGEST:
        return None
    return start + length


def _iso(moment: date | None) -> str:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC).isoformat()
    return moment.isoformat() if moment else ""


def _person(value: Any) -> dict[str, str]:
    """{name, address}; {} when nobody is named."""
    if value is None:
        return {}
    address = re.sub(r"^mailto:", "", str(value), flags=re.IGNORECASE)
    name = str(getattr(value, "params", {}).get("CN", ""))
    return {
        "name": clean_line(name, MAX_WORDS),
        "address": normalized(clean_line(address, MAX_WORDS)),
    }


def _repeats(event: Any) -> str:
    rule = _first(event, "rrule")
    frequency = rule.get("FREQ") if isinstance(rule, dict) else None
    return clean_line(str(frequency[0]), 20).upper() if frequency else ""
