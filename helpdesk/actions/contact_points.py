"""The addresses of a customer: added and removed by hand, and which one is written to first."""

from __future__ import annotations

from sqlalchemy import exists, select, update

from channels.message import Address, ContactKind
from channels.phone_numbers import normalized
from helpdesk.actions import audit, customer_words, customers
from helpdesk.actions.customer_record import changing
from helpdesk.actions.search_index import reindex_customer
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Customer,
    Delivery,
    Message,
    NotPossible,
    OneTimeCode,
    Participant,
    normalize,
)
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor

BY_HAND = (ContactKind.EMAIL, ContactKind.PHONE)


def add(desk: Desk, actor: Actor, customer_id: int, kind: str, value: str) -> None:
    """Put an address on the record: a claim, until it is proved.

    One of somebody else's is not taken from them: whether the two are one person is suggested.
    Raises ``NotFound``, ``NotPossible``.
    """
    if kind not in BY_HAND:
        raise NotPossible("Choose email or phone.")
    value = _checked(ContactKind(kind), value.strip())
    with changing(desk, actor, customer_id) as (session, customer):
        known = session.scalar(
            select(ContactPoint).where(
                ContactPoint.kind == kind, ContactPoint.normalized == normalize(value)
            )
        )
        if known is None:
            point = ContactPoint.of(Address(ContactKind(kind), value))
            customer.contact_points.append(point)
            _changed(session, actor, customer, "customer.address_added", value)
            return
        if known.customer_id == customer.id:
            raise NotPossible("%(address)s is on this record already.", address=value)
        said = f"{actor.name} was told that {value} is theirs"
        customers.suggest(session, customer.id, known.own_customer_id, said, actor=actor)
    raise NotPossible(
        "%(address)s is on another record. Whether they are one person is asked on this page.",
        address=value,
    )


def _checked(kind: ContactKind, value: str) -> str:
    if kind is ContactKind.EMAIL:
        local, at, domain = value.rpartition("@")
        if not (local and at and "." in domain) or len(value) > 254 or " " in value:
            raise NotPossible("%(address)s is not an email address.", address=value[:100])
        return value.lower()
    number = normalized(value)
    if not (number.startswith("+") and number[1:].isdecimal() and 7 < len(number) < 17):
        raise NotPossible(
            "%(address)s is not a telephone number. Begin with + and the country.",
            address=value[:100],
        )
    return number


def remove(desk: Desk, actor: Actor, customer_id: int, point_id: int) -> None:
    """Take an address off the record, unless something was said over it."""
    with changing(desk, actor, customer_id) as (session, customer):
        point = point_of(customer, point_id)
        if _is_used(session, point):
            raise NotPossible(
                "%(address)s has been written from or to, so it stays on the record.",
                address=point.value,
            )
        session.delete(point)
        session.flush()
        session.expire(customer, ["contact_points"])
        _changed(session, actor, customer, "customer.address_removed", point.value)


def _is_used(session: WriteSession, point: ContactPoint) -> bool:
    uses = (
        Message.contact_point_id, Participant.contact_point_id, Delivery.contact_point_id,
        OneTimeCode.contact_point_id, OneTimeCode.asker_point_id,
    )  # fmt: skip
    return any(session.scalar(select(exists().where(use == point.id))) for use in uses)


def make_primary(desk: Desk, actor: Actor, customer_id: int, point_id: int) -> None:
    """Write to this address first, of those of its kind."""
    with changing(desk, actor, customer_id) as (session, customer):
        point = point_of(customer, point_id)
        same_kind = ContactPoint.customer_id == customer.id, ContactPoint.kind == point.kind
        session.execute(update(ContactPoint).where(*same_kind).values(is_primary=None))
        point.is_primary = True
        audit.record(session, actor, "customer.address_preferred", customer_id=customer.id,
                     address=point.value)  # fmt: skip


def point_of(customer: Customer, point_id: int) -> ContactPoint:
    """An address of this customer. Raises ``NotFound``."""
    for point in customer.contact_points:
        if point.id == point_id:
            return point
    raise NotFound("There is no such address on this record.")


def _changed(
    session: WriteSession, actor: Actor, customer: Customer, event: str, address: str
) -> None:
    audit.record(session, actor, event, customer_id=customer.id, address=address)
    customer_words.index(session, customer)
    reindex_customer(session, customer.id)
