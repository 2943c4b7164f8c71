"""Promise 6: of a customer who wrote to a private team alone, the others' programs learn nothing
and change nothing, whichever operation they try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from helpdesk.actions.custom_fields import Definition, add_field, set_customer_fields
from helpdesk.actions.customers import merge
from helpdesk.actions.tickets import move_to_team
from helpdesk.actions.upserts import upsert
from helpdesk.api.operation import OPERATIONS, Operation
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, Order, Team, Ticket
from helpdesk.rules.actor import SYSTEM, Actor, Role
from helpdesk.rules.custom_field import FieldKind, FieldNoun
from tests.api.conftest import Program
from tests.factories import Mail, make_agent, receive

SECRETS = ("Xanthe", "xanthe", "+442079460958", "tourmaline", "Xanthippe")
ORDER = {"customer_external_id": "X-1", "placed_at": "2026-11-20T10:00:00Z", "amount": "129.50",
         "currency": "GBP", "summary": "A tourmaline"}  # fmt: skip


@dataclass(frozen=True)
class Hidden:
    """The customer of a private team: their record, one that is part of it, an unused address."""

    number: int
    part: int
    point: int


@pytest.fixture
def hidden(desk: Desk) -> Hidden:
    make_agent(desk, "Ruth Calloway", Role.AGENT, ("Legal",))
    outcome = receive(desk, Mail(sender="Xanthe Ode <xanthe@claims.example>"))
    assert outcome.ticket is not None
    cells = {"external_id": ["X-1"], "email": ["xanthe@claims.example"],
             "phone": ["+442079460958"]}  # fmt: skip
    number = upsert(desk, SYSTEM, "customers", cells).id
    part = upsert(desk, SYSTEM, "customers", {"external_id": ["X-2"], "name": ["Xanthippe"]}).id
    merge(desk, SYSTEM, number, part, "one person")
    upsert(desk, SYSTEM, "orders", {"external_id": ["O-1"], **{k: [v] for k, v in ORDER.items()}})
    add_field(desk, SYSTEM, FieldNoun.CUSTOMER, "size", FieldKind.TEXT, Definition("Size"))
    set_customer_fields(desk, SYSTEM, number, {"size": "tourmaline"})
    with desk.write() as session:
        team = session.query(Team).filter_by(name="Legal").one()
        team.is_private = True
        point = session.query(ContactPoint.id).filter_by(kind="phone").scalar()
    move_to_team(desk, SYSTEM, outcome.ticket, team.id)
    return Hidden(number, part, point)


@pytest.fixture
def ruler(program_of: Callable[..., Program], desk: Desk) -> Program:
    """An admin's: nothing is hidden from it."""
    return program_of(make_agent(desk, "Ada Root", Role.ADMIN))


def tries(one: Operation, hidden: Hidden) -> list[tuple[str, str, Any]]:
    """Requests of an operation that are about the hidden customer: method, path, body."""
    who = {"name": "Mine", "emails": ["xanthe@claims.example"]}
    called = f"{one.method} {one.path}"
    numbers = [hidden.number, hidden.part]
    return {
        "GET /customers": [("GET", f"/customers?{query}", None) for query in (
            "", "q=xan", "email=xanthe@claims.example", "external_id=X-1",
            "phone=%2B442079460958",
        )],
        "GET /customers/{number}": [("GET", f"/customers/{n}", None) for n in numbers],
        "POST /customers": [
            ("POST", "/customers", who), ("POST", "/customers", {"external_id": "X-1"}),
            ("POST", "/customers", {"external_id": "Q-1", "phones": ["+44 20 7946 0958"]}),
        ],
        "PUT /customers/by-external-id/{external_id}": [
            ("PUT", f"/customers/by-external-id/{name}", body)
            for name in ("X-1", "X-2", "Q-1") for body in (who, {**who, "name": ""})
        ],
        "PATCH /customers/{number}": [
            ("PATCH", f"/customers/{n}", body) for n in numbers
            for body in ({"name": "Mine"}, {"fields": {"size": "M"}}, {})
        ],
        "POST /customers/{number}/contact-points": [
            ("POST", f"/customers/{n}/contact-points", {"kind": "email", "value": "a@b.example"})
            for n in numbers
        ],
        "DELETE /customers/{number}/contact-points/{point_number}": [
            ("DELETE", f"/customers/{n}/contact-points/{hidden.point}", None) for n in numbers
        ],
        "GET /orders": [("GET", f"/orders{query}", None)
                        for query in ("", f"?customer_id={hidden.number}")],
        "GET /orders/{external_id}": [("GET", "/orders/O-1", None)],
        "PUT /orders/{external_id}": [
            ("PUT", "/orders/O-1", {"state": "returned"}), ("PUT", "/orders/O-2", ORDER),
            ("PUT", "/orders/O-1", {**ORDER, "summary": "Mine"}),
        ],
    }[called]  # fmt: skip


ABOUT = [one for one in OPERATIONS if one.path.startswith(("/customers", "/orders"))]


def as_kept(desk: Desk) -> list[Any]:
    with desk.read() as session:
        return [
            [[str(value) for value in row] for row in session.execute(noun.__table__.select())]
            for noun in (Customer, ContactPoint, Order)
        ]


@pytest.mark.parametrize("one", ABOUT, ids=lambda one: f"{one.method} {one.path}")
def test_promise_6_no_operation_tells_of_a_hidden_customer_or_changes_one(
    one: Operation, program: Program, ruler: Program, desk: Desk, hidden: Hidden
) -> None:
    before = as_kept(desk)
    for method, path, body in tries(one, hidden):
        answer = program.call(method, path, **({} if body is None else {"json": body}))
        said = (method, path, answer.status_code, answer.text)
        if answer.status_code == 200:
            assert answer.json["items"] == [], said
        else:
            assert answer.status_code in (404, 409), said
        assert not [word for word in SECRETS if word in answer.text.replace(_named(body), "")], said
        assert f"customer {hidden.number}" not in answer.text or str(hidden.number) in path, said
    assert as_kept(desk) == before
    method, path, body = tries(one, hidden)[0]
    told = ruler.call(method, path, **({} if body is None else {"json": body}))
    assert told.status_code != 404, told.text


def _named(body: Any) -> str:
    """What the program said itself may be said to it."""
    return body["emails"][0] if isinstance(body, dict) and "emails" in body else "\0"


def test_promise_6_an_address_of_a_hidden_customer_is_not_told_from_another_record(
    program: Program, desk: Desk, hidden: Hidden
) -> None:
    mine = upsert(desk, SYSTEM, "customers", {"external_id": ["M-1"], "name": ["Mine"]}).id
    body = {"kind": "phone", "value": "+442079460958"}
    answer = program.post(f"/customers/{mine}/contact-points", json=body)
    assert answer.status_code == 409
    assert "may not see" in answer.json["detail"]
    for cells in ({"external_id": "M-1", "phones": ["+442079460958"]}, {"external_id": "X-1"}):
        name = cells.pop("external_id")
        refused = program.put(f"/customers/by-external-id/{name}", json=cells)
        assert "may not see" in refused.json["detail"]


def test_promise_6_no_ticket_is_opened_for_a_hidden_customer_by_number(
    program: Program, desk: Desk, hidden: Hidden
) -> None:
    body = {"requester": {"customer_id": hidden.number}, "subject": "A", "text": "B"}
    assert program.post("/tickets", json=body).status_code == 404
    with desk.read() as session:
        assert session.query(Ticket).count() == 1


def test_who_wrote_to_others_too_is_seen_by_all(
    program: Program, desk: Desk, hidden: Hidden
) -> None:
    receive(desk, Mail(sender="xanthe@claims.example", subject="Something else"))
    assert program.get(f"/customers/{hidden.number}").json["name"] == "Xanthe Ode"
    assert program.get(f"/customers/{hidden.part}").json["merged_into_id"] == hidden.number
    assert program.get("/orders/O-1").json["summary"] == "A tourmaline"


def test_the_team_s_own_programs_see_them(
    program_of: Callable[..., Program], desk: Desk, hidden: Hidden
) -> None:
    member: Actor = make_agent(desk, "Lea Law", Role.AGENT, ("Legal",))
    assert program_of(member).get(f"/customers/{hidden.number}").status_code == 200
