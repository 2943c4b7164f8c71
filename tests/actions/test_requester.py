"""A forwarded mail's sender becomes the requester when an agent says so, and not before."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.actions import customers, merging, moving, people, replies
from helpdesk.actions.requester import make_requester, undo
from helpdesk.actions.tickets import move_to_team
from helpdesk.desk import Desk
from helpdesk.models import (
    AuditEvent,
    ContactPoint,
    CustomerMerge,
    Delivery,
    Message,
    NotPossible,
    Team,
    Ticket,
)
from helpdesk.models.visibility import NotFound
from helpdesk.queries.search import search
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM, Actor, Role
from tests.factories import Mail, make_agent, receive

FORWARD = (
    "fyi\n\n---------- Forwarded message ---------\nFrom: Bob Fox <bob@fjord.example>\n"
    "Date: Wed, Mar 4, 2026 at 3:00 PM\nSubject: Broken pole\nTo: ann@fjell.example\n\nIt snapped."
)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk)


@pytest.fixture
def ticket(desk: Desk) -> int:
    return receive(desk, Mail(text=FORWARD, subject="Fwd: Broken pole")).ticket or 0


@pytest.fixture
def message(desk: Desk, ticket: int) -> int:
    with desk.read() as session:
        return int(session.query(Message.id).filter_by(ticket_id=ticket).scalar())


def requester(desk: Desk, ticket: int) -> Any:
    return ticket_record(desk, SYSTEM, ticket)["requester"]


def addressed(desk: Desk, ticket: int) -> list[str]:
    """Whom a reply goes to, the first one first."""
    said = replies.send(desk, SYSTEM, ticket, "Hello")
    with desk.read() as session:
        rows = session.query(Delivery.recipient).filter(Delivery.id.in_(said.deliveries))
        return [row.recipient for row in rows.order_by(Delivery.id)]


def events(desk: Desk) -> list[AuditEvent]:
    with desk.read() as session:
        query = session.query(AuditEvent).filter_by(event="ticket.requester_changed")
        return query.order_by(AuditEvent.id).all()


def test_it_is_never_taken_by_itself(desk: Desk, ticket: int) -> None:
    assert requester(desk, ticket)["email"] == "ann@fjell.example"
    with desk.read() as session:
        assert session.query(ContactPoint).filter_by(value="bob@fjord.example").count() == 0


def test_one_click_makes_the_original_sender_the_requester(
    desk: Desk, mei: Actor, ticket: int, message: int
) -> None:
    make_requester(desk, mei, ticket, message, 0)
    found = requester(desk, ticket)
    assert (found["name"], found["email"]) == ("Bob Fox", "bob@fjord.example")
    assert addressed(desk, ticket) == ["bob@fjord.example", "ann@fjell.example"]
    (event,) = events(desk)
    assert (event.actor_name, event.data["was"], event.data["to"]) == (mei.name, "Ann", "Bob Fox")
    with desk.read() as session:
        assert [row.id for row in search(session, mei, "fjord.example", "").rows] == [ticket]


def test_promise_3_the_address_stays_unverified(
    desk: Desk, mei: Actor, ticket: int, message: int
) -> None:
    make_requester(desk, mei, ticket, message, 0)
    with desk.read() as session:
        point = session.query(ContactPoint).filter_by(value="bob@fjord.example").one()
    assert (point.verified_at, point.verified_by) == (None, "")


def test_it_can_be_undone(desk: Desk, mei: Actor, ticket: int, message: int) -> None:
    before = ticket_record(desk, SYSTEM, ticket)
    make_requester(desk, mei, ticket, message, 0)
    undo(desk, mei, ticket, message)
    assert ticket_record(desk, SYSTEM, ticket) == before
    assert addressed(desk, ticket) == ["ann@fjell.example"]
    assert [event.data["to"] for event in events(desk)] == ["Bob Fox", "Ann"]
    undo(desk, mei, ticket, message)  # somebody else pressed it, too
    assert len(events(desk)) == 2


def test_who_wrote_meanwhile_stays_on_the_ticket(
    desk: Desk, mei: Actor, ticket: int, message: int
) -> None:
    make_requester(desk, mei, ticket, message, 0)
    said = replies.send(desk, SYSTEM, ticket, "Which pole?")
    answer = Mail(text="The long one.", sender="Bob Fox <bob@fjord.example>",
                  headers={"In-Reply-To": said.message_id})  # fmt: skip
    assert receive(desk, answer).ticket == ticket
    undo(desk, mei, ticket, message)
    assert requester(desk, ticket)["email"] == "ann@fjell.example"
    with desk.read() as session:
        wrote = session.query(Message).filter_by(author_address="bob@fjord.example").one()
    assert wrote.ticket_id == ticket


def test_two_agents_may_press_at_once(desk: Desk, mei: Actor, ticket: int, message: int) -> None:
    make_requester(desk, mei, ticket, message, 0)
    make_requester(desk, make_agent(desk, "Jonas Weber"), ticket, message, 0)
    assert len(events(desk)) == 1


def test_a_customer_who_is_known_keeps_their_record(
    desk: Desk, mei: Actor, ticket: int, message: int
) -> None:
    first = receive(desk, Mail(sender="Robert Fox <bob@fjord.example>", subject="Boots"))
    make_requester(desk, mei, ticket, message, 0)
    assert requester(desk, ticket)["name"] == "Robert Fox"
    undo(desk, mei, ticket, message)
    assert requester(desk, first.ticket or 0)["name"] == "Robert Fox"


def test_our_own_address_is_refused(desk: Desk, mei: Actor) -> None:
    text = FORWARD.replace("bob@fjord.example", "Support@Tarnfold.example")
    ticket = receive(desk, Mail(text=text, subject="Fwd: x"), "support@tarnfold.example").ticket
    with desk.read() as session:
        message = session.query(Message.id).filter_by(ticket_id=ticket).scalar()
    with pytest.raises(NotPossible, match="address of ours"):
        make_requester(desk, mei, ticket or 0, message, 0)


def test_only_what_the_mail_names_can_be_chosen(
    desk: Desk, mei: Actor, ticket: int, message: int
) -> None:
    other = receive(desk, Mail(subject="Another")).ticket or 0
    for number, of in ((1, ticket), (-1, ticket), (0, other)):
        with pytest.raises(NotFound):
            make_requester(desk, mei, of, message, number)
    with pytest.raises(NotFound):
        make_requester(desk, mei, ticket, 2**40, 0)


def test_promise_6_only_who_sees_the_ticket_may(desk: Desk, ticket: int, message: int) -> None:
    ruth = make_agent(desk, "Ruth Calloway", Role.AGENT, ("Legal",))
    with desk.write() as session:
        team = session.query(Team).filter_by(name="Legal").one()
        team.is_private = True
        number = team.id
    move_to_team(desk, SYSTEM, ticket, number)
    outsider = make_agent(desk, "Kim Doe")
    with pytest.raises(NotFound):
        make_requester(desk, outsider, ticket, message, 0)
    make_requester(desk, ruth, ticket, message, 0)
    with pytest.raises(NotFound):
        undo(desk, outsider, ticket, message)


def test_in_another_ticket_it_is_offered_anew(
    desk: Desk, mei: Actor, ticket: int, message: int
) -> None:
    make_requester(desk, mei, ticket, message, 0)
    replies.send(desk, SYSTEM, ticket, "So that it is not the only message")
    new = moving.detach(desk, mei, ticket, message)
    undo(desk, mei, new, message)
    assert requester(desk, new)["email"] == "ann@fjell.example"
    make_requester(desk, mei, new, message, 0)
    assert requester(desk, new)["email"] == "bob@fjord.example"


def test_promise_7_a_ticket_given_to_a_merged_record_parts_with_it(desk: Desk, mei: Actor) -> None:
    first, ticket = (
        receive(desk, Mail(sender=f"{name}@fjell.example")).ticket or 0 for name in ("bo", "ann")
    )
    with desk.read() as session:
        bo = session.get_one(Ticket, first).customer_id
        point = session.query(ContactPoint.id).filter_by(value="bo@fjell.example").scalar()
    cy = receive(desk, Mail(sender="cy@fjell.example")).customer or 0
    customers.merge(desk, mei, cy, bo, "the same person")
    people.make_requester(desk, mei, ticket, point_id=point)
    with desk.read() as session:
        assert session.get_one(Ticket, ticket).customer_id == cy
        merge = session.query(CustomerMerge.id).scalar()
    merging.unmerge(desk, mei, merge)
    with desk.read() as session:
        assert session.get_one(Ticket, ticket).customer_id == bo
