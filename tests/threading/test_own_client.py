"""An agent who answers from their own mail program is recorded as the agent, and passed on."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.actions import inboxes, tickets
from helpdesk.actions.intake import Outcome
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, Ticket
from helpdesk.rules import plus_address
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.status import Status
from tests.factories import Mail, make_agent, receive
from tests.threading.cases import TRUSTED

OURS = "support@tarnfold.example"


@pytest.fixture
def mei(desk: Desk) -> Actor:
    settings = {"authentication": "header", "trusted_authserv": TRUSTED}
    inboxes.add_inbox(
        desk, SYSTEM, channel="email", address=OURS, name="Support", settings=settings
    )
    return make_agent(desk)


@pytest.fixture
def ticket(desk: Desk, mei: Actor) -> int:
    return receive(desk, Mail()).ticket or 0


def own_mail(
    desk: Desk, mei: Actor, ticket: int, *, is_proved: bool = True, to: str = "", **headers: str
) -> Mail:
    token = plus_address.make(OURS, ticket, desk.vault.key("plus addresses"))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if is_proved:
        named["Authentication-Results"] = f"{TRUSTED}; dkim=pass header.d=tarnfold.example"
    return Mail(
        text="It leaves today.\r\n\r\nOn 21 Nov 2026, Ann wrote:\r\n> The tent pole snapped.",
        sender=f"Mei <{mei.email}>", to=f"{to}{token}", subject="Re: Tent pole", headers=named,
    )  # fmt: skip


def answer(desk: Desk, mei: Actor, ticket: int, **more: Any) -> Outcome:
    return receive(desk, own_mail(desk, mei, ticket, **more))


def last(desk: Desk, ticket: int) -> tuple[Message, list[str], str]:
    with desk.read() as session:
        message = session.query(Message).filter_by(ticket_id=ticket).order_by(-Message.seq).first()
        assert message is not None
        rows = session.query(Delivery).filter_by(message_id=message.id).all()
        status = session.get_one(Ticket, ticket).status
        return message, [row.recipient for row in rows], status


def test_it_is_the_agents_reply_and_goes_to_the_customer(
    desk: Desk, mei: Actor, ticket: int
) -> None:
    outcome = answer(desk, mei, ticket)
    assert (outcome.outcome, outcome.ticket, outcome.customer) == ("appended", ticket, None)
    message, recipients, status = last(desk, ticket)
    assert (message.direction, message.author_kind, message.author_id) == (
        "outbound", "agent", mei.id,
    )  # fmt: skip
    assert message.text.strip() == "It leaves today."  # nothing that was quoted is passed on
    assert (recipients, status) == (["ann@fjell.example"], "waiting")
    assert message.evidence == "An agent answered from their own mail program"
    with desk.read() as session:
        assert session.query(ContactPoint).filter_by(value=mei.email).count() == 0


def test_whom_the_agent_wrote_to_gets_no_second_copy(desk: Desk, mei: Actor, ticket: int) -> None:
    answer(desk, mei, ticket, to="Ann <ann@fjell.example>, ")
    message, recipients, status = last(desk, ticket)
    assert (message.author_kind, recipients, status) == ("agent", [], "waiting")
    follows = Mail(text="Thanks!", headers={"In-Reply-To": message.message_id or ""})
    assert receive(desk, follows).ticket == ticket


def test_without_proof_it_is_a_stranger_who_claims_to_be_one(
    desk: Desk, mei: Actor, ticket: int
) -> None:
    answer(desk, mei, ticket, is_proved=False)
    message, recipients, status = last(desk, ticket)
    assert (message.direction, message.author_kind) == ("inbound", "customer")
    assert (recipients, status) == ([], "open")


def test_an_agents_vacation_notice_is_not_a_reply(desk: Desk, mei: Actor, ticket: int) -> None:
    assert answer(desk, mei, ticket, Auto_Submitted="auto-replied").outcome == "note"
    assert last(desk, ticket)[1:] == ([], "open")


def test_in_an_ended_ticket_it_is_a_note(desk: Desk, mei: Actor, ticket: int) -> None:
    tickets.change_status(desk, SYSTEM, ticket, Status.CLOSED)
    assert answer(desk, mei, ticket).outcome == "note"
    message, recipients, status = last(desk, ticket)
    assert (message.author_kind, recipients, status) == ("agent", [], "closed")
    assert message.evidence.endswith("Kept as a note: it is closed")


def test_the_same_mail_again_is_the_same_reply(desk: Desk, mei: Actor, ticket: int) -> None:
    mail = own_mail(desk, mei, ticket)
    assert receive(desk, mail).outcome == "appended"
    mail.headers["Received"] = "from another.example by mx.tarnfold.example"
    assert receive(desk, mail).outcome == "duplicate"
    assert last(desk, ticket)[0].seq == 2
