"""Who takes part in a ticket, by an agent's word: copies, and another requester.

What an agent says proves nothing of an address: a new one stays unverified, but is written to.
"""

from __future__ import annotations

import re

from channels.message import Address, ContactKind
from channels.phone_numbers import normalized
from helpdesk.actions import audit
from helpdesk.actions.changing import changing
from helpdesk.actions.identification import point_of
from helpdesk.actions.inbox_addresses import inbox_addresses
from helpdesk.actions.search_index import reindex_ticket
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, NotPossible, Participant, Ticket, normalize, now
from helpdesk.models.visibility import NotFound, hidden_customers
from helpdesk.rules.actor import Actor

MOST = 50  # who take part; a mail to more is a newsletter
_EMAIL = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]+\.[^\s@<>\"',;]{2,63}")
_PHONE = re.compile(r"\+[0-9]{6,15}")


def add_copy(desk: Desk, actor: Actor, ticket_id: int, written: str) -> None:
    """Put an address in copy, confirmed. Raises ``NotPossible`` for what is no address."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        if len(ticket.participants) >= MOST:
            raise NotPossible("%(most)s people at most can take part in a ticket.", most=MOST)
        point = _point(session, written)
        known = _of(ticket, point)
        if known is None:
            ticket.participants.append(
                Participant(
                    contact_point=point, contact_point_id=point.id, role="cc", confirmed_at=now()
                )
            )
        elif known.confirmed_at is None:
            known.confirmed_at = now()
        else:
            raise NotPossible("%(address)s takes part already.", address=point.value)
        audit.record(session, actor, "participant.added", ticket=ticket, address=point.value)


def remove(desk: Desk, actor: Actor, ticket_id: int, participant_id: int) -> None:
    """Let somebody take part no longer; their messages stay. Raises ``NotPossible``."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        person = _person(ticket, participant_id)
        others = [p for p in ticket.participants if p.role == "requester" and p is not person]
        if person.role == "requester" and not others:
            raise NotPossible("Somebody must have asked. Make another one the requester first.")
        address = person.contact_point.value
        session.delete(person)
        audit.record(session, actor, "participant.removed", ticket=ticket, address=address)


def make_requester(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    *,
    point_id: int | None = None,
    written: str = "",
) -> None:
    """Give the ticket to another customer: one of a known contact point, or of a new address.

    Who was it stays in copy. Two agents may press at once. Raises ``NotPossible``, ``NotFound``.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        if point_id is not None:
            point = _known(session, actor, point_id)
        else:
            point = _point(session, written)
            must_be_seen(session, actor, point)
        if point.customer_id == ticket.customer_id:
            return
        was = ticket.customer.display_name
        let_ask(ticket, point)
        session.flush()
        reindex_ticket(session, ticket)
        audit.record(
            session, actor, "ticket.requester_changed", ticket=ticket,
            was=was, to=ticket.customer.display_name,
        )  # fmt: skip


def let_ask(ticket: Ticket, point: ContactPoint) -> None:
    """The ticket is that of ``point``'s customer from now on; who asked before stays in copy."""
    for person in ticket.participants:
        if person.role == "requester":
            person.role = "cc"
    known = _of(ticket, point)
    if known is None:
        known = Participant(contact_point=point, contact_point_id=point.id)
        ticket.participants.append(known)
    known.role, known.confirmed_at = "requester", known.confirmed_at or now()
    ticket.customer, ticket.home_id = point.customer, point.home_id


def _point(session: WriteSession, written: str) -> ContactPoint:
    address = read_address(written)
    if address.kind is ContactKind.EMAIL and normalize(address.value) in inbox_addresses(
        session, "email"
    ):
        raise NotPossible("%(address)s is an address of ours.", address=address.value)
    return point_of(session, address)


def read_address(written: str) -> Address:
    """An email address or a phone number that somebody typed. Raises ``NotPossible``."""
    words = written.strip()
    if len(words) < 255 and _EMAIL.fullmatch(words):
        return Address(ContactKind.EMAIL, words.lower())
    number = normalized(words)
    if _PHONE.fullmatch(number):
        return Address(ContactKind.PHONE, number)
    raise NotPossible("Give an email address, or a phone number that begins with +.")


def must_be_seen(session: WriteSession, actor: Actor, point: ContactPoint) -> None:
    """Whose ticket it becomes is seen from then on. Raises ``NotPossible``."""
    if hidden_customers(session, actor, [point.customer_id]):
        raise NotPossible("%(address)s belongs to somebody whose tickets you may not see.",
                          address=point.value)  # fmt: skip


def _known(session: WriteSession, actor: Actor, point_id: int) -> ContactPoint:
    point = session.get(ContactPoint, point_id) if 0 < point_id < 2**31 else None
    if point is None or hidden_customers(session, actor, [point.customer_id]):
        raise NotFound("There is no such address.")
    return point


def _of(ticket: Ticket, point: ContactPoint) -> Participant | None:
    return next((p for p in ticket.participants if p.contact_point_id == point.id), None)


def _person(ticket: Ticket, participant_id: int) -> Participant:
    person = next((p for p in ticket.participants if p.id == participant_id), None)
    if person is None:
        raise NotFound("There is no such participant.")
    return person
