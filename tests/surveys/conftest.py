"""Tickets that have ended, on a desk that asks how it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions import inboxes, replies, surveys, tickets
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, Survey, SurveyInvitation, Ticket, now
from helpdesk.rules.actor import SYSTEM, Actor
from helpdesk.rules.status import Status
from tests.factories import Mail, make_agent, receive

ANN = "ann@fjell.example"


@pytest.fixture
def mailbox(desk: Desk) -> int:
    return inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="support@tarnfold.example", name="Support"
    )


def switch_on(desk: Desk, fatigue_days: int = 30) -> None:
    """The survey asks, since a day ago."""
    surveys.configure(desk, SYSTEM, active=True, fatigue_days=fatigue_days, inboxes={})
    with desk.write() as session:
        session.query(Survey).one().active_since = now() - timedelta(days=1)


@pytest.fixture
def asking(desk: Desk, mailbox: int) -> None:
    switch_on(desk)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk, "Mei Chen")


Resolve = Callable[..., int]


@pytest.fixture
def resolved(desk: Desk, mei: Actor, asking: None) -> Resolve:
    """resolved(Mail(...), answer="...") -> a ticket that ended two hours ago."""

    def make(mail: Mail | None = None, answer: str = "A new pole is on its way.") -> int:
        ticket = receive(desk, mail or Mail()).ticket or 0
        tickets.assign(desk, mei, ticket, mei.id)
        if answer:
            replies.send(desk, mei, ticket, answer)
        tickets.change_status(desk, mei, ticket, Status.RESOLVED)
        ended(desk, ticket)
        return ticket

    return make


def ended(desk: Desk, ticket: int, hours: float = 2) -> None:
    """Let it have ended then."""
    with desk.write() as session:
        found = session.get_one(Ticket, ticket)
        found.ended_at = found.queue_at = now() - timedelta(hours=hours)


def invitation_of(desk: Desk, ticket: int) -> SurveyInvitation | None:
    with desk.read() as session:
        return session.scalar(select(SurveyInvitation).where(SurveyInvitation.ticket_id == ticket))


def survey_mails(desk: Desk) -> list[Delivery]:
    """The deliveries that ask."""
    with desk.read() as session:
        rows = session.execute(select(Delivery, Message).join(Message).order_by(Delivery.id)).all()
        return [delivery for delivery, message in rows if "survey_invitation" in message.facts]


def verify(desk: Desk, value: str, *, verified: bool = True) -> None:
    with desk.write() as session:
        point = session.query(ContactPoint).filter_by(value=value).one()
        point.verified_at = now() if verified else None
