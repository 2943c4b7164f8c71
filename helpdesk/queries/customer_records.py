"""Customers, organizations and orders as other programs list them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.models import ContactPoint, Customer, Order, Organization, normalize
from helpdesk.models.visibility import NotFound, customers_visible_to
from helpdesk.queries.field_filter import asked_for, looked_up
from helpdesk.rules.actor import Actor
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.ticket_filter import FieldWords

FARTHEST = 2**31 - 1


def customer_records(
    session: Session,
    actor: Actor,
    *,
    before: int,
    limit: int,
    words: str = "",
    email: str = "",
    phone: str = "",
    external_id: str = "",
    organization_id: int | None = None,
    fields: FieldWords = (),
) -> Sequence[Customer]:
    """Customers below the number ``before``, the newest first; not those joined to another one.

    Raises ``BadFilter`` for custom fields that are not there, or cannot hold such a value.
    """
    actor.must_be_staff()
    question = _whole().where(
        Customer.id < before, Customer.merged_into_id.is_(None), customers_visible_to(actor)
    )
    question = question.where(*asked_for(looked_up(session, FieldNoun.CUSTOMER, fields), fields))
    for kind, value in (("email", email), ("phone", phone)):
        if value:
            question = question.where(Customer.contact_points.any(
                (ContactPoint.kind == kind) & (ContactPoint.normalized == normalize(value))
            ))  # fmt: skip
    if external_id:
        question = question.where(Customer.external_id == external_id)
    if organization_id is not None:
        question = question.where(Customer.organization_id == organization_id)
    if words:
        like = f"%{_escaped(words)}%"
        question = question.where(or_(
            Customer.name.ilike(like, escape="\\"),
            Customer.contact_points.any(
                (ContactPoint.kind != "visitor") & ContactPoint.value.ilike(like, escape="\\")
            ),
        ))  # fmt: skip
    return session.scalars(question.order_by(Customer.id.desc()).limit(limit)).unique().all()


def _whole() -> Select[Customer]:
    return select(Customer).options(
        joinedload(Customer.organization), selectinload(Customer.contact_points)
    )


def _escaped(words: str) -> str:
    return words[:200].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def customer_record(session: Session, actor: Actor, number: int) -> Customer:
    """One customer, also one that was joined to another. Raises ``NotFound``."""
    actor.must_be_staff()
    wanted = number if 0 < number <= FARTHEST else 0
    question = _whole().where(Customer.id == wanted, customers_visible_to(actor))
    customer = session.scalars(question).unique().one_or_none()
    if customer is None:
        raise NotFound("There is no customer %(customer)s.", customer=number)
    return customer


def organization_records(
    session: Session, actor: Actor, *, before: int, limit: int, words: str = ""
) -> Sequence[Organization]:
    actor.must_be_staff()
    question = select(Organization).where(Organization.id < before)
    if words:
        like = f"%{_escaped(words)}%"
        question = question.where(Organization.name.ilike(like, escape="\\"))
    return session.scalars(question.order_by(Organization.id.desc()).limit(limit)).all()


def organization_record(session: Session, actor: Actor, number: int) -> Organization:
    actor.must_be_staff()
    found = session.get(Organization, number if 0 < number <= FARTHEST else 0)
    if found is None:
        raise NotFound("There is no such organization.")
    return found


def order_records(
    session: Session, actor: Actor, *, before: int, limit: int, customer_id: int | None = None
) -> Sequence[Order]:
    actor.must_be_staff()
    question = orders_visible_to(actor).where(Order.id < before)
    if customer_id is not None:
        question = question.where(Order.customer_id == customer_id)
    return session.scalars(question.order_by(Order.id.desc()).limit(limit)).all()


def orders_visible_to(actor: Actor) -> Select[Order]:
    """The orders of the customers whom ``actor`` may see."""
    return select(Order).join(Order.customer).where(customers_visible_to(actor))


def order_record(session: Session, actor: Actor, external_id: str) -> Order:
    actor.must_be_staff()
    question = orders_visible_to(actor).where(Order.external_id == external_id)
    found: Any = session.scalar(question)
    if found is None:
        raise NotFound("There is no such order.")
    return found  # type: ignore[no-any-return]
