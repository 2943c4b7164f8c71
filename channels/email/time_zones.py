"""Time zones that a calendar file describes itself (RFC 5545, 3.6.5), as far as they are harmless.

The library remembers every zone that it reads under the name that the sender chose, for all mails
to come, and works out its rules one by one: every second for sixty years would take it days. So it
is given the zones apart, without their names, and only those whose clocks change once a year.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any

MAX_ZONE = 20_000  # characters
MAX_CHANGES = 20  # parts of a zone, each with a rule

_ZONE = re.compile(r"^BEGIN:VTIMEZONE[ \t]*\n(.*?)^END:VTIMEZONE[ \t]*$", re.I | re.M | re.S)
_NAME = re.compile(r"^TZID[^:\n]{0,100}:([^\n]{1,200})\n", re.I | re.M)
_RULE = re.compile(r"^RRULE[^\n]*", re.I | re.M)
_DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_ONCE_A_YEAR = re.compile(
    r"RRULE:(?=.*FREQ=YEARLY)(?=.*BYMONTH=)(?:(?:FREQ=YEARLY|INTERVAL=1|BYMONTH=\d{1,2}|"
    rf"BYDAY=[+-]?\d?{_DAY}|BYMONTHDAY=[\d,-]{{1,30}}|UNTIL=[\dTZ]{{8,16}}|WKST={_DAY});?)+\s*",
    re.I,
)


def without_zones(text: str) -> tuple[str, dict[str, str]]:
    """A calendar (LF, unfolded) without its zones, and what each of them says, by its name."""
    zones: dict[str, str] = {}
    for zone in _ZONE.findall(text):
        name = _NAME.search(zone)
        if name and _is_harmless(zone):
            zones.setdefault(name[1].strip().strip('"'), _NAME.sub("", zone, count=1))
    return _ZONE.sub("", text), zones


def _is_harmless(zone: str) -> bool:
    return (
        len(zone) <= MAX_ZONE
        and zone.upper().count("BEGIN:") <= MAX_CHANGES
        and "RDATE" not in zone.upper()
        and all(_ONCE_A_YEAR.fullmatch(rule) for rule in _RULE.findall(zone))
    )


def zone_of(described: str) -> tzinfo:
    """The zone that is described so. Raises what the library raises for one that is odd."""
    from icalendar import Component

    zone: Any = Component.from_ical(f"BEGIN:VTIMEZONE\n{described}END:VTIMEZONE\n")
    zone["TZID"] = "as described"
    found: tzinfo = zone.to_tz(lookup_tzid=False)
    return found
