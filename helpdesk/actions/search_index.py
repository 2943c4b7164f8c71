"""Filling the token column: the search words of a message and of what surrounds it."""

from __future__ import annotations

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import selectinload

from helpdesk.actions.field_words import field_words
from helpdesk.actions.postponed import postpone
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Message, Reindexing, Ticket
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.search_words import search_words

AT_ONCE = 200  # messages; more than these get their new words a moment later
BATCH = 20  # tickets in one transaction


def index_message(session: WriteSession, ticket: Ticket, message: Message) -> None:
    """Give ``message`` its words: its text, its people, the ticket's subject, requester and fields.

    Words that belong to the whole ticket ride on each message, so that "Ridge Aleksandra" finds
    the ticket whichever message says which.
    """
    with session.no_autoflush:  # a message that is not stored yet is written once, with its words
        _index(ticket, message, _field_words(session, ticket))


def _index(ticket: Ticket, message: Message, of_fields: list[str]) -> None:
    """The message's own words last: a merge adds behind them what it must find again there."""
    words = search_words("\n".join(_texts(ticket, message)))
    message.tokens = " ".join(dict.fromkeys([*of_fields, *words]))


def _field_words(session: WriteSession, ticket: Ticket) -> list[str]:
    return field_words(session, FieldNoun.TICKET, ticket.id)


def reindex_ticket(session: WriteSession, ticket: Ticket) -> None:
    """Index every message of ``ticket`` again, after its subject or its people changed."""
    of_fields = _field_words(session, ticket)
    messages = select(Message).where(Message.ticket_id == ticket.id)
    for message in session.scalars(messages.options(selectinload(Message.attachments))):
        _index(ticket, message, of_fields)


def common_words(session: WriteSession, ticket: Ticket) -> list[str]:
    """The words that ride on each message of the ticket."""
    words = search_words("\n".join([ticket.subject, ticket.customer.name, *_points(ticket)]))
    return list(dict.fromkeys([*words, *_field_words(session, ticket)]))


def _points(ticket: Ticket) -> list[str]:
    return [p.value for p in ticket.customer.contact_points if p.kind != "visitor"]


def reindex_customer(session: WriteSession, customer_id: int) -> None:
    """Index the messages of a customer again, after their name or their addresses changed:
    at once where they are few, else by ``reindex_due``."""
    reindex_tickets(session, select(Ticket.id).where(Ticket.customer_id == customer_id))


def reindex_tickets(session: WriteSession, which: Select[int]) -> None:
    """The same for the tickets whose numbers ``which`` selects."""
    session.flush()
    counted = select(Message.id).where(Message.ticket_id.in_(which)).limit(AT_ONCE + 1)
    if (session.scalar(select(func.count()).select_from(counted.subquery())) or 0) > AT_ONCE:
        postpone(session, Reindexing, which)
        return
    for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(which))):
        reindex_ticket(session, ticket)


def rebuild(desk: Desk) -> int:
    """Have the words of every ticket made anew by ``reindex_due``; how many wait for it."""
    with desk.write() as session:
        postpone(session, Reindexing, select(Ticket.id).where(Ticket.id > 0))
        return session.scalar(select(func.count()).select_from(Reindexing)) or 0


def reindex_due(desk: Desk) -> int:
    """Index some of the tickets that wait for it; how many they were."""
    due = select(Reindexing.ticket_id).order_by(Reindexing.ticket_id).limit(BATCH)
    with desk.read() as session:
        if session.scalar(due.limit(1)) is None:
            return 0
    with desk.write() as session:
        tickets = list(session.scalars(due.with_for_update(skip_locked=True)))
        for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(tickets))):
            reindex_ticket(session, ticket)
        session.execute(delete(Reindexing).where(Reindexing.ticket_id.in_(tickets)))
    return len(tickets)


def _texts(ticket: Ticket, message: Message) -> list[str]:
    files = [a.name for a in message.attachments] if message.attachments else []
    return [
        ticket.subject,
        ticket.customer.name,
        message.author_name,
        message.author_address,
        *_points(ticket),
        *files,
        message.text,
    ]
