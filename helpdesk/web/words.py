"""The words of the page for what the record keeps as keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from helpdesk.rules.move_reason import Why
from helpdesk.web import stored_sentences
from helpdesk.web.language import _, ngettext


def statuses() -> dict[str, str]:
    return {
        "open": _("Open"),
        "waiting": _("Waiting"),
        "snoozed": _("Snoozed"),
        "resolved": _("Resolved"),
        "closed": _("Closed"),
        "spam": _("Spam"),
        "with_bot": _("With bot"),
    }


def priorities() -> dict[str, str]:
    return {
        "urgent": _("Urgent"),
        "high": _("High"),
        "normal": _("Normal"),
        "low": _("Low"),
    }


def kinds() -> dict[str, str]:
    """What kind of matter a ticket is."""
    return {
        "question": _("Question"),
        "problem": _("Problem"),
        "request": _("Request"),
        "complaint": _("Complaint"),
    }


def parts() -> dict[str, tuple[str, str]]:
    """The lists of a complaint: a name, and what the list is for."""
    return {
        "cause": (_("Causes"), _("Why customers complain")),
        "remedy": (_("Remedies"), _("What we do about it")),
    }


def ties() -> dict[str, str]:
    """What another ticket is to the one that is shown."""
    return {
        "related": _("Related"),
        "original": _("Duplicate of"),
        "duplicate": _("Has the duplicate"),
        "parent": _("Part of the matter"),
        "child": _("Has the part"),
        "part": _("Merged into this one"),
        "before": _("Came from"),
    }


def field_kinds() -> dict[str, str]:
    return {
        "text": _("A line of text"),
        "number": _("Number"),
        "date": _("Date"),
        "choice": _("Choice"),
        "checkbox": _("Checkbox"),
    }


def field_nouns() -> dict[str, str]:
    return {"ticket": _("Fields of tickets"), "customer": _("Fields of customers")}


def collected(line: str) -> str:
    """A fact that the bot collected, ``name: value``, with its name in the reader's words."""
    name, _colon, value = line.partition(": ")
    names = {
        "order_number": _("Order number"),
        "ticket_subject": _("Subject"),
        "ticket_text": _("Message"),
        "ticket_email": _("Email"),
        "email": _("Email"),
    }
    return f"{names[name]}: {value}" if name in names else line


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


def clocks() -> dict[str, str]:
    """What each clock of a service level counts down to."""
    return {"first_response": _("First answer due"), "next_response": _("Answer due")}


def columns() -> dict[str, str]:
    """The columns of the queue's table."""
    return {
        "subject": _("Subject"),
        "customer": _("Customer"),
        "status": _("Status"),
        "priority": _("Priority"),
        "assignee": _("Assignee"),
        "channel": _("Channel"),
        "due": _("Due"),
        "waiting": _("Since"),
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


def envelope_states() -> dict[str, str]:
    return {
        "received": _("Received"),
        "attached": _("Attached"),
        "delivery_event": _("News of a delivery"),
        "duplicate": _("Duplicate"),
        "ignored": _("Ignored"),
        "quarantined": _("Quarantined"),
        "erased": _("Erased"),
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
        "unproved": _("the customer could not prove who they are"),
        "other_language": _("a language that the bot does not speak"),
        "silent": _("the bot gave no answer in time"),
        "file": _("a file without words"),
        "other_channel": _("the customer went on over another channel"),
        "switched_off": _("the bot was switched off"),
        "no_way_out": _("the bot could not reach the customer"),
        "taken_over": _("an agent took over"),
    }


def move_reasons() -> dict[str, str]:
    """Why a message was moved, as the end of a sentence."""
    return {
        Why.OTHER_MATTER.value: _("it is another matter"),
        Why.SAME_MATTER.value: _("it belongs to that matter"),
        Why.OTHER_PERSON.value: _("it is somebody else's"),
        Why.MISTAKE.value: _("it had been moved by mistake"),
    }


def faces() -> dict[int, str]:
    """The words under the faces of a survey, the worst first."""
    return {
        1: _("Very bad"),
        2: _("Bad"),
        3: _("So-so"),
        4: _("Good"),
        5: _("Very good"),
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
        "all": _("All tickets"),
        "spam": _("Spam"),
        "undelivered": _("Not delivered"),
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


def file_state(state: str, reason: str) -> str:
    """Why a file cannot be opened now."""
    if state == "pending":
        return _("Being fetched from the provider")
    if state == "held":
        return _("Waits for the virus check")
    if state == "infected":
        return _("Infected, not to be opened: %(virus)s", virus=reason)
    if state == "refused":
        return _refused_file(reason)
    return stored_sentences.said(reason) or _("Could not be fetched")


def _refused_file(reason: str) -> str:
    kind, _space, what = reason.partition(" ")
    if kind == "ending":
        return _("Not let in: files that end in .%(ending)s", ending=what)
    if kind == "type":
        return _("Not let in: files of type %(type)s", type=what)
    if kind == "program":
        return _("Not let in: it is a program, whatever its name says")
    had, _space, most = what.partition(" ")
    return _("Not let in: %(size)s, and %(most)s is the most", size=size(int(had or 0)),
             most=size(int(most or 0)))  # fmt: skip


def pair(word: str, value: str) -> str:
    """``word: value``, with the reader's colon."""
    return _("%(word)s: %(value)s", word=word, value=value)


def quoted_lines(text: str) -> str:
    count = text.count("\n") + 1
    return ngettext("Quoted text, %(num)s line", "Quoted text, %(num)s lines", count)


def images_held_back(count: int) -> str:
    return ngettext(
        "%(num)s image from another site is not loaded",
        "%(num)s images from other sites are not loaded",
        count,
    )


def local(at: datetime, zone: ZoneInfo, now: datetime, locale: str) -> str:
    """A time, as short as its distance allows; scripts put it into the reader's zone."""
    here = at.astimezone(zone)
    today = now.astimezone(zone)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    is_chinese = locale.startswith("zh")
    if abs(here - today) < timedelta(days=300):
        day = f"{here.month}月{here.day}日" if is_chinese else f"{here.day} {here:%b}"
        return f"{day} {here:%H:%M}"
    year = f"{here.year}年{here.month}月{here.day}日"
    return year if is_chinese else f"{here.day} {here:%b %Y}"


def day(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """A day with its year, as the reader writes it."""
    return str(format_date(at.astimezone(zone), "long", locale=locale))


def minutes_to_read(minutes: int) -> str:
    return ngettext("%(num)s min to read", "%(num)s min to read", minutes)
