"""Lists as tables: what ``actor`` may see, row after row, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from helpdesk.models import Customer, CustomField, Order, Ticket, now
from helpdesk.models.visibility import visible_to
from helpdesk.queries import customer_list, organization_page, search
from helpdesk.queries.custom_fields import fields_of, values_by
from helpdesk.queries.customer_records import orders_visible_to
from helpdesk.queries.filtered import values_of
from helpdesk.queries.ticket_list import View, conditions
from helpdesk.queries.ticket_records import whole_tickets
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from helpdesk.rules.ticket_filter import field_pairs, written
from helpdesk.sheets.writing import Cell

AT_ONCE = 500
FAR = 2**31 - 1
EXPORTERS = (Role.SUPERVISOR, Role.ADMIN)
ADMINS = (Role.ADMIN,)

Rows = Iterator[Sequence[Cell]]

TICKETS = ("number", "external_id", "subject", "status", "priority", "requester", "email", "phone",
           "assignee", "team", "tags", "created_at", "changed_at", "ended_at")  # fmt: skip
CUSTOMERS = ("number", "external_id", "name", "email", "phone", "language", "organization",
             "created_at")  # fmt: skip
ORGANIZATIONS = ("number", "external_id", "name", "domain", "people")
ORDERS = ("external_id", "customer_external_id", "email", "summary", "placed_at", "amount",
          "currency", "state")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """A list to be written: what its rows are, and ``asked``, the words by which it was chosen.

    The first row holds the headers. Of what is imported, they are the names of the fields, so that
    a program can take the file in again. ``readers``: who may have it.
    """

    noun: str
    rows: Callable[[Session, Actor], Rows]
    asked: Mapping[str, str] = field(default_factory=dict)
    readers: tuple[Role, ...] = EXPORTERS


def tickets(view: View | None = None, words: str = "") -> Export:
    """The tickets of a view, which must be ``understood``; or those that match ``words``, as on
    the page, whatever the view; or all."""
    asked = {"view": view.name, "filter": written(view.filter)} if view else {}
    return Export("tickets", lambda s, a: _tickets(s, a, view, words), asked | {"words": words})


def customers(wanted: customer_list.Wanted) -> Export:
    """The customers who are ``wanted``, which must be ``understood``."""
    asked = {name: str(getattr(wanted, name) or "") for name in ("q", "stage", "tier", "pool")}
    asked["holder"] = "" if wanted.holder is None else str(wanted.holder)
    asked["filter"] = urlencode(field_pairs(wanted.fields))
    return Export("customers", lambda s, a: _customers(s, a, wanted), asked)


def orders() -> Export:
    return Export("orders", _orders)


def organizations(words: str = "") -> Export:
    return Export("organizations", lambda s, a: _organizations(s, a, words), {"words": words})


def _tickets(session: Session, actor: Actor, view: View | None, words: str) -> Rows:
    fields = fields_of(session, FieldNoun.TICKET)
    yield (*TICKETS, *(each.rule.column for each in fields))
    question = whole_tickets()
    if words:
        question = question.where(visible_to(actor))
        for part in _found(session, actor, words):
            found = session.scalars(question.where(Ticket.id.in_(part))).unique()
            yield from _with_fields(session, fields, found, _ticket)
        return
    wanted = view or View("", "")
    question = question.where(*conditions(wanted, actor))
    values = values_of(wanted.filter, now())
    yield from _with_fields(session, fields, _walked(session, question, Ticket, values), _ticket)


def _found(session: Session, actor: Actor, words: str) -> Iterator[list[int]]:
    after = ""
    while True:
        page = search.search(session, actor, words, after)
        yield [row.id for row in page.rows]
        after = page.after
        if not after:
            return


def _walked(
    session: Session, question: Any, noun: Any, values: Mapping[str, Any] | None = None
) -> Iterator[Any]:
    """Every row, the newest first, a part at a time; what has been said is forgotten."""
    before = FAR
    while True:
        part = question.where(noun.id < before).order_by(noun.id.desc()).limit(AT_ONCE)
        found = session.scalars(part, values or {}).unique().all()
        yield from found
        if len(found) < AT_ONCE:
            return
        before = found[-1].id
        session.expunge_all()


def _with_fields(
    session: Session,
    fields: Sequence[CustomField],
    records: Iterable[Any],
    cells: Callable[[Any], Sequence[Cell]],
) -> Rows:
    """Each record's own cells, then what stands in the desk's fields of its noun."""
    rest = iter(records)
    while part := list(islice(rest, AT_ONCE)):
        numbers = [one.id for one in part]
        values = values_by(session, FieldNoun(fields[0].noun), numbers) if fields else {}
        for one, number in zip(part, numbers, strict=True):
            there = values.get(number, {})
            yield (*cells(one), *(_value(each, there.get(each.key, "")) for each in fields))


def _value(of: CustomField, text: str) -> Cell:
    """A number is one in a spreadsheet, too."""
    return Decimal(text) if text and of.kind == FieldKind.NUMBER.value else text


def _ticket(ticket: Ticket) -> Sequence[Cell]:
    customer, address = ticket.customer, _addresses(ticket.customer)
    return (
        ticket.id, ticket.external_id, ticket.subject, ticket.status, ticket.priority,
        customer.name, address("email"), address("phone"),
        ticket.assignee.email if ticket.assignee else None,
        ticket.team.name if ticket.team else None, ", ".join(tag.name for tag in ticket.tags),
        ticket.created_at, ticket.changed_at, ticket.ended_at,
    )  # fmt: skip


def _addresses(customer: Customer) -> Callable[[str], str | None]:
    points = customer.contact_points
    return lambda kind: next((point.value for point in points if point.kind == kind), None)


def _customers(session: Session, actor: Actor, wanted: customer_list.Wanted) -> Rows:
    fields = fields_of(session, FieldNoun.CUSTOMER)
    yield (*CUSTOMERS, *(each.rule.column for each in fields))
    question = (
        select(Customer)
        .where(*customer_list.conditions(actor, wanted))
        .options(joinedload(Customer.organization), selectinload(Customer.contact_points))
    )
    yield from _with_fields(session, fields, _walked(session, question, Customer), _customer)


def _customer(customer: Customer) -> Sequence[Cell]:
    address = _addresses(customer)
    return (
        customer.id, customer.external_id, customer.name, address("email"), address("phone"),
        customer.locale, customer.organization.name if customer.organization else None,
        customer.created_at,
    )  # fmt: skip


def _orders(session: Session, actor: Actor) -> Rows:
    yield ORDERS
    question = orders_visible_to(actor).options(
        contains_eager(Order.customer).selectinload(Customer.contact_points)
    )
    for order in _walked(session, question, Order):
        yield (
            order.external_id, order.customer.external_id, _addresses(order.customer)("email"),
            order.summary, order.placed_at, order.total.amount, order.total.currency, order.state,
        )  # fmt: skip


def _organizations(session: Session, actor: Actor, words: str) -> Rows:
    yield ORGANIZATIONS
    after = ""
    while True:
        found = organization_page.organizations(session, actor, words, after)
        page = found[: organization_page.PAGE]
        yield from ((one.id, one.external_id, one.name, one.domain, one.people) for one in page)
        if len(found) == len(page):
            return
        after = page[-1].name
