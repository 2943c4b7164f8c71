"""Contacts that belong to a ticket which is part of another one now: they go where it went.

What they were meant for is kept, so that they leave with it when the tickets are parted again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import and_, bindparam, select

from channels.message import InboundMessage
from helpdesk.database import WriteSession
from helpdesk.models import MergedMessage, Message, Ticket, TicketMerge
from helpdesk.rules.thread_match import Evidence, Signal, ThreadDecision

MEANT_FOR = "meant_for"  # in the facts of a message: the ticket that it was addressed to


def survivor_of(session: WriteSession, ticket: Ticket) -> Ticket:
    """The ticket itself, or the one that it is part of now."""
    while ticket.merged_into_id is not None:
        ticket = session.get_one(Ticket, ticket.merged_into_id)
    return ticket


def held(session: WriteSession, ticket_id: int) -> Ticket:
    """The ticket under its row's lock, or the one that it became part of a moment ago."""
    ticket = session.get_one(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    while ticket.merged_into_id is not None:
        ticket = session.get_one(
            Ticket, ticket.merged_into_id, with_for_update=True, populate_existing=True
        )
    return ticket


def meant_for(session: WriteSession, evidence: Evidence, decision: ThreadDecision) -> int | None:
    """The ticket that a contact was addressed to, where another one took it in."""
    if decision.ticket_id is None:
        return None
    if decision.signal is Signal.TOKEN:
        return evidence.token.led_from if evidence.token else None
    if decision.signal is Signal.SUBJECT_TAG:
        return evidence.tagged.led_from if evidence.tagged else None
    if decision.signal is Signal.OUR_MESSAGE_ID:
        return _ticket_of(session, decision.ticket_id, evidence.our_message_id)
    if decision.signal is Signal.CUSTOMER_MESSAGE_ID:
        return _ticket_of(session, decision.ticket_id, evidence.customer_message_id)
    return None


def _ticket_of(session: WriteSession, ticket_id: int, message_id: str) -> int | None:
    """The ticket in which the named message lay before a merge, or that it was meant for."""
    rows = session.execute(_NAMED, {"ticket": ticket_id, "named": message_id}).all()
    merged = next((row.merged for row in rows if row.merged is not None), None)
    return merged or next((row.facts.get(MEANT_FOR) for row in rows), None)


_NAMED = (
    select(Message.facts, TicketMerge.ticket_id.label("merged"))
    .outerjoin(MergedMessage, MergedMessage.message_id == Message.id)
    .outerjoin(
        TicketMerge,
        and_(
            TicketMerge.id == MergedMessage.merge_id,
            TicketMerge.into_id == Message.ticket_id,
            TicketMerge.undone_at.is_(None),
        ),
    )
    .where(Message.message_id == bindparam("named"), Message.ticket_id == bindparam("ticket"))
)


def led_to(ticket: Ticket, decision: ThreadDecision) -> ThreadDecision:
    """The decision, where its ticket became part of ``ticket`` after it was made."""
    if decision.ticket_id in (None, ticket.id):
        return decision
    meant = decision.meant_for or decision.ticket_id
    return replace(decision, ticket_id=ticket.id, meant_for=meant)


def facts_of(incoming: InboundMessage, decision: ThreadDecision) -> dict[str, Any]:
    """The facts of a contact, and which ticket it was meant for."""
    facts = dict(incoming.facts)
    if decision.meant_for is not None:
        facts[MEANT_FOR] = decision.meant_for
    return facts
