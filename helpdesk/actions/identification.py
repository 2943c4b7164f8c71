"""Finding out whose a contact is: the rule decides, this puts it on the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import joinedload

from channels.message import Address, ContactKind, InboundMessage, Proof
from helpdesk.actions import audit, customer_words, customers, merge_values, merging, organizations
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
        {k: _known(p) for k, p in points.items()},
    )
    homes = {point.customer_id: point.own_customer_id for point in points.values()}
    customer = session.get(Customer, found.customer_id) if found.customer_id else None
    home = _home(session, customer, claims, points)
    is_new = home is None
    home = home or Customer()
    customer = customer or home
    session.add(home)
    _learn(session, home, claims, incoming, is_new=is_new)
    for address in found.attach:
        points[identity.key(address)] = _attach(customer, home, address)
    for address in found.take_back:
        _give(points[identity.key(address)], customer, home)
    news = [a for a in found.prove if not points[identity.key(a)].is_verified]
    for address in (*found.prove, *found.take_back):
        points[identity.key(address)].prove(address.proof)
    for other in found.join:
        merging.join(
            session,
            SYSTEM,
            customer,
            session.get_one(Customer, other),
            f"Both {incoming.sender.value} and another address of theirs are proved.",
        )
    session.flush()
    if is_new:
        audit.record(session, SYSTEM, "customer.added", customer_id=home.id)
    for suggestion in found.suggestions:
        other = homes.get(suggestion.other_id, suggestion.other_id)
        customers.suggest(session, home.id, other, suggestion.evidence)
    sender = points[identity.key(incoming.sender)]
    if found.attach or news:
        for point in customer.contact_points:
            organizations.join_by_domain(session, customer, point)
    if is_new or found.attach or found.take_back:
        customer_words.index(session, customer)
    return customer, sender


def _home(
    session: WriteSession,
    customer: Customer | None,
    claims: Sequence[Address],
    points: Mapping[AddressKey, ContactPoint],
) -> Customer | None:
    """The record that would be theirs if none had been merged: of the address that decided."""
    if customer is None:
        return None
    is_proved = claims[0].proof is not Proof.NONE
    for claim in claims[1:]:
        point = points.get(identity.key(claim))
        if is_proved and point and point.is_verified and claim.proof is not Proof.NONE:
            return session.get_one(Customer, point.own_customer_id)
    return session.get_one(Customer, points[identity.key(claims[0])].own_customer_id)


def _learn(
    session: WriteSession,
    home: Customer,
    claims: Sequence[Address],
    incoming: InboundMessage,
    *,
    is_new: bool,
) -> None:
    name = next((claim.name for claim in claims if claim.name), "")
    if is_new:
        home.learn_name(name)
        home.locale = incoming.language
    elif home.own is None and home.merged_into_id is None:
        home.learn_name(name)
        home.learn_locale(incoming.language)
    else:
        merge_values.learn(session, home, name, incoming.language)


def _give(point: ContactPoint, customer: Customer, home: Customer) -> None:
    point.customer = customer
    point.home_id = home.id if home is not customer else None


def _held(session: WriteSession, claims: tuple[Address, ...]) -> dict[AddressKey, ContactPoint]:
    """What the record has of these addresses, held until this transaction ends.

    One contact of an address is taken in at a time: two quick messages make one conversation,
    and a customer who is joined to another meanwhile gets no ticket any more.
    """
    if len(claims) == 1:
        rows = session.scalars(_HELD_ONE, _by_address(claims[0])).unique()
    else:
        rows = session.scalars(_with_customer(_named(claims))).unique()
    return {(ContactKind(row.kind), row.normalized): row for row in rows}


def _with_customer(question: Select[ContactPoint]) -> Select[ContactPoint]:
    return (
        question.options(
            joinedload(ContactPoint.customer, innerjoin=True).joinedload(Customer.contact_points)
        )
        .order_by(ContactPoint.id)
        .with_for_update(of=ContactPoint, key_share=True)
    )


_ONE = select(ContactPoint).where(
    ContactPoint.kind == bindparam("kind"), ContactPoint.normalized == bindparam("normalized")
)
_HELD_ONE = _with_customer(_ONE)


def _by_address(address: Address) -> dict[str, str]:
    return {"kind": address.kind.value, "normalized": normalize(address.value)}


def _known(point: ContactPoint) -> KnownPoint:
    """What the rule must know. That an address was only claimed matters while nobody proved it."""
    if point.is_verified:
        return KnownPoint(point.customer_id, verified=True)
    proved = any(
        other.is_verified
        for other in point.customer.contact_points
        if other.own_customer_id == point.own_customer_id
    )
    return KnownPoint(point.customer_id, verified=False, only_claimed=proved)


def _named(claims: tuple[Address, ...]) -> Select[ContactPoint]:
    wanted = [
        (ContactPoint.kind == c.kind.value) & (ContactPoint.normalized == normalize(c.value))
        for c in claims
    ]
    return select(ContactPoint).where(or_(*wanted))


def _attach(customer: Customer, home: Customer, address: Address) -> ContactPoint:
    point = ContactPoint.of(address)
    point.home_id = home.id if home is not customer else None
    customer.contact_points.append(point)
    return point


def point_of(session: WriteSession, address: Address) -> ContactPoint:
    known = session.scalar(_ONE, _by_address(address))  # not held: two may put each other in copy
    if known is not None:
        return known
    customer = Customer(name=address.name[:200])
    point = _attach(customer, customer, Address(address.kind, address.value, address.name))
    session.add(customer)
    session.flush()
    customer_words.index(session, customer)
    audit.record(session, SYSTEM, "customer.added", customer_id=customer.id)
    return point
