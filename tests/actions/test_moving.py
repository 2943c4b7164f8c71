"""Undoing a join: nothing is lost, and what follows goes where the message went."""

from __future__ import annotations

import pytest

from helpdesk.actions import moving, replies
from helpdesk.desk import Desk
from helpdesk.models import Envelope, NotPossible
from helpdesk.models.visibility import NotFound
from helpdesk.queries.search import search
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM, Actor
from tests.factories import Mail, make_agent, receive


@pytest.fixture
def mei(desk: Desk) -> Actor:
    return make_agent(desk)


@pytest.fixture
def joined(desk: Desk) -> tuple[int, int, Mail]:
    """Bo answered a mail to Ann: the ticket, his message's id, and his mail."""
    ticket = receive(desk, Mail()).ticket or 0
    said = replies.send(desk, SYSTEM, ticket, "On its way.")
    his = Mail(
        text="My xylophone hums.", sender="Bo <bo@dal.example>", subject="Xylophone",
        headers={"In-Reply-To": said.message_id},
    )  # fmt: skip
    outcome = receive(desk, his)
    assert outcome.ticket == ticket
    with desk.read() as session:
        message = session.query(Envelope.message_id).filter_by(id=outcome.envelope).scalar()
    return ticket, message, his


def texts(desk: Desk, ticket: int) -> list[str]:
    return [m["text"].strip() for m in ticket_record(desk, SYSTEM, ticket)["messages"]]


def test_detached_it_is_a_linked_ticket_of_its_own(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    new = moving.detach(desk, mei, ticket, message)
    assert texts(desk, ticket) == ["The tent pole snapped.", "On its way."]
    record = ticket_record(desk, SYSTEM, new)
    assert (record["subject"], record["requester"]["email"]) == ("Xylophone", "bo@dal.example")
    assert record["messages"][0]["thread_reason"].startswith("Joined by our Message-ID")
    assert [row.id for row in _found(desk, mei, "xylophone hums")] == [new]


def test_what_follows_goes_where_the_message_went(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, his = joined
    new = moving.detach(desk, mei, ticket, message)
    again = Mail(sender=his.sender, text="Still.", headers={"In-Reply-To": his.message_id})
    assert receive(desk, again).ticket == new
    assert receive(desk, his).outcome == "duplicate"
    assert receive(desk, his).ticket == new
    replies.send(desk, mei, new, "Let us look.")
    assert len(replies.send(desk, mei, ticket, "Anything else?").deliveries) == 1


def test_moved_it_stands_at_the_end_of_the_other_ticket(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    other = receive(desk, Mail(sender="Bo <bo@dal.example>", text="First.")).ticket or 0
    moving.move(desk, mei, ticket, message, other)
    assert texts(desk, other) == ["First.", "My xylophone hums."]
    moving.move(desk, mei, other, message, ticket)
    assert texts(desk, ticket)[-1] == "My xylophone hums."


def test_what_cannot_be_moved_says_why(
    desk: Desk, mei: Actor, joined: tuple[int, int, Mail]
) -> None:
    ticket, message, _his = joined
    lonely = receive(desk, Mail(sender="Cy <cy@fell.example>")).ticket or 0
    with desk.read() as session:
        only = session.query(Envelope.message_id).filter_by(ticket_id=lonely).scalar()
        ours = next(m for m in _messages(desk, ticket) if m.direction == "outbound").id
    with pytest.raises(NotPossible, match="only message here"):
        moving.detach(desk, mei, lonely, only)
    with pytest.raises(NotPossible, match="what a customer wrote"):
        moving.detach(desk, mei, ticket, ours)
    with pytest.raises(NotFound):
        moving.detach(desk, mei, lonely, message)
    with pytest.raises(NotFound):
        moving.move(desk, mei, ticket, message, 4242)
    with pytest.raises(NotPossible, match="already"):
        moving.move(desk, mei, ticket, message, ticket)
    assert len(texts(desk, ticket)) == 3


def _messages(desk: Desk, ticket: int) -> list:  # type: ignore[type-arg]
    from helpdesk.models import Message

    with desk.read() as session:
        return session.query(Message).filter_by(ticket_id=ticket).all()


def _found(desk: Desk, actor: Actor, words: str) -> list:  # type: ignore[type-arg]
    with desk.read() as session:
        return search(session, actor, words, "").rows
