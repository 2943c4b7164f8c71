"""The composer begins with the channel by which the customer is best reached, and says why."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from helpdesk.desk import Desk
from helpdesk.models import Customer, Message, Ticket, now
from tests.factories import Mail, give_phone, receive
from tests.web.conftest import Visit


@pytest.fixture
def texted(desk: Desk, ticket: int) -> int:
    """A ticket that a mail opened, of somebody who sent five text messages before."""
    give_phone(desk, ticket)
    with desk.write() as session:
        first = session.get_one(Ticket, ticket)
        phone = next(p for p in first.customer.contact_points if p.kind == "phone")
        for hours in range(5):
            first.receive(
                Message(
                    direction="inbound", channel="sms", author_kind="customer",
                    author_id=first.customer_id, contact_point_id=phone.id, text="Hm.",
                    sent_at=now().replace(hour=17, minute=hours) - timedelta(days=hours),
                )
            )  # fmt: skip
    return receive(desk, Mail(subject="The stove")).ticket or 0


def chosen(page: str) -> str:
    """The channel that the composer begins with."""
    return re.findall(r'name="channel" value="(\w+)" checked', page)[0]


def customer_prefers(desk: Desk, ticket: int, channel: str | None) -> None:
    with desk.write() as session:
        number = session.get_one(Ticket, ticket).customer_id
        session.get_one(Customer, number).preferred_channel = channel


def test_the_usual_channel_is_chosen_and_named(as_mei: Visit, texted: int) -> None:
    page = as_mei.get(f"/tickets/{texted}").text
    assert chosen(page) == "sms"
    assert "Usually answers by SMS" in page
    assert "When they usually write" in page


def test_what_the_customer_said_counts_for_more(as_mei: Visit, desk: Desk, texted: int) -> None:
    customer_prefers(desk, texted, "email")
    page = as_mei.get(f"/tickets/{texted}").text
    assert chosen(page) == "email"
    assert "Prefers Email, as they said" in page
    assert "Usually answers" not in page


def test_too_few_messages_say_nothing(as_mei: Visit, desk: Desk, ticket: int) -> None:
    give_phone(desk, ticket)
    page = as_mei.get(f"/tickets/{ticket}").text
    assert chosen(page) == "email"
    assert "Usually answers" not in page
    assert "When they usually write" not in page


def test_promise_6_a_hidden_ticket_shows_no_habit(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, texted: int, secret_ticket: int
) -> None:
    with desk.write() as session:
        team = session.get_one(Ticket, secret_ticket).team_id
        for ticket in session.query(Ticket).filter(Ticket.id < texted):
            ticket.team_id = team
    assert chosen(as_mei.get(f"/tickets/{texted}").text) == "email"
    assert chosen(as_lawyer.get(f"/tickets/{texted}").text) == "sms"
