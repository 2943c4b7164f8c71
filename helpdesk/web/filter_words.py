"""A filter in the reader's words: the chips above the queue, and the choices of its form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Customer, Inbox, Tag
from helpdesk.queries.colleagues import Colleague, who_may_take
from helpdesk.queries.field_filter import known_fields
from helpdesk.queries.ticket_list import View
from helpdesk.rules.actor import Role
from helpdesk.rules.custom_field import FieldNoun, operator_of
from helpdesk.rules.ticket_filter import ME, NOBODY, TicketFilter, written
from helpdesk.web import words
from helpdesk.web.asked import Asked, address
from helpdesk.web.current import actor, me
from helpdesk.web.field_inputs import field_inputs
from helpdesk.web.language import _, locale_name

SETS = (
    "status", "assignee", "team", "tag", "priority", "channel", "inbox", "language", "customer",
    "owner",
)  # fmt: skip
MOST_TAGS = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that the filter asks for, and the address of the queue without it."""

    words: str
    without: str


def chips(session: Session, what: Asked, view: View) -> list[Chip]:
    """What is asked for, each thing in words."""
    wanted = view.filter
    said = _names(session, wanted)
    found = [
        Chip(said(name, word), _without(what, wanted, name, word))
        for name in SETS
        for word in getattr(wanted, name)
    ]
    if wanted.waiting is not None:
        gone = replace(wanted, waiting=None)
        found.append(Chip(_waiting_words(wanted.waiting), address(what.name, what.q, gone)))
    if wanted.unread:
        gone = replace(wanted, unread=False)
        found.append(Chip(_("Unread"), address(what.name, what.q, gone)))
    return [*found, *_field_chips(session, what, wanted)]


def _field_chips(session: Session, what: Asked, wanted: TicketFilter) -> list[Chip]:
    if not wanted.fields:
        return []
    known = known_fields(session, FieldNoun.TICKET)
    found = []
    for pair in wanted.fields:
        key, word = pair
        name = known[key].rule.named(locale_name()) if key in known else key
        left = replace(wanted, fields=tuple(each for each in wanted.fields if each != pair))
        found.append(Chip(f"{name}: {_field_word(word)}", address(what.name, what.q, left)))
    return found


def _field_word(word: str) -> str:
    """A field's word of the filter, as a person would say it."""
    operator, given = operator_of(word)
    said = {
        "is": given,
        "not": _("not %(value)s", value=given),
        "from": _("from %(value)s", value=given),
        "to": _("up to %(value)s", value=given),
        "has": _("with “%(value)s”", value=given),
        "any": _("something"),
        "none": _("nothing"),
    }
    return _shown_value(said[operator])


def _shown_value(value: str) -> str:
    return {"yes": _("Yes"), "no": _("No")}.get(value, value)


def _without(what: Asked, wanted: TicketFilter, name: str, word: str) -> str:
    left = tuple(each for each in getattr(wanted, name) if each != word)
    return address(what.name, what.q, replace(wanted, **{name: left}))  # type: ignore[arg-type]


def _names(session: Session, wanted: TicketFilter) -> Any:
    """say(name, word) -> that word of the filter, as a person would say it."""
    known: dict[str, dict[str, str]] = {
        "status": words.statuses(),
        "priority": words.priorities(),
        "channel": words.channels(),
        "owner": {"bot": _("With bot"), "people": _("With people")},
        "assignee": {ME: _("Mine"), NOBODY: _("Unassigned")},
        "team": {NOBODY: _("No team")} | {str(team.id): team.name for team in me().teams},
    }
    if wanted.assignee:
        known["assignee"] |= {str(each.id): each.name for each in colleagues(session)}
    if wanted.inbox:
        known["inbox"] = dict(inboxes(session))
    if wanted.customer:
        known["customer"] = _customers(session, wanted.customer)

    def say(name: str, word: str) -> str:
        return known.get(name, {}).get(word, word)

    return say


def _customers(session: Session, numbers: tuple[str, ...]) -> dict[str, str]:
    rows = session.execute(
        select(Customer.id, Customer.name).where(Customer.id.in_([int(n) for n in numbers]))
    )
    return {str(row.id): row.name for row in rows if row.name}


def _waiting_words(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes % 1440 == 0:
        return _("Waiting %(n)s d or longer", n=minutes // 1440)
    if minutes % 60 == 0:
        return _("Waiting %(n)s h or longer", n=minutes // 60)
    return _("Waiting %(n)s min or longer", n=minutes)


def waiting_choices() -> list[tuple[str, str]]:
    """Word and how long, for the form."""
    return [
        ("30m", _("30 minutes")),
        ("1h", _("1 hour")),
        ("4h", _("4 hours")),
        ("1d", _("1 day")),
        ("3d", _("3 days")),
        ("7d", _("1 week")),
    ]


def colleagues(session: Session) -> list[Colleague]:
    return who_may_take(session, None)


def inboxes(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Inbox.id, Inbox.name, Inbox.address).order_by(Inbox.id))
    return [(str(row.id), row.name or row.address) for row in rows]


def tags(session: Session) -> list[str]:
    return list(session.scalars(select(Tag.name).order_by(Tag.name).limit(MOST_TAGS)))


def form_context(session: Session, wanted: TicketFilter) -> dict[str, Any]:
    """The choices of the filter's form."""
    return {
        "wanted": wanted,
        "people": [(str(each.id), each.name) for each in colleagues(session)],
        "teams": [(str(team.id), team.name) for team in me().teams],
        "inboxes": inboxes(session),
        "tags": tags(session),
        "waitings": waiting_choices(),
        "field_inputs": field_inputs(session, FieldNoun.TICKET, wanted.fields),
        "waiting": dict(parse_qsl(written(wanted))).get("waiting", ""),
        "may_share": actor().role in (Role.SUPERVISOR, Role.ADMIN),
    }
