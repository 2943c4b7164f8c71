"""Filling the token column: the search words of a message and of what surrounds it."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Message, Ticket
from helpdesk.rules.search_words import search_words


def index_message(session: WriteSession, ticket: Ticket, message: Message) -> None:
    """Give ``message`` its words: its text, its people, the ticket's subject and requester.

    Words that belong to the whole ticket ride on each message, so that "Ridge Aleksandra" finds
    the ticket whichever message says which.
    """
    with session.no_autoflush:  # a message that is not stored yet is written once, with its words
        texts = _texts(session, ticket, message)
    message.tokens = " ".join(search_words("\n".join(texts)))


def reindex_ticket(session: WriteSession, ticket: Ticket) -> None:
    """Index every message of ``ticket`` again, after its subject or its people changed."""
    for message in session.scalars(select(Message).where(Message.ticket_id == ticket.id)):
        index_message(session, ticket, message)


def _texts(session: WriteSession, ticket: Ticket, message: Message) -> list[str]:
    points = session.scalars(
        select(ContactPoint.value).where(
            ContactPoint.customer_id == ticket.customer.id, ContactPoint.kind != "visitor"
        )
    )
    files = [a.name for a in message.attachments] if message.attachments else []
    return [
        ticket.subject,
        ticket.customer.name,
        message.author_name,
        message.author_address,
        *points,
        *files,
        message.text,
    ]
