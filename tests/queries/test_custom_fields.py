"""Filtering by custom fields, over both databases: the same tickets as a plain look finds."""

from __future__ import annotations

import pytest
from sqlalchemy import ColumnElement, select, text

from helpdesk.actions.custom_fields import (
    Definition,
    add_field,
    change_field,
    set_customer_fields,
    set_ticket_fields,
)
from helpdesk.desk import Desk
from helpdesk.models import Customer, CustomField, FieldValue, NotPossible, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.queries.counts import counts
from helpdesk.queries.custom_fields import customer_fields, ticket_fields
from helpdesk.queries.field_filter import condition
from helpdesk.queries.ticket_list import ticket_list, view_named
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.custom_field import FieldKind, FieldNoun, NotAValue
from helpdesk.rules.ticket_filter import BadFilter, read
from tests.factories import Mail, receive
from tests.queries.conftest import planted

NUMBERS = (None, "9", "10", "100", "-3")
DATES = (None, "2026-01-09", "2026-01-10", "2025-12-31", "2026-02-01")
WORDS = (None, "Blue tent", "blue", "50 % off", "紅色")


@pytest.fixture
def tickets(desk: Desk) -> list[int]:
    for key, kind in (("amount", "number"), ("bought", "date"), ("what", "text")):
        add_field(desk, SYSTEM, FieldNoun.TICKET, key, FieldKind(kind), Definition(key))
    numbers = planted(desk, [{} for _ in NUMBERS])
    for number, *values in zip(numbers, NUMBERS, DATES, WORDS, strict=True):
        named = dict(zip(("amount", "bought", "what"), values, strict=True))
        set_ticket_fields(desk, SYSTEM, number, {k: v for k, v in named.items() if v})
    return numbers


def fits(desk: Desk, key: str, operator: str, given: str = "") -> list[int]:
    """The places, from 0, of the tickets that are found."""
    with desk.read() as session:
        field = session.scalars(select(CustomField).filter_by(key=key)).one()
        wanted: ColumnElement[bool] = condition(field, operator, given)
        found = session.scalars(select(Ticket.id).where(wanted).order_by(Ticket.id)).all()
        first = session.scalar(select(Ticket.id).order_by(Ticket.id).limit(1)) or 0
    return [number - first for number in found]


def test_conditions(desk: Desk, tickets: list[int]) -> None:
    assert fits(desk, "amount", "is", "10.0") == [2]
    assert fits(desk, "amount", "from", "10") == [2, 3]
    assert fits(desk, "amount", "to", "9") == [1, 4]
    assert fits(desk, "amount", "not", "9") == [0, 2, 3, 4]
    assert fits(desk, "bought", "from", "2026-1-10") == [2, 4]
    assert fits(desk, "bought", "to", "2025-12-31") == [3]
    assert fits(desk, "what", "has", "BLUE") == [1, 2]
    assert fits(desk, "what", "has", "%") == [3]
    assert fits(desk, "what", "is", "紅色") == [4]
    assert fits(desk, "what", "any") == [1, 2, 3, 4]
    assert fits(desk, "what", "none") == [0]


def test_what_does_not_fit_is_refused(desk: Desk, tickets: list[int]) -> None:
    for operator, given in (("is", "x"), ("from", ""), ("like", "1")):
        with pytest.raises(NotAValue):
            fits(desk, "amount", operator, given)
    with pytest.raises(NotFound):
        set_ticket_fields(desk, SYSTEM, tickets[0], {"colour": "red"})
    with pytest.raises(NotAValue):
        set_ticket_fields(desk, SYSTEM, tickets[0], {"what": "kept?", "amount": "x"})
    with desk.read() as session:
        assert [shown.value for shown in ticket_fields(session, tickets[0])] == ["", "", ""]


def test_a_filter_walks_an_index(desk: Desk, tickets: list[int]) -> None:
    with desk.read() as session:
        field = session.scalars(select(CustomField).filter_by(key="what")).one()
        question = select(Ticket.id).where(condition(field, "is", "blue"))
        engine = session.get_bind()
        written = question.compile(engine, compile_kwargs={"literal_binds": True})
        if engine.dialect.name == "sqlite":
            plan = str(session.execute(text(f"EXPLAIN QUERY PLAN {written}")).all())
        else:
            session.execute(text("SET enable_seqscan = off"))  # a handful of rows needs no index
            plan = str(session.execute(text(f"EXPLAIN {written}")).all())
            session.execute(text("RESET enable_seqscan"))
    assert "ix_field_values_value" in plan, plan


def test_a_value_stays_when_its_choice_or_its_field_goes(desk: Desk) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    chosen = Definition("Size", choices=("S", "M"))
    field = add_field(desk, SYSTEM, FieldNoun.TICKET, "size", FieldKind.CHOICE, chosen)
    set_ticket_fields(desk, SYSTEM, ticket, {"size": "M"})
    change_field(desk, SYSTEM, field, Definition("Size", choices=("S", "L")))
    with desk.read() as session:
        (shown,) = ticket_fields(session, ticket)
    assert (shown.value, shown.choices) == ("M", ("S", "L", "M"))
    set_ticket_fields(desk, SYSTEM, ticket, {"size": "M"})  # saved with the others: no fault
    change_field(desk, SYSTEM, field, Definition("Size", choices=("S",), active=False))
    with desk.read() as session:
        assert ticket_fields(session, ticket) == []
        assert session.scalars(select(FieldValue.value)).all() == ["M"]
    with pytest.raises(NotFound):
        set_ticket_fields(desk, SYSTEM, ticket, {"size": "S"})


def test_customers_have_fields_of_their_own(desk: Desk) -> None:
    customer = receive(desk, Mail()).customer or 0
    with pytest.raises(NotPossible):
        add_field(desk, SYSTEM, FieldNoun.CUSTOMER, "Tier", FieldKind.TEXT, Definition("Tier"))
    add_field(desk, SYSTEM, FieldNoun.CUSTOMER, "tier", FieldKind.TEXT, Definition("Tier"))
    set_customer_fields(desk, SYSTEM, customer, {"tier": "Gold"})
    with desk.read() as session:
        assert [shown.value for shown in customer_fields(session, customer)] == ["Gold"]
        field = session.scalars(select(CustomField)).one()
        found = select(Customer.id).where(condition(field, "is", "Gold"))
        assert session.scalars(found).all() == [customer]
    set_customer_fields(desk, SYSTEM, customer, {"tier": ""})
    with desk.read() as session:
        assert [shown.value for shown in customer_fields(session, customer)] == [""]


def listed(desk: Desk, address: str) -> list[int]:
    """The places, from 0, of the tickets that the queue shows at an address."""
    with desk.read() as session:
        view = view_named("all", SYSTEM).narrowed(read(address))
        found = sorted(row.id for row in ticket_list(session, SYSTEM, view).rows)
        assert counts(session, SYSTEM, [view])["all"] == len(found)
        first = session.scalar(select(Ticket.id).order_by(Ticket.id).limit(1)) or 0
    return [number - first for number in found]


def test_the_queue_is_filtered_by_them(desk: Desk, tickets: list[int]) -> None:
    assert listed(desk, "field.amount=10.0") == [2]
    assert listed(desk, "field.amount=9&field.amount=100") == [1, 3]
    assert listed(desk, "field.amount=from:9&field.amount=to:10") == [1, 2]
    assert listed(desk, "field.what=has:blue&field.bought=to:2026-01-09") == [1]
    assert listed(desk, "field.what=none:") == [0]
    assert listed(desk, "field.amount=any:&field.what=紅色") == [4]


@pytest.mark.parametrize("address", ["field.nothing=1", "field.amount=many", "field.bought=from:x"])
def test_a_filter_that_no_field_can_hold_is_refused(
    desk: Desk, tickets: list[int], address: str
) -> None:
    with pytest.raises(BadFilter):
        listed(desk, address)


def test_a_kept_view_of_a_field_that_is_gone_counts_nothing(desk: Desk, tickets: list[int]) -> None:
    view = view_named("all", SYSTEM).narrowed(read("field.gone=1"))
    with desk.read() as session:
        assert counts(session, SYSTEM, [view, view_named("open", SYSTEM)]) == {"all": 0, "open": 5}
