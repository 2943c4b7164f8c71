"""Finding out whose a contact is: the rule decides, this puts it on the record."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from channels.message import Address, ContactKind, InboundMessage
from helpdesk.actions import audit, customers
from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Customer, normalize
from helpdesk.rules import identity
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.identity import AddressKey, KnownPoint


def identify(session: WriteSession, incoming: InboundMessage) -> tuple[Customer, ContactPoint]:
    """The customer and the contact point that a contact came from; made when new."""
    claims = (incoming.sender, *incoming.also)
    points = _held(session, claims)
    found = identity.resolve(
        incoming.sender,
        incoming.also,
        {k: _known(session, p) for k, p in points.items()},
    )
    customer = session.get(Customer, found.customer_id) if found.customer_id else None
    is_new = customer is None
    customer = customer or Customer()
    customer.learn_name(next((claim.name for claim in claims if claim.name), ""))
    customer.locale = customer.locale or incoming.language
    for address in found.attach:
        points[identity.key(address)] = _attach(customer, address)
    for address in found.take_back:
        points[identity.key(address)].customer = customer
    for address in (*found.prove, *found.take_back):
        points[identity.key(address)].prove(address.proof)
    for other in found.join:
        customers.join(
            session,
            SYSTEM,
            customer,
            session.get_one(Customer, other),
            f"Both {incoming.sender.value} and another address of theirs are proved.",
        )
    session.add(customer)
    session.flush()
    if is_new:
        audit.record(session, SYSTEM, "customer.added", customer_id=customer.id)
    for suggestion in found.suggestions:
        customers.suggest(session, customer, suggestion)
    return customer, points[identity.key(incoming.sender)]


def _held(session: WriteSession, claims: tuple[Address, ...]) -> dict[AddressKey, ContactPoint]:
    """What the record has of these addresses, held until this transaction ends.

    One contact of an address is taken in at a time: two quick messages make one conversation,
    and a customer who is joined to another meanwhile gets no ticket any more.
    """
    question = _named(claims).order_by(ContactPoint.id).with_for_update(key_share=True)
    rows = session.scalars(question)
    return {(ContactKind(row.kind), row.normalized): row for row in rows}


def _known(session: WriteSession, point: ContactPoint) -> KnownPoint:
    """What the rule must know. That an address was only claimed matters while nobody proved it."""
    if point.is_verified:
        return KnownPoint(point.customer_id, verified=True)
    other = select(ContactPoint.id).where(
        ContactPoint.customer_id == point.customer_id,
        ContactPoint.id != point.id,
        ContactPoint.verified_at.is_not(None),
    )
    only_claimed = session.scalar(other.limit(1)) is not None
    return KnownPoint(point.customer_id, verified=False, only_claimed=only_claimed)


def _named(claims: tuple[Address, ...]) -> Select[ContactPoint]:
    wanted = [
        (ContactPoint.kind == c.kind.value) & (ContactPoint.normalized == normalize(c.value))
        for c in claims
    ]
    return select(ContactPoint).where(or_(*wanted))


def _attach(customer: Customer, address: Address) -> ContactPoint:
    point = ContactPoint.of(address)
    customer.contact_points.append(point)
    return point


def point_of(session: WriteSession, address: Address) -> ContactPoint:
    known = session.scalar(_named((address,)))  # not held: two may put each other in copy
    if known is not None:
        return known
    customer = Customer(name=address.name[:200])
    point = _attach(customer, Address(address.kind, address.value, address.name))
    session.add(customer)
    session.flush()
    audit.record(session, SYSTEM, "customer.added", customer_id=customer.id)
    return point
