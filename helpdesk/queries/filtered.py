"""A filter of tickets as conditions of the database: what the queue and the API ask with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, bindparam, or_, select, text

from helpdesk.models import Customer, QueueGroup, Tag, Ticket, ticket_tags
from helpdesk.queries.unread import is_unread
from helpdesk.rules.actor import Actor
from helpdesk.rules.ticket_filter import ME, NOBODY, TicketFilter

Condition = ColumnElement[bool] | TextClause

_GROUPS = {
    ("open",): QueueGroup.OPEN,
    ("waiting",): QueueGroup.WAITING,
    ("snoozed",): QueueGroup.SNOOZED,
    ("closed", "resolved"): QueueGroup.ENDED,
    ("open", "waiting"): QueueGroup.ACTIVE,
}


def conditions_of(wanted: TicketFilter, actor: Actor) -> list[Condition]:
    """What makes a ticket one of ``wanted``. Run it with ``values_of(wanted, now)``.

    ``visible_to`` is not among them, and custom fields are whoever's who knows them.
    """
    found: list[Condition] = []
    for name, condition in _OF.items():
        if words := getattr(wanted, name):
            found.append(condition(words, actor))
    if wanted.waiting is not None:
        since = bindparam(_since(wanted), type_=Ticket.queue_at.type)
        found.append(Ticket.queue_at <= since)
    if wanted.unread:
        found.append(is_unread(actor))
    return found


def values_of(wanted: TicketFilter, now: datetime) -> dict[str, Any]:
    """What the conditions leave open: times, which differ at every question."""
    return {} if wanted.waiting is None else {_since(wanted): now - wanted.waiting}


def _since(wanted: TicketFilter) -> str:
    assert wanted.waiting is not None
    return f"waiting_since_{int(wanted.waiting.total_seconds())}"


def _status(words: tuple[str, ...], _actor: Actor) -> Condition:
    """In the words of a partial index where there is one: a planner takes it only for those."""
    group = _GROUPS.get(words)
    return text(group) if group else Ticket.status.in_(words)


def _assignee(words: tuple[str, ...], actor: Actor) -> Condition:
    numbers = [actor.id if word == ME else int(word) for word in words if word != NOBODY]
    return _among(Ticket.assignee_id, numbers, nobody=NOBODY in words)


def _team(words: tuple[str, ...], _actor: Actor) -> Condition:
    numbers = [int(word) for word in words if word != NOBODY]
    return _among(Ticket.team_id, numbers, nobody=NOBODY in words)


def _among(column: Any, numbers: list[Any], *, nobody: bool) -> Condition:
    some = column == numbers[0] if len(numbers) == 1 else column.in_(numbers)
    if not nobody:
        return some  # type: ignore[no-any-return]
    return or_(column.is_(None), some) if numbers else column.is_(None)


def _tag(words: tuple[str, ...], _actor: Actor) -> Condition:
    return Ticket.id.in_(
        select(ticket_tags.c.ticket_id)
        .join(Tag, Tag.id == ticket_tags.c.tag_id)
        .where(Tag.name.in_(words))
    )


def _language(words: tuple[str, ...], _actor: Actor) -> Condition:
    """``zh`` finds zh-Hans and zh_Hant, too."""
    tags = [each for word in words for each in (word, word.replace("-", "_"))]
    wider = [Customer.locale.startswith(f"{word}{mark}", autoescape=True)
             for word in words for mark in "-_"]  # fmt: skip
    known = select(Customer.id).where(or_(Customer.locale.in_(tags), *wider))
    return Ticket.customer_id.in_(known)


_OF: dict[str, Callable[[tuple[str, ...], Actor], Condition]] = {
    "status": _status,
    "assignee": _assignee,
    "team": _team,
    "tag": _tag,
    "priority": lambda words, _actor: Ticket.priority.in_(words),
    "channel": lambda words, _actor: Ticket.preview_channel.in_(words),
    "inbox": lambda words, _actor: Ticket.inbox_id.in_([int(word) for word in words]),
    "language": _language,
    "customer": lambda words, _actor: Ticket.customer_id.in_([int(word) for word in words]),
    "owner": lambda words, _actor: Ticket.owner.in_(words),
}
