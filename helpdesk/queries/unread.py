"""What of a ticket an agent has not seen: the customer's words since they read or we answered."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from helpdesk.models import Message, ReadMark, Ticket
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.status import Status


def unread_count(actor: Actor) -> ColumnElement[int]:
    """For a select of tickets: how many messages ``actor`` has not seen. 0 unless a person owes
    an answer, so that what a colleague settled is not bold on anybody's page."""
    count = _unread(actor).scalar_subquery()
    return case((Ticket.status == Status.OPEN.value, count), else_=0)


def is_unread(actor: Actor) -> ColumnElement[bool]:
    """The condition for tickets with something that ``actor`` has not seen."""
    return unread_count(actor) > 0


def _unread(actor: Actor) -> Select[int]:
    said, answer = aliased(Message), aliased(Message)
    mark = (
        select(ReadMark.seq)
        .where(ReadMark.agent_id == actor.id, ReadMark.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )
    answered = (
        select(answer.seq)
        .where(
            answer.ticket_id == Ticket.id,
            answer.direction == "outbound",
            answer.visibility == "public",
            answer.author_kind != ActorKind.BOT.value,
            answer.hold.is_(None),
        )
        .order_by(answer.seq.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )
    return (
        select(func.count())
        .select_from(said)
        .where(
            said.ticket_id == Ticket.id,
            said.seq > func.coalesce(mark, 0),
            said.seq > func.coalesce(answered, 0),
            said.direction == "inbound",
            said.visibility == "public",
        )
        .correlate(Ticket)
    )
