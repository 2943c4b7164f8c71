"""Who asks, when somebody passed their mail on: an agent says so, and can take it back.

It is never taken from a mail by itself: whoever can write to us could name anybody. What the agent
says proves nothing either, so the address stays unverified.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from channels.message import Address, ContactKind
from helpdesk.actions import audit
from helpdesk.actions.changing import changing
from helpdesk.actions.identification import point_of
from helpdesk.actions.inbox_addresses import inbox_addresses
from helpdesk.actions.people import let_ask, must_be_seen
from helpdesk.actions.search_index import reindex_ticket
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Customer,
    Message,
    NotPossible,
    Participant,
    Ticket,
    normalize,
)
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor

FACT = "requester"  # in the facts of the message that named them: how it was before


def make_requester(desk: Desk, actor: Actor, ticket_id: int, message_id: int, number: int) -> None:
    """Make the sender of the forwarded mail ``number`` (from 0) of a message the requester.

    Who was it stays in copy. Two agents may press at once. Raises ``NotPossible``, ``NotFound``.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        message = _message(session, ticket, message_id)
        named = _named(message, number)
        if (known := _before(ticket, message)) is not None:
            if known["address"] == named.value:
                return
            raise NotPossible("This message has named the requester already. Undo that first.")
        if normalize(named.value) in inbox_addresses(session, "email"):
            raise NotPossible("%(address)s is an address of ours.", address=named.value)
        point = point_of(session, named)
        must_be_seen(session, actor, point)
        if point.customer_id == ticket.customer_id:
            raise NotPossible("%(address)s is the requester already.", address=named.value)
        before = {
            "ticket": ticket.id,
            "address": named.value,
            "customer": ticket.own_customer_id,
            "roles": {str(p.id): p.role for p in ticket.participants},
            "was_confirmed": any(
                p.contact_point_id == point.id and p.confirmed_at for p in ticket.participants
            ),
        }
        was = ticket.customer.display_name
        let_ask(ticket, point)
        _settle(session, actor, ticket, message, {**message.facts, FACT: before}, was=was)


def undo(desk: Desk, actor: Actor, ticket_id: int, message_id: int) -> None:
    """Give the ticket back to who asked before. Nothing happens where nothing is to be undone."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        message = _message(session, ticket, message_id)
        before = _before(ticket, message)
        if before is None:
            return
        was = ticket.customer.display_name
        customer = _as_it_is_now(session, before["customer"])
        ticket.customer = customer
        ticket.home_id = before["customer"] if customer.id != before["customer"] else None
        _put_back(session, ticket, before)
        facts = {name: value for name, value in message.facts.items() if name != FACT}
        _settle(session, actor, ticket, message, facts, was=was)


def _message(session: WriteSession, ticket: Ticket, message_id: int) -> Message:
    message = session.get(Message, message_id) if message_id < 2**31 else None
    if message is None or message.ticket_id != ticket.id:
        raise NotFound("There is no such message.")
    return message


def _named(message: Message, number: int) -> Address:
    mails: list[dict[str, Any]] = message.facts.get("forwarded", [])
    if not 0 <= number < len(mails) or not mails[number].get("address"):
        raise NotFound("There is no such forwarded mail.")
    return Address(ContactKind.EMAIL, mails[number]["address"], mails[number].get("name", ""))


def _before(ticket: Ticket, message: Message) -> dict[str, Any] | None:
    """How it was before; None when nothing was changed, or in a ticket where it lay then."""
    before: dict[str, Any] | None = message.facts.get(FACT)
    return before if before and before["ticket"] == ticket.id else None


def _put_back(session: WriteSession, ticket: Ticket, before: dict[str, Any]) -> None:
    """The roles as they were; who came by the change alone, and never wrote, leaves."""
    for participant in ticket.participants:
        role = before["roles"].get(str(participant.id))
        is_named = participant.contact_point.value == before["address"]
        if is_named and not before["was_confirmed"]:
            participant.confirmed_at = None
        if is_named and role is None and not _wrote(session, ticket, participant):
            session.delete(participant)
        else:
            participant.role = role or "cc"
    session.flush()
    session.expire(ticket, ["participants"])


def _wrote(session: WriteSession, ticket: Ticket, participant: Participant) -> bool:
    theirs = select(Message.id).where(
        Message.ticket_id == ticket.id,
        Message.contact_point_id == participant.contact_point_id,
    )
    return session.scalar(theirs.limit(1)) is not None


def _as_it_is_now(session: WriteSession, customer_id: int) -> Customer:
    """The customer, or the record that it was joined to meanwhile."""
    customer = session.get_one(Customer, customer_id)
    while customer.merged_into_id is not None:
        customer = session.get_one(Customer, customer.merged_into_id)
    return customer


def _settle(
    session: WriteSession,
    actor: Actor,
    ticket: Ticket,
    message: Message,
    facts: dict[str, Any],
    *,
    was: str,
) -> None:
    message.facts = facts
    session.flush()
    ticket.revise(message)
    reindex_ticket(session, ticket)
    audit.record(
        session, actor, "ticket.requester_changed", ticket=ticket,
        was=was, to=ticket.customer.display_name, message=message.id,
    )  # fmt: skip
