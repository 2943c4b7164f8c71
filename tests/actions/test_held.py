"""Replies that wait: let out once, taken back whole, stopped when the customer writes first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from helpdesk.actions import deliveries, held, replies, tickets
from helpdesk.actions.held import Wait
from helpdesk.desk import Desk
from helpdesk.models import (
    AuditEvent,
    Delivery,
    Message,
    Notification,
    NotPossible,
    Ticket,
    now,
)
from helpdesk.models.message import Hold
from helpdesk.models.visibility import MESSAGES_OF_CUSTOMERS, NotFound
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.status import Status
from tests.actions.test_concurrency import at_once
from tests.factories import Mail, make_agent, receive

SOON = timedelta(seconds=8)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk)


def waiting(
    desk: Desk, actor: Actor, ticket: int, hold: str = Hold.UNDO, then: str = ""
) -> Message:
    replies.send(desk, actor, ticket, "A pole is coming.", wait=Wait(hold, now() + SOON, then))
    with desk.read() as session:
        return session.scalars(
            select(Message).where(Message.hold.is_not(None)).order_by(Message.id.desc()).limit(1)
        ).one()


def time_passes(desk: Desk) -> list[int]:
    """Until every held reply is due; they are let out."""
    with desk.write() as session:
        session.execute(
            update(Message)
            .where(Message.held_until.is_not(None))
            .values(held_until=now() - timedelta(seconds=1))
        )
    due = held.due(desk)
    for each in due:
        held.let_out(desk, each)
    return due


def stands(desk: Desk, ticket: int) -> str:
    with desk.read() as session:
        return session.scalars(select(Ticket.status).where(Ticket.id == ticket)).one()


def held_as(desk: Desk, message: int) -> str | None:
    with desk.read() as session:
        return session.get_one(Message, message).hold


def events(desk: Desk, name: str) -> int:
    with desk.read() as session:
        found = select(func.count()).select_from(AuditEvent).where(AuditEvent.event == name)
        return session.scalar(found) or 0


@pytest.mark.parametrize("hold", [Hold.UNDO, Hold.SCHEDULED])
def test_a_held_reply_is_out_for_nobody_and_then_leaves_once(
    desk: Desk, mei: Actor, hold: str
) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    message = waiting(desk, mei, ticket, hold)
    assert (stands(desk, ticket), deliveries.due(desk), held.due(desk)) == ("open", [], [])
    with desk.read() as session:
        shown = session.scalars(select(Message.direction).where(MESSAGES_OF_CUSTOMERS)).all()
    assert shown == ["inbound"]
    assert time_passes(desk) == [message.id]
    assert stands(desk, ticket) == "waiting"
    assert len(deliveries.due(desk)) == 1
    held.let_out(desk, message.id)
    assert held.due(desk) == []
    assert len(deliveries.due(desk)) == 1


def test_taken_back_it_is_gone_but_for_the_event(desk: Desk, mei: Actor) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    message = waiting(desk, mei, ticket)
    assert held.withdraw(desk, mei, ticket, message.id) == "A pole is coming."
    with desk.read() as session:
        assert session.scalars(select(Message.direction)).all() == ["inbound"]
        assert session.scalars(select(Delivery.id)).all() == []
    assert (events(desk, "message.withdrawn"), stands(desk, ticket)) == (1, "open")
    with pytest.raises(NotFound):
        held.withdraw(desk, mei, ticket, message.id)
    replies.send(desk, mei, ticket, "Better words.")
    assert stands(desk, ticket) == "waiting"


def test_what_has_left_cannot_be_taken_back(desk: Desk, mei: Actor) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    message = waiting(desk, mei, ticket)
    held.send_now(desk, mei, ticket, message.id)
    with pytest.raises(NotPossible, match="left already"):
        held.withdraw(desk, mei, ticket, message.id)


def test_taken_back_and_let_out_at_once_exactly_one_happens(desk: Desk, mei: Actor) -> None:
    for _ in range(4):
        ticket = receive(desk, Mail()).ticket or 0
        message = waiting(desk, mei, ticket)
        with desk.write() as session:
            session.get_one(Message, message.id).held_until = now() - SOON

        def take_back(ticket: int = ticket, number: int = message.id) -> bool:
            try:
                held.withdraw(desk, mei, ticket, number)
            except NotPossible:
                return False
            return True

        def let_out(number: int = message.id) -> None:
            try:
                held.let_out(desk, number)
            except NotFound:  # it was taken back before anybody looked
                return

        taken, _none = at_once(take_back, let_out)
        with desk.read() as session:
            rows = session.scalars(select(Delivery).where(Delivery.message_id == message.id)).all()
        assert [row.due_at is not None for row in rows] == ([] if taken else [True])


def test_send_and_resolve_resolves_when_it_leaves(desk: Desk, mei: Actor) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    waiting(desk, mei, ticket, then=Status.RESOLVED.value)
    assert stands(desk, ticket) == "open"
    time_passes(desk)
    assert stands(desk, ticket) == "resolved"
    assert events(desk, "ticket.resolved") == 1


def test_a_scheduled_reply_stops_when_the_customer_writes_first(desk: Desk, mei: Actor) -> None:
    first = Mail()
    ticket = receive(desk, first).ticket or 0
    message = waiting(desk, mei, ticket, Hold.SCHEDULED)
    headers = {"In-Reply-To": first.message_id, "References": first.message_id}
    away = headers | {"Auto-Submitted": "auto-replied"}
    assert receive(desk, Mail(text="I am away.", headers=away)).ticket == ticket
    assert held_as(desk, message.id) == Hold.SCHEDULED
    assert receive(desk, Mail(text="It came!", headers=headers)).ticket == ticket
    assert held_as(desk, message.id) == Hold.STOPPED, "at once: the page says so"
    time_passes(desk)
    assert (deliveries.due(desk), held.due(desk), stands(desk, ticket)) == ([], [], "open")
    with desk.read() as session:
        assert session.scalars(select(Notification.kind)).all() == ["held"]
    with pytest.raises(NotPossible, match="answer anew"):
        held.send_now(desk, mei, ticket, message.id)
    assert held.withdraw(desk, mei, ticket, message.id) == "A pole is coming."


def test_a_scheduled_reply_to_a_ticket_that_was_closed_stops(desk: Desk, mei: Actor) -> None:
    ticket = receive(desk, Mail()).ticket or 0
    waiting(desk, mei, ticket, Hold.SCHEDULED)
    tickets.change_status(desk, SYSTEM, ticket, Status.CLOSED)
    time_passes(desk)
    assert (deliveries.due(desk), stands(desk, ticket)) == ([], "closed")


def test_others_cannot_take_back_what_they_do_not_see(desk: Desk, mei: Actor) -> None:
    ticket, other = (receive(desk, Mail()).ticket or 0 for _ in range(2))
    message = waiting(desk, mei, ticket)
    with pytest.raises(NotFound):
        held.withdraw(desk, mei, other, message.id)
