"""The words of the page for what the record keeps as keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from helpdesk.web.language import _, ngettext


def statuses() -> dict[str, str]:
    return {
        "open": _("Open"),
        "waiting": _("Waiting"),
        "snoozed": _("Snoozed"),
        "resolved": _("Resolved"),
        "closed": _("Closed"),
        "with_bot": _("With bot"),
    }


def priorities() -> dict[str, str]:
    return {
        "urgent": _("Urgent"),
        "high": _("High"),
        "normal": _("Normal"),
        "low": _("Low"),
    }


def channels() -> dict[str, str]:
    return {
        "chat": _("Web chat"),
        "email": _("Email"),
        "sms": _("SMS"),
        "phone": _("Phone"),
        "whatsapp": "WhatsApp",
        "note": _("Note"),
        "": "",
    }


def deliveries() -> dict[str, tuple[str, str]]:
    """Icon and word by state."""
    return {
        "queued": ("clock", _("Queued")),
        "sent": ("check", _("Sent")),
        "delivered": ("checks", _("Delivered")),
        "read": ("eye", _("Read")),
        "failed": ("alert", _("Not delivered")),
        "unknown": ("info", _("Not known whether it arrived")),
    }


def order_states() -> dict[str, tuple[str, str]]:
    """Colour (as a status) and word by state."""
    return {
        "placed": ("open", _("Placed")),
        "packed": ("open", _("Packed")),
        "shipped": ("open", _("With the courier")),
        "delivered": ("resolved", _("Delivered")),
        "returned": ("waiting", _("Returning")),
        "cancelled": ("closed", _("Cancelled")),
    }


def handoffs() -> dict[str, str]:
    """Why people took over, by reason."""
    return {
        "asked": _("the customer asked for a person"),
        "not_understood": _("the bot did not understand twice"),
        "anger": _("the customer is angry"),
        "complaint": _("a complaint"),
        "repeated": _("the customer has come back several times"),
        "no_answer": _("the bot has no answer"),
        "other_language": _("a language that the bot does not speak"),
        "silent": _("the bot gave no answer in time"),
        "file": _("a file without words"),
        "other_channel": _("the customer went on over another channel"),
        "switched_off": _("the bot was switched off"),
        "no_way_out": _("the bot could not reach the customer"),
        "taken_over": _("an agent took over"),
    }


def proofs() -> dict[str, str]:
    return {
        "dmarc": _("DMARC passed"),
        "signed": _("The same browser"),
        "code": _("Proved by a code"),
    }


@cache
def views(_locale: str) -> dict[str, str]:
    """The names of the views, looked up once a language."""
    return {
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "open": _("All open"),
        "waiting": _("Waiting"),
        "snoozed": _("Snoozed"),
        "resolved": _("Resolved"),
    }


@cache
def ages(_locale: str) -> tuple[str, str, str, str]:
    """The patterns for how long something lasts, looked up once a language."""
    return _("now"), _("%(n)s min", n="{}"), _("%(n)s h", n="{}"), _("%(n)s d", n="{}")


def age(since: datetime, now: datetime, patterns: tuple[str, str, str, str]) -> str:
    """How long ago ``since`` was, in one unit."""
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 1:
        return patterns[0]
    if minutes < 60:
        return patterns[1].format(minutes)
    if minutes < 48 * 60:
        return patterns[2].format(minutes // 60)
    return patterns[3].format(minutes // 1440)


@lru_cache(4096)
def initials(name: str) -> str:
    """Two letters for an avatar; of a Chinese name, the last two characters."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return name[:1].upper() or "?"
    if len(words) == 1 and "\u3400" <= words[0][0] <= "\u9fff":
        return words[0][-2:]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def tint(number: int | None) -> int:
    """One of the five calm colours of an avatar."""
    return (number or 0) % 5


def size(count: int) -> str:
    """A file's size in words: "84 kB", "2.1 MB"."""
    if count < 1000:
        return _("%(n)s bytes", n=count)
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def quoted_lines(text: str) -> str:
    count = text.count("\n") + 1
    return ngettext("Quoted text, %(num)s line", "Quoted text, %(num)s lines", count)


def local(at: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A time, as short as its distance allows; scripts put it into the reader's zone."""
    here = at.astimezone(zone)
    today = (now or datetime.now(UTC)).astimezone(zone)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    if abs(here - today) < timedelta(days=300):
        return f"{here.day} {here:%b %H:%M}"
    return f"{here.day} {here:%b %Y}"


def day(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """A day with its year, as the reader writes it."""
    return str(format_date(at.astimezone(zone), "long", locale=locale))


def minutes_to_read(minutes: int) -> str:
    return ngettext("%(num)s min to read", "%(num)s min to read", minutes)
