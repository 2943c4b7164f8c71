"""What agents and programs change on a customer's record: their name, organization, addresses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from channels.message import Address, ContactKind
from helpdesk.actions import audit, customer_words
from helpdesk.actions.search_index import reindex_ticket
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, NotPossible, Organization, Ticket
from helpdesk.models.visibility import NotFound, customer_for, hidden_customers
from helpdesk.rules.actor import Actor
from helpdesk.rules.import_values import Customs, RefusedRow, cleaned


def change_customer(desk: Desk, actor: Actor, customer_id: int, changes: dict[str, Any]) -> None:
    """Change ``name``, ``locale``, ``external_id`` or ``organization_id``. Raises ``NotPossible``
    when the external id is another customer's."""
    actor.must_be_staff()
    try:
        with desk.write() as session:
            customer = _held(session, actor, customer_id)
            wanted = changes.get("organization_id")
            if wanted is not None and session.get(Organization, wanted) is None:
                raise NotFound("There is no such organization.")
            told = {
                name: [getattr(customer, name), value]
                for name, value in changes.items()
                if getattr(customer, name) != value
            }
            for name, (_before, value) in told.items():
                setattr(customer, name, value)
            if told:
                _show(session, customer)
                audit.record(session, actor, "customer.changed", customer_id=customer.id,
                             changes=told)  # fmt: skip
    except IntegrityError:
        raise NotPossible("Another customer has this external id.") from None


def add_address(desk: Desk, actor: Actor, customer_id: int, kind: str, value: str) -> int:
    """Put an address on a customer's record, unverified; its id. Raises ``NotPossible``."""
    actor.must_be_staff()
    try:
        (clean,) = cleaned({kind: [value]}, Customs())[kind]
    except (RefusedRow, KeyError) as refusal:
        words = refusal.words if isinstance(refusal, RefusedRow) else "Write an address."
        values = refusal.values if isinstance(refusal, RefusedRow) else {}
        raise NotPossible(words, **values) from None
    with desk.write() as session:
        customer = _held(session, actor, customer_id)
        known = session.scalar(
            select(ContactPoint).where(ContactPoint.kind == kind, ContactPoint.normalized == clean)
        )
        if known is not None:
            if known.customer_id == customer.id:
                return known.id
            if hidden_customers(session, actor, [known.customer_id]):
                raise NotPossible("%(address)s belongs to somebody whose tickets you may not see.",
                                  address=clean)  # fmt: skip
            raise NotPossible("%(address)s is an address of customer %(customer)s.",
                              address=clean, customer=known.customer_id)  # fmt: skip
        point = ContactPoint.of(Address(ContactKind(kind), clean))
        customer.contact_points.append(point)
        session.flush()
        _show(session, customer)
        audit.record(session, actor, "customer.address_added", customer_id=customer.id,
                     address=clean)  # fmt: skip
        return point.id


def remove_address(desk: Desk, actor: Actor, customer_id: int, point_id: int) -> None:
    """Take an address off the record. Raises ``NotPossible`` when messages came from it."""
    actor.must_be_staff()
    try:
        with desk.write() as session:
            customer = _held(session, actor, customer_id)
            point = next((one for one in customer.contact_points if one.id == point_id), None)
            if point is None:
                raise NotFound("There is no such address.")
            session.delete(point)
            session.flush()
            session.expire(customer, ["contact_points"])
            _show(session, customer)
            audit.record(session, actor, "customer.address_removed", customer_id=customer.id,
                         address=point.value)  # fmt: skip
    except IntegrityError:
        raise NotPossible("Messages came from this address or went to it, so it stays.") from None


def _held(session: WriteSession, actor: Actor, customer_id: int) -> Customer:
    customer = customer_for(session, actor, customer_id, lock=True)
    if customer.id != customer_id:
        raise NotPossible("This customer was joined to customer %(customer)s.",
                          customer=customer.id)  # fmt: skip
    return customer


def _show(session: WriteSession, customer: Customer) -> None:
    """They and their tickets are found by what is new, too."""
    customer_words.index(session, customer)
    for ticket in session.scalars(select(Ticket).where(Ticket.customer_id == customer.id)):
        reindex_ticket(session, ticket)
