"""Putting the demo's customers on the record, with their addresses and orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from channels.message import ContactKind, Proof
from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, Money, Order, Organization, normalize
from helpdesk.rules.actor import SYSTEM
from helpdesk.seeds.people import PEOPLE, Bought, Person


def plant_people(desk: Desk, moment: datetime) -> None:
    """Add the customers who are missing, as customers since some time before ``moment``."""
    with desk.write() as session:
        values = [normalize(v) for person in PEOPLE for _, v in _addresses(person)]
        points = set(
            session.scalars(
                select(ContactPoint.normalized).where(
                    ContactPoint.kind.in_(("email", "phone")), ContactPoint.normalized.in_(values)
                )
            )
        )
        numbers = [bought.number for person in PEOPLE for bought in person.orders]
        orders = set(
            session.scalars(select(Order.external_id).where(Order.external_id.in_(numbers)))
        )
        for person in PEOPLE:
            if not points.isdisjoint(normalize(value) for _, value in _addresses(person)):
                continue
            customer = _plant(session, person, moment)
            session.add_all(
                _order(customer, bought, moment)
                for bought in person.orders
                if bought.number not in orders
            )


def _addresses(person: Person) -> Iterable[tuple[ContactKind, str]]:
    if person.email:
        yield ContactKind.EMAIL, person.email
    if person.phone:
        yield ContactKind.PHONE, person.phone


def _plant(session: WriteSession, person: Person, moment: datetime) -> Customer:
    since = moment - timedelta(days=365 * person.years)
    customer = Customer(
        name=person.name,
        locale=person.locale,
        created_at=since,
        organization=_organization(session, person, since),
    )
    session.add(customer)
    session.flush()
    audit.record(session, SYSTEM, "customer.added", customer_id=customer.id, reason="Imported")
    for kind, value in _addresses(person):
        session.add(_point(customer, kind, value, since, verified=True))
    for value in person.claimed:
        session.add(_point(customer, ContactKind.EMAIL, value, since, verified=False))
    return customer


def _organization(session: WriteSession, person: Person, since: datetime) -> Organization | None:
    if not person.organization:
        return None
    known = session.scalar(select(Organization).where(Organization.name == person.organization))
    domain = person.email.rpartition("@")[2]
    return known or Organization(name=person.organization, domain=domain, created_at=since)


def _point(
    customer: Customer, kind: ContactKind, value: str, since: datetime, *, verified: bool
) -> ContactPoint:
    return ContactPoint(
        customer_id=customer.id,
        kind=kind.value,
        value=value,
        normalized=normalize(value),
        created_at=since,
        verified_at=since if verified else None,
        verified_by=Proof.CODE.value if verified else "",
    )


def _order(customer: Customer, bought: Bought, moment: datetime) -> Order:
    placed = moment - timedelta(days=bought.days, hours=len(bought.summary) % 9)
    return Order(
        external_id=bought.number,
        customer_id=customer.id,
        summary=bought.summary,
        placed_at=placed,
        created_at=placed,
        state=bought.state,
        total=Money(Decimal(bought.amount), bought.currency),
    )
