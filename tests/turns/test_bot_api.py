"""What the bot's actions may read, and what they may not (promise 3)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from helpdesk import create_app
from helpdesk.actions import handovers
from helpdesk.desk import Desk
from helpdesk.models import Customer, Order, Ticket
from helpdesk.models.order import Money
from tests.factories import make_agent
from tests.turns.conftest import Chat

SIGNED_IN = [{"kind": "email", "value": "ann@fjell.example", "proof": "signed"}]
SAID_SO = [{"kind": "email", "value": "ann@fjell.example", "proof": "none"}]


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return create_app(desk).test_client()


def asked(desk: Desk, client: FlaskClient, path: str, token: str | None = None):  # type: ignore[no-untyped-def]
    bearer = desk.bot_token if token is None else token
    return client.get(path, headers={"Authorization": f"Bearer {bearer}"})


def order(desk: Desk, number: str, customer: int) -> None:
    with desk.write() as session:
        session.add(
            Order(
                external_id=number, customer_id=customer, summary="Two-person tent",
                placed_at=datetime(2026, 11, 2, tzinfo=UTC), state="shipped",
                total=Money(Decimal("129.00"), "GBP"),
            )
        )  # fmt: skip


def customer_of(desk: Desk, ticket: int) -> int:
    with desk.read() as session:
        return session.get_one(Ticket, ticket).customer_id


def stranger(desk: Desk) -> int:
    with desk.write() as session:
        somebody = Customer(name="Somebody else")
        session.add(somebody)
        session.flush()
        return somebody.id


@pytest.mark.parametrize("token", ["", "wrong", "0" * 64])
def test_without_the_token_nothing_is_told(
    desk: Desk, client: FlaskClient, chat: Chat, token: str
) -> None:
    chat.say("hello", claims=SIGNED_IN)
    for path in ("search?q=returns", "orders/T-1001?"):
        answer = asked(desk, client, f"/bot/{path}&ticket={chat.ticket}&epoch=0", token)
        assert answer.status_code == 401
    assert client.get(f"/bot/search?ticket={chat.ticket}&epoch=0").status_code == 401


def test_who_signed_in_hears_of_their_own_order_only(
    desk: Desk, client: FlaskClient, chat: Chat
) -> None:
    chat.say("Where is it?", claims=SIGNED_IN)
    order(desk, "T-1001", customer_of(desk, chat.ticket))
    order(desk, "T-2002", stranger(desk))
    here = f"?ticket={chat.ticket}&epoch=0"
    assert asked(desk, client, f"/bot/orders/t-1001{here}").json == {
        "state": "verified",
        "order": {
            "external_id": "T-1001", "state": "shipped", "placed": "2026-11-02",
            "summary": "Two-person tent",
        },
    }  # fmt: skip
    assert asked(desk, client, f"/bot/orders/T-2002{here}").json == {"state": "unknown"}
    assert asked(desk, client, f"/bot/orders/T-9999{here}").json == {"state": "unknown"}


@pytest.mark.parametrize("claims", [[], SAID_SO])
def test_who_proved_nothing_does_not_even_learn_whether_an_order_exists(
    desk: Desk, client: FlaskClient, chat: Chat, claims: list[dict[str, str]]
) -> None:
    chat.say("Where is it?", claims=claims)
    order(desk, "T-1001", customer_of(desk, chat.ticket))
    for number in ("T-1001", "T-9999"):
        answer = asked(desk, client, f"/bot/orders/{number}?ticket={chat.ticket}&epoch=0")
        assert answer.json == {"state": "unproved", "code": False}


def test_once_people_speak_the_bot_reads_nothing_more(
    desk: Desk, client: FlaskClient, chat: Chat
) -> None:
    chat.say("Where is it?", claims=SIGNED_IN)
    handovers.take_over(desk, make_agent(desk), chat.ticket)
    for epoch in (0, 1):
        answer = asked(desk, client, f"/bot/orders/T-1?ticket={chat.ticket}&epoch={epoch}")
        assert answer.status_code == 404


@pytest.mark.parametrize("where", ["", "ticket=x&epoch=0", "ticket=9&epoch=-1",
                                   "ticket=99999999999&epoch=0"])  # fmt: skip
def test_a_conversation_that_is_none_is_a_plain_404(
    desk: Desk, client: FlaskClient, where: str
) -> None:
    assert asked(desk, client, f"/bot/search?q=returns&{where}").status_code == 404


def test_a_search_answers_in_the_shape_of_the_contract(
    desk: Desk, client: FlaskClient, chat: Chat
) -> None:
    chat.say("hello")
    path = f"/bot/search?q=returns&lang=en&ticket={chat.ticket}&epoch=0"
    answer = asked(desk, client, path)
    assert answer.json == {"outcome": "unknown", "confidence": 0.0, "articles": []}
